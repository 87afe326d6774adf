"""Every write after payment: consent, debits, retrieval, delivery, datasets, rewards."""
