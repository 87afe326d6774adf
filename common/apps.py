"""The shared kernel."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """The shared kernel."""

    name = "common"
