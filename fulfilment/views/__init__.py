"""Pages after payment: one module for each audience."""
