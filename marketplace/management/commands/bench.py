"""Measure on the spot: ``manage.py bench NAME [--json]``; NAMES are below."""

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.bench.figures import Figure

# Name, and the module that measures it.
NAMES = {
    "retrieval": "retrieval",
    "pages": "pages",
    "accept": "accept",
    "export": "export",
    "estimator": "estimator",
    "search": "search",
    "sandbox": "sandbox_speed",
}


class Command(BaseCommand):
    """Prints one JSON object, or one line for eyes, a figure."""

    help = "Measure against the machine's own limits; docs/performance.md explains the figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--size", type=int, help="smaller or larger than usual: see SIZE")
        parser.add_argument("--hat-port", type=int, default=9100, help="for the sandbox HAT")

    def handle(self, *_args: Any, **options: Any) -> None:
        module = import_module(f"marketplace.bench.{NAMES[options['name']]}")
        given = {"size": options["size"] or module.SIZE}
        if options["name"] == "retrieval":
            given["hat_port"] = options["hat_port"]
        for figure in module.measure(**given):
            self.stdout.write(figure.line() if options["json"] else _for_eyes(figure))


def _for_eyes(figure: Figure) -> str:
    share = 100 * figure.per_second / figure.limit_per_second
    return (
        f"{figure.name}: {figure.per_second:,.0f}/s, {share:.0f} % of {figure.limit}"
        f" ({figure.limit_per_second:,.0f}/s); held by {figure.holds}"
    )
