"""The catalogue."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """The catalogue."""

    name = "offers"
