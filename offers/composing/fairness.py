"""The floors that no composed offer goes below, and how they come about."""

from dataclasses import dataclass

FEWEST_PEOPLE = 20
FEWEST_PEOPLE_SPECIAL = 50  # special categories of GDPR article 9
_DAYS_OF_WEEK = 7
_FEE_STEP = 5  # minor units: so that a fifth of the fee, its tax, is whole


@dataclass(frozen=True)
class FairPay:
    """What a moment of a person's attention and a reading of their data are worth at least.

    :param once: minor units for reading, thinking and saying yes.
    :param reading: minor units for each reading after the first.
    :param care_percent: on top where special categories or exact places are asked for.
    """

    once: int
    reading: int
    care_percent: int

    def floor(self, *, readings: int, needs_care: bool) -> int:
        """The lowest reward for one person, in minor units."""
        plain = self.once + self.reading * (readings - 1)
        return plain + (plain * self.care_percent + 99) // 100 if needs_care else plain


def readings(collection: str, *, period_days: int) -> int:
    """How often one person's data is read."""
    if collection == "daily":
        return period_days
    return -(-period_days // _DAYS_OF_WEEK) if collection == "weekly" else 1


def smallest_group(*, is_special: bool) -> int:
    """How many people there must be before anything is passed on."""
    return FEWEST_PEOPLE_SPECIAL if is_special else FEWEST_PEOPLE


def market_fee(reward: int, *, percent: int) -> int:
    """The market's fee on a reward, in minor units: rounded up to a multiple of five."""
    return -(-reward * percent // (100 * _FEE_STEP)) * _FEE_STEP
