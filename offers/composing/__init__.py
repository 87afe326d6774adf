"""From answers in plain words to an offer's definition, columns and sample, and back. Pure."""
