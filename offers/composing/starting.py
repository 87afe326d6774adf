"""Starting points: answers for common needs, from a file."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from common.language import gettext as _
from common.language import gettext_noop

_FILE = Path(__file__).with_name("starting_points.json")
# Name and words of each, by its slug.
_SAID = {
    "daily-movement": (
        gettext_noop("How much people move"),
        gettext_noop("Steps, distance and active minutes, day by day, through a season."),
    ),
    "nights": (
        gettext_noop("How people sleep"),
        gettext_noop("When people fall asleep and wake up, and how well the night was."),
    ),
    "listening": (
        gettext_noop("What people listen to"),
        gettext_noop("Song, artist and time of what was played lately."),
    ),
    "spending": (
        gettext_noop("What people spend on"),
        gettext_noop("Amount, kind and day of payments, without the names of shops."),
    ),
    "ways": (
        gettext_noop("When people are on the move"),
        gettext_noop("Rides by city: length and time, never an address."),
    ),
}


@dataclass(frozen=True)
class StartingPoint:
    """A need, and how the steps are answered for it."""

    slug: str
    drawing: str
    answers: dict[str, Any]

    @property
    def name(self) -> str:
        """What one wants to know."""
        return _(_SAID[self.slug][0])

    @property
    def words(self) -> str:
        """Which data that is."""
        return _(_SAID[self.slug][1])


@lru_cache(maxsize=1)
def starting_points() -> tuple[StartingPoint, ...]:
    """All of the file, in its order."""
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(StartingPoint(**point) for point in raw)


def starting_point(slug: str) -> StartingPoint | None:
    """The one of that name."""
    return next((point for point in starting_points() if point.slug == slug), None)
