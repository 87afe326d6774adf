"""Fill the data catalogue from ``data_catalogue.json``; what moderators changed stays as it is."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from offers.actions import data as actions
from offers.datafiles import read_file
from offers.management.commands.seed_offers import categories
from offers.models import DataEndpoint
from offers.queries import data

FILE = Path(__file__).parents[1] / "data_catalogue.json"


class Command(BaseCommand):
    """Run as often as you like: a catalogue that is there is left to its moderators."""

    help = "Say what HATs can hold, where nothing is said yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        seed(at=timezone.now())
        self.stdout.write(f"{DataEndpoint.objects.count()} kinds of records are described.")


@transaction.atomic
def seed(*, at: datetime) -> bool:
    """Read the file into an empty catalogue; whether it was empty."""
    categories()
    is_empty = not DataEndpoint.objects.exists()
    if is_empty:
        sources = read_file(FILE.read_text(encoding="utf-8"))
        actions.apply_file(sources=sources, seen=data.as_facts(), by=None, at=at)
    return is_empty
