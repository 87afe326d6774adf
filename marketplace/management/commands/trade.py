"""One whole trade through the front doors of a running house; the last line is its JSON."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.run.frontdoor import Unexpected
from marketplace.run.trade import Trade


class Command(BaseCommand):
    """Started by ``make trade``; needs the processes of a house."""

    help = "Buy, clear, accept, retrieve, download, withdraw, close; compare every figure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hat-port", type=int, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        trade = Trade(
            site_url=settings.SITE_URL,
            hats_url=f"http://127.0.0.1:{options['hat_port']}",
            mails=Path(settings.EMAIL_FILE_PATH),
            say=self.stderr.write,
        )
        try:
            result = trade.run()
        except Unexpected as problem:
            self.stderr.write(f"The trade stopped: {problem}")
            sys.exit(1)
        for disagreement in trade.disagreements:
            self.stderr.write(f"Does not agree: {disagreement}")
        for rule in trade.broken:
            self.stderr.write(f"Broken: {rule}")
        self.stdout.write(json.dumps(result))
        if result["violations"]:
            sys.exit(1)
