"""The composition root."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """Makes the Celery app the current one in every process, and has settings checked."""

    name = "marketplace"

    def ready(self) -> None:
        import marketplace.celery  # noqa: F401, PLC0415  # needs the settings
        from marketplace import checks  # noqa: PLC0415  # needs the settings

        checks.register_all()
