"""How reviews of an offer add up. Pure: counts in, an average and its stars out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_STARS = 5
FEWEST_REVIEWS = 3  # below, one organisation could be read out of an average

FULL, HALF, NONE = "star-fill", "star-half", "star"  # icons


@dataclass(frozen=True)
class Rating:
    """What all shown reviews of an offer say together.

    :param counts: how many gave one star, two, and so on to five.
    """

    counts: Sequence[int]

    @property
    def reviews(self) -> int:
        """How many there are."""
        return sum(self.counts)

    @property
    def average(self) -> Decimal | None:
        """Stars to the nearest half, halves up; ``None`` where there are too few reviews."""
        halves = self._halves
        return None if halves is None else Decimal(halves) / 2

    @property
    def icons(self) -> list[str]:
        """The average as five icons; none where there is no average."""
        halves = self._halves
        return [] if halves is None else icons_of(halves)

    @property
    def shares(self) -> list[tuple[int, int, int]]:
        """Stars, how many gave them, and their per cent of all: the most stars first."""
        total = self.reviews or 1
        stars = range(len(self.counts), 0, -1)
        return [(n, self.counts[n - 1], self.counts[n - 1] * 100 // total) for n in stars]

    @property
    def _halves(self) -> int | None:
        if self.reviews < FEWEST_REVIEWS:
            return None
        stars = sum(number * count for number, count in enumerate(self.counts, 1))
        return (4 * stars + self.reviews) // (2 * self.reviews)


def icons_of(halves: int) -> list[str]:
    """Five icons for so many half stars."""
    full, rest = divmod(halves, 2)
    return [FULL] * full + [HALF] * rest + [NONE] * (MOST_STARS - full - rest)
