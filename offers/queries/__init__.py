"""Every read of the shop."""
