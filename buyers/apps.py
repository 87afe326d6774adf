"""Orders and payments."""

from django.apps import AppConfig


class BuyersConfig(AppConfig):
    """Orders and payments."""

    name = "buyers"
