"""Who may see what after payment: loaders that return the row or raise."""
