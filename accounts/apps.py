"""People and organisations."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and organisations."""

    name = "accounts"

    def ready(self) -> None:
        """Hear who logs in."""
        from accounts import subscriptions  # noqa: PLC0415  # models must be ready first

        subscriptions.subscribe()
