"""HAT owners, and the only code that speaks to a HAT."""

from django.apps import AppConfig


class HatsConfig(AppConfig):
    """HAT owners, and the only code that speaks to a HAT."""

    name = "hats"
