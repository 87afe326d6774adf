"""Check the invariants: silent and 0 when all hold, else one line each and 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.invariants import violations


class Command(BaseCommand):
    """``manage.py verify``."""

    help = "Check what must always hold; prints each rule that is broken."

    def handle(self, *_args: Any, **_options: Any) -> None:
        broken = list(violations())
        for line in broken:
            self.stdout.write(line)
        if broken:
            sys.exit(1)
