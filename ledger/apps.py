"""The money book."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The money book."""

    name = "ledger"
