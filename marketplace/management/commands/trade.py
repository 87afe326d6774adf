"""One whole trade through the front doors of a running house; the last line is its JSON."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.bench import hostile
from marketplace.run.frontdoor import Unexpected
from marketplace.run.trade import Trade


class Command(BaseCommand):
    """Started by ``make trade``; needs the processes of a house."""

    help = "Buy, clear, accept, retrieve, download, withdraw, close; compare every figure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hat-port", type=int, required=True)
        parser.add_argument(
            "--hostile", type=float, default=0, metavar="PERCENT", help="bad HATs among good ones"
        )
        parser.add_argument("--worker", type=int, metavar="PID", help="the worker to be watched")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = self._among_hostile(options) if options["hostile"] else None
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
        for complaint in report.complaints if report else ():
            self.stderr.write(f"Hostile HATs: {complaint}.")
        self.stdout.write(json.dumps(result | (report.facts() if report else {})))
        if result["violations"] or (report and report.complaints):
            sys.exit(1)

    def _among_hostile(self, options: dict[str, Any]) -> hostile.Report:
        """First, so that the bad HATs are still there while people trade."""
        return hostile.measure(
            hat_port=options["hat_port"],
            percent=options["hostile"],
            worker_pid=options["worker"],
            say=self.stderr.write,
        )
