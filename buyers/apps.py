"""Orders and payments."""

from django.apps import AppConfig


class BuyersConfig(AppConfig):
    """Orders and payments."""

    name = "buyers"

    def ready(self) -> None:
        """Make the effects known to whoever delivers the outbox; listen to what happens below."""
        from buyers import subscriptions, tasks  # noqa: F401, PLC0415  # models are there only now

        subscriptions.subscribe()
