"""Say where the demo is and who can log in."""

import json
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.demo import MODERATOR, PASSWORD, PEOPLE

OWNERS_SHOWN = 3


class Command(BaseCommand):
    """``manage.py demo_guide``."""

    help = "Print the shop's address and the demo's log-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hat-port", type=int, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        out = self.stdout.write
        out(f"The shop:      {settings.SITE_URL}/")
        out(f"Log in:        {settings.SITE_URL}/account/login/   (password {PASSWORD})")
        for person in (*PEOPLE, MODERATOR):
            out(f"  {person.email:<26} {person.name}, {person.role}: {person.does}")
        out(f"HAT owners:    {settings.SITE_URL}/hat/log-in/   (log in with the HAT's address)")
        for hat in _hats(options["hat_port"]):
            out(f"  {hat['domain']:<32} on the HAT: {hat['username']} / {hat['password']}")
        out(f"Mails:         {settings.EMAIL_FILE_PATH}")
        out("Ctrl-C stops everything.")


def _hats(port: int) -> list[dict[str, str]]:
    address = f"http://127.0.0.1:{port}/_sandbox/hats?first={OWNERS_SHOWN}"
    with urllib.request.urlopen(address, timeout=10) as answer:  # our own sandbox
        hats: list[dict[str, str]] = json.load(answer)
    return hats
