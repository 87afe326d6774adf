"""What everything on the shelf costs, subject by subject: from the versions that are sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min

from common.money import Money
from offers import pricing
from offers.models import Category
from offers.queries.catalogue import offers_on_sale

_REWARD, _FEE = "current_version__reward_minor_units", "current_version__fee_minor_units"


@dataclass(frozen=True)
class SubjectFees:
    """The lowest and the highest of each part, for one person, in one subject and currency."""

    subject: str
    offers: int
    reward: tuple[Money, Money]
    fee: tuple[Money, Money]
    tax: tuple[Money, Money]


def fees_by_subject(*, tax_percent: int) -> Sequence[SubjectFees]:
    """One row for each subject with something on sale; one statement."""
    rows = (
        offers_on_sale()
        .values("category__name", "category__position", "current_version__currency")
        .annotate(
            offers=Count("pk"),
            least_reward=Min(_REWARD),
            most_reward=Max(_REWARD),
            least_fee=Min(_FEE),
            most_fee=Max(_FEE),
        )
        .order_by("category__position", "category__name", "current_version__currency")
    )
    return [
        _subject(
            Category(name=row["category__name"]).label,
            row["offers"],
            least=_quote(row, "least", tax_percent=tax_percent),
            most=_quote(row, "most", tax_percent=tax_percent),
        )
        for row in rows
    ]


def _quote(row: Mapping[str, Any], end: str, *, tax_percent: int) -> pricing.Quote:
    """The price of one person at one end: reckoned as everywhere, so that tax is rounded alike."""
    currency = str(row["current_version__currency"])
    reward, fee = (Money(int(row[f"{end}_{part}"]), currency) for part in ("reward", "fee"))
    return pricing.quote(reward, fee, places=1, tax_percent=tax_percent)


def _subject(name: str, count: int, *, least: pricing.Quote, most: pricing.Quote) -> SubjectFees:
    return SubjectFees(
        subject=name,
        offers=count,
        reward=(least.reward_each, most.reward_each),
        fee=(least.fee_each, most.fee_each),
        tax=(least.tax_each, most.tax_each),
    )
