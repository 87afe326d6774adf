"""Every write after payment: one module for each noun."""
