"""Consent, debits, retrieval, delivery, rewards."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    """Consent, debits, retrieval, delivery, rewards."""

    name = "fulfilment"

    def ready(self) -> None:
        """Listen to what happens below; models are there only now."""
        from fulfilment import subscriptions  # noqa: PLC0415  # needs the app registry

        subscriptions.subscribe()
