"""Files made of sealed blocks, sealed again at rest."""
