"""Starting points: answers for common needs, from a file."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("starting_points.json")


@dataclass(frozen=True)
class StartingPoint:
    """A need, and how the steps are answered for it."""

    slug: str
    name: str
    words: str
    drawing: str
    answers: dict[str, Any]


@lru_cache(maxsize=1)
def starting_points() -> tuple[StartingPoint, ...]:
    """All of the file, in its order."""
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(StartingPoint(**point) for point in raw)


def starting_point(slug: str) -> StartingPoint | None:
    """The one of that name."""
    return next((point for point in starting_points() if point.slug == slug), None)
