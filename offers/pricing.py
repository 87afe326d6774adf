"""What places of an offer cost. Pure: money in, money out, whole minor units in every part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from common.money import Money


@dataclass(frozen=True)
class Quote:
    """The price of some places; ``total`` is the sum of its parts for any number of them."""

    places: int
    reward_each: Money
    fee_each: Money
    tax_each: Money

    @property
    def per_person(self) -> Money:
        """All that one place costs."""
        return self.reward_each + self.fee_each + self.tax_each

    @property
    def reward(self) -> Money:
        """What all people receive together."""
        return self.reward_each.times(self.places)

    @property
    def fee(self) -> Money:
        """The market's fee for all places."""
        return self.fee_each.times(self.places)

    @property
    def tax(self) -> Money:
        """Tax on that fee."""
        return self.tax_each.times(self.places)

    @property
    def total(self) -> Money:
        """What is paid."""
        return self.reward + self.fee + self.tax


def quote(reward: Money, fee: Money, *, places: int, tax_percent: int) -> Quote:
    """Price ``places`` at the reward and fee for one person; tax falls on the fee alone.

    Tax is rounded up to a whole minor unit for one person, so that an order splits into its
    places without a rest.

    :raises ValueError: fewer than one place.
    """
    if places < 1:
        raise ValueError("A quote is for one place or more.")
    return Quote(places, reward, fee, fee.percent_rounded_up(tax_percent))
