"""The catalogue."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """The catalogue, which knows what HATs are looked through for."""

    name = "offers"

    def ready(self) -> None:
        from hats.actions import holdings  # noqa: PLC0415  # needs the models
        from offers.queries.endpoints import endpoints_asked_for  # noqa: PLC0415

        holdings.ask_about(endpoints_asked_for)
