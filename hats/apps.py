"""HAT owners, and the only code that speaks to a HAT."""

from typing import Any

from django.apps import AppConfig
from django.core import checks

from hats.clusters import Access
from hats.configured import clusters


class HatsConfig(AppConfig):
    """HAT owners, and the only code that speaks to a HAT."""

    name = "hats"

    def ready(self) -> None:
        """Let the configuration be judged at start, before a worker trips over it."""
        from hats import tasks  # noqa: F401, PLC0415  # registers handlers; models come first

        checks.register(clusters_are_readable)
        checks.register(clusters_are_public, deploy=True)
        checks.register(clusters_let_us_in, deploy=True)


def clusters_are_readable(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse a HAT_CLUSTERS that cannot be read, with a sentence for the operator."""
    try:
        clusters()
    except (ValueError, TypeError) as error:
        return [checks.Error(str(error), hint=".env.example shows the fields.", id="hats.E001")]
    return []


def clusters_let_us_in(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Without an account on a cluster's HATs nothing can be proposed to them."""
    return [
        checks.Error(
            f"HAT_CLUSTERS: “{cluster.name}” names no account with its password.",
            hint="docs/operations.md says which one each access needs.",
            id="hats.E003",
        )
        for cluster in clusters()
        if not cluster.platform_password
        and not (cluster.access is Access.ACCOUNT and cluster.account_password)
    ]


def clusters_are_public(**_kwargs: Any) -> list[checks.CheckMessage]:
    """In production HATs are found by DNS, over TLS: a fixed address is for tests and demos."""
    return [
        checks.Error(
            f"HAT_CLUSTERS: “{cluster.name}” has a connect_to, which switches DNS off.",
            hint="Take connect_to out; it is for the sandbox HAT.",
            id="hats.E002",
        )
        for cluster in clusters()
        if cluster.connect_to is not None
    ]
