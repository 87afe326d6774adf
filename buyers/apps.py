"""Orders and payments."""

from django.apps import AppConfig


class BuyersConfig(AppConfig):
    """Orders and payments."""

    name = "buyers"

    def ready(self) -> None:
        """Make the effects known to whoever delivers the outbox; listen and tell what happened."""
        from buyers import subscriptions, tasks  # noqa: F401, PLC0415  # models are there only now
        from buyers.queries.past import past_lines  # noqa: PLC0415
        from offers.queries import guidance  # noqa: PLC0415

        subscriptions.subscribe()
        guidance.learn_from(past_lines)
