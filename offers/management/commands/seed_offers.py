"""Fill the shelf with the market's own offers: the subjects, and what lies in ``shelf/*.json``."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from common.money import Money
from offers import actions
from offers.actions import synonyms
from offers.models import Category, Offer, Synonym
from offers.synonyms import read_file

SYNONYMS = Path(__file__).parents[1] / "synonyms.txt"
SHELF = Path(__file__).parents[1] / "shelf"
TOPICS = Path(__file__).parents[1] / "topics.json"  # as on the shelf; drawn by slug


class Command(BaseCommand):
    """Run as often as you like: what is on the shelf already is left as it is."""

    help = "Publish the market's own offers."

    def handle(self, *_args: Any, **_options: Any) -> None:
        new = seed(at=timezone.now())
        self.stdout.write(f"{new} offers published, {Offer.objects.count()} on the shelf.")


@transaction.atomic
def seed(*, at: datetime) -> int:
    """Publish every offer of the shelf that is not there yet; how many those are.

    One that stands there from before coverage and freshness were stated gets its next version.
    """
    seed_synonyms(at=at)
    on_shelf = categories()
    stated = Offer.objects.filter(current_version__isnull=False).exclude(
        current_version__freshness="", publisher=None
    )
    known = set(stated.values_list("slug", flat=True))
    shelf = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SHELF.glob("*.json"))]
    missing = [raw for raw in shelf if raw["slug"] not in known]
    for raw in missing:
        _publish(raw, on_shelf[raw["category"]], at=at)
    return len(missing)


def categories() -> dict[str, Category]:
    """The subjects of the shelf, made where they are missing."""
    return {raw["slug"]: _category(raw, position=place) for place, raw in _topics()}


def seed_synonyms(*, at: datetime) -> None:
    """Read the file where there are none yet; from then on moderators keep them."""
    if not Synonym.objects.exists():
        groups = read_file(SYNONYMS.read_text(encoding="utf-8"))
        synonyms.apply_file(groups=groups, seen=[], by=None, at=at)


def _topics() -> list[tuple[int, dict[str, str]]]:
    return list(enumerate(json.loads(TOPICS.read_text(encoding="utf-8")), start=1))


def _category(raw: Mapping[str, str], *, position: int) -> Category:
    look = {"name": raw["name"], "about": raw["about"], "drawing": raw["slug"]}
    said = look | {"position": position}
    return Category.objects.update_or_create(slug=raw["slug"], defaults=said)[0]


def _publish(raw: Mapping[str, Any], category: Category, *, at: datetime) -> None:
    offer = Offer.objects.filter(slug=raw["slug"]).first() or actions.create_offer(
        slug=raw["slug"], category=category, publisher=None, by=None, at=at
    )
    version = actions.draft_version(offer=offer, content=content_of(raw), by=None, at=at)
    version = actions.submit_version(version=version, by=None, at=at)
    actions.publish_version(version=version, by=None, at=at)


def content_of(raw: Mapping[str, Any]) -> actions.VersionContent:
    """One file of the shelf as the content of a version; amounts there are pence."""
    tables: Mapping[str, Any] = raw["tables"]
    as_they_are = {
        name: raw[name]
        for name in (
            *("title", "summary", "description", "for_people", "bundle", "purposes", "never"),
            *("collection", "period_days", "smallest_group"),
            *("special_category", "precise_location", "record_kinds", "freshness"),
            *("reaches_back_days", "usual_records", "coverage", "use_cases", "examples"),
        )
    }
    return actions.VersionContent(
        **as_they_are,
        reward=Money(raw["reward"], settings.CURRENCY),
        fee=Money(raw["fee"], settings.CURRENCY),
        columns=[
            actions.FieldContent(table=table, **column)
            for table, described in tables.items()
            for column in described["columns"]
        ],
        sample=_sample(tables),
    )


def _sample(tables: Mapping[str, Any]) -> list[dict[str, list[dict[str, Any]]]]:
    """For each invented person the records by table, in the form of a HAT's answer."""
    people = max(len(described["people"]) for described in tables.values())
    return [
        {
            table: [
                _record([column["path"] for column in described["columns"]], row)
                for row in described["people"][person]
            ]
            for table, described in tables.items()
        }
        for person in range(people)
    ]


def _record(paths: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """Nest the values by their dotted paths; ``null`` is a value that is not there."""
    record: dict[str, Any] = {}
    for path, value in zip(paths, row, strict=True):
        if value is not None:
            *parents, last = path.split(".")
            inner = record
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[last] = value
    return record
