"""Fill a new demo with people, orders and a dataset, through its front doors."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from marketplace.run.frontdoor import Unexpected
from marketplace.run.life import FirstDay
from offers.actions import refresh_people_available


class Command(BaseCommand):
    """Started once by ``make demo``; needs the processes of a house."""

    help = "Let invented people buy, agree and stop, so that the demo is not empty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hat-port", type=int, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        hats_url = f"http://127.0.0.1:{options['hat_port']}"
        day = FirstDay(site_url=settings.SITE_URL, hats_url=hats_url, say=self.stdout.write)
        try:
            day.live()
        except Unexpected as problem:
            raise CommandError(f"The demo's first day ended early: {problem}") from problem
        finally:
            refresh_people_available(timezone.now())
