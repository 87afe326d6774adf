"""Measurements: each figure beside its own physical limit, measured in the same run."""
