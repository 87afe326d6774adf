"""Consent, debits, retrieval, delivery, rewards."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    """Consent, debits, retrieval, delivery, rewards."""

    name = "fulfilment"
