"""How many people say yes, and how soon, from what came of earlier orders. Pure.

Each person who could say yes is taken to do so at a steady rate. The rate of earlier orders comes
with a range: the one that nine of ten such counts would keep to, widened by how much the orders
differ from each other. What it leaves out is in ADR 0018.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt

FEWEST_ORDERS = 3
FEWEST_YES = 30
NINE_OF_TEN = 1.645  # standard deviations to either side
EVERYBODY = 0.99  # a share of one has no rate
CLEARLY_MORE = 1.2  # times the reward: below this, nobody would notice


@dataclass(frozen=True)
class Past:
    """What came of one order: of so many people, so many said yes in so many days."""

    people: int
    yes: int
    days: float
    reward: int  # minor units for one person

    @property
    def rate(self) -> float:
        """The steady rate a day at which that many say yes in that time."""
        return -log(1 - min(self.yes / self.people, EVERYBODY)) / self.days

    @property
    def exposure(self) -> float:
        """Days that people spent with the question open, all together."""
        return self.yes / self.rate if self.yes else self.people * self.days


@dataclass(frozen=True)
class Rate:
    """Yes for each person a day: at least, at best; and what it stands on."""

    low: float
    high: float
    orders: int
    lowest_reward: int
    highest_reward: int


@dataclass(frozen=True)
class Effect:
    """What was seen where the reward was higher: that much more, and the rate there."""

    more: int  # minor units for one person
    rate: Rate


def rate_of(past: Sequence[Past]) -> Rate | None:
    """The range of the rate, or ``None`` where there is too little history to say."""
    usable = [one for one in past if one.people > 0 and one.days > 0]
    yes = sum(one.yes for one in usable)
    if len(usable) < FEWEST_ORDERS or yes < FEWEST_YES:
        return None
    exposure = sum(one.exposure for one in usable)
    spread = _spread(usable, rate=yes / exposure)
    low, high = _poisson_range(yes / spread)
    rewards = [one.reward for one in usable]
    return Rate(
        low=low * spread / exposure,
        high=high * spread / exposure,
        orders=len(usable),
        lowest_reward=min(rewards),
        highest_reward=max(rewards),
    )


def share_by(rate: float, *, days: float) -> float:
    """The share of people who have said yes after so many days."""
    return 1 - exp(-rate * days)


def days_until(places: int, *, people: int, rate: float) -> float | None:
    """After how many days so many have said yes; ``None``: never, there are too few people."""
    if places >= people or rate <= 0:
        return None
    return -log(1 - places / people) / rate


def effect_of_reward(past: Sequence[Past], *, reward: int) -> Effect | None:
    """What a higher reward changed, where history shows it beyond the doubt of both ranges."""
    usual = rate_of([one for one in past if one.reward <= reward])
    higher = [one for one in past if one.reward >= reward * CLEARLY_MORE]
    better = rate_of(higher)
    if usual is None or better is None or better.low <= usual.high:
        return None
    return Effect(more=better.lowest_reward - reward, rate=better)


def band_above(people: int, *, edges: Sequence[int]) -> int:
    """The upper edge of the band that begins with ``people``; above the last, twice as many."""
    return next((upper for lower, upper in pairwise(edges) if lower == people), 2 * people)


def _spread(past: Sequence[Past], *, rate: float) -> float:
    """How many times more the orders differ than chance alone would have it; one or more."""
    off = sum((one.yes - rate * one.exposure) ** 2 / (rate * one.exposure) for one in past)
    return max(1.0, off / (len(past) - 1))


def _poisson_range(count: float) -> tuple[float, float]:
    """Byar's approximation of the exact range of a Poisson mean (Breslow and Day 1987, p. 69)."""
    low = 1 - 1 / (9 * count) - NINE_OF_TEN / (3 * sqrt(count))
    above = count + 1
    high = 1 - 1 / (9 * above) + NINE_OF_TEN / (3 * sqrt(above))
    return count * max(low, 0.0) ** 3, above * high**3
