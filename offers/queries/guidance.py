"""What others pay for the same kinds of records, and how that went: help with the reward.

Orders are known to a higher app: it registers who can tell about past lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from django.db.models import Max, Min

from common.money import Money
from offers.models import Offer, OfferStatus

FEWEST_LINES = 5  # below that, one customer's luck would be taken for a rule
_NEARLY_FULL = 90  # per cent of the places
_REWARD = "current_version__reward_minor_units"


@dataclass(frozen=True)
class PastLine:
    """One order line that is over: what it paid one person, and how many places filled."""

    reward: int
    places: int
    taken: int

    @property
    def is_full(self) -> bool:
        """Whether it filled, or nearly."""
        return self.taken * 100 >= self.places * _NEARLY_FULL


@dataclass(frozen=True)
class Guidance:
    """What a page says about rewards; ``None`` where too little is known.

    :param shelf: lowest and highest reward of offers on sale with the same kinds of records.
    :param lines: how many past lines ``filled_at`` is taken from.
    :param filled_at: the middle reward of those that filled.
    """

    shelf: tuple[Money, Money] | None
    lines: int
    filled: int
    filled_at: Money | None


PastSource = Callable[[Sequence[str]], Sequence[PastLine]]
_sources: list[PastSource] = []


def learn_from(source: PastSource) -> None:
    """Register who knows past lines by kinds of records; called from a higher app's ``ready()``."""
    if source not in _sources:
        _sources.append(source)


def guidance(paths: Sequence[str], *, currency: str) -> Guidance:
    """Help with the reward of an offer that reads these kinds of records."""
    past = [line for source in _sources for line in source(paths)] if paths else []
    filled = [line.reward for line in past if line.is_full]
    is_enough = len(past) >= FEWEST_LINES and bool(filled)
    return Guidance(
        shelf=_on_the_shelf(paths, currency=currency),
        lines=len(past) if is_enough else 0,
        filled=len(filled) if is_enough else 0,
        filled_at=Money(round(median(filled)), currency) if is_enough else None,
    )


def _on_the_shelf(paths: Sequence[str], *, currency: str) -> tuple[Money, Money] | None:
    if not paths:
        return None
    rewards = Offer.objects.filter(
        status=OfferStatus.LISTED,
        invitation_code=None,
        current_version__currency=currency,
        current_version__endpoints__overlap=list(paths),
    ).aggregate(low=Min(_REWARD), high=Max(_REWARD))
    if rewards["low"] is None:
        return None
    return Money(rewards["low"], currency), Money(rewards["high"], currency)
