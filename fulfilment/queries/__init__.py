"""Every read after payment: one module for each audience or noun."""
