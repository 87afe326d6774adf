"""Every write about HAT owners and their HATs."""
