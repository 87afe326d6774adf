"""What the money book says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from common.money import Money
from ledger.models import Account, AccountKind, Entry, Posting

if TYPE_CHECKING:
    from collections.abc import Iterable

PAYMENT_SETTLED = "payment.settled"
PEOPLE_DELIVERED = "people.delivered"
REFUND_INTENDED = "refund.intended"
REFUND_SUCCEEDED = "refund.succeeded"
REFUND_FAILED = "refund.failed"


@dataclass(frozen=True)
class LineMoney:
    """Where a line's money is: ``paid`` is always the sum of the other five.

    ``refunded`` counts a refund from the moment it is meant; ``refund_on_its_way`` is the part of
    it that the gateway has not confirmed yet.
    """

    held: Money
    rewards: Money
    fees: Money
    tax: Money
    refunded: Money
    paid: Money
    refund_on_its_way: Money

    @property
    def delivered(self) -> Money:
        """Rewards, fees and tax of the people who delivered."""
        return self.rewards + self.fees + self.tax


def balance(kind: AccountKind, reference: str, *, currency: str) -> Money:
    """What one account holds; nothing when it was never used."""
    account = Account.objects.filter(kind=kind, reference=reference, currency=currency).first()
    return Money(account.balance if account else 0, currency)


def line_money(line_reference: str, *, currency: str = "GBP") -> LineMoney:
    """Where the money of one order line is."""
    return lines_money([line_reference], currency=currency)[line_reference]


def lines_money(references: Iterable[str], *, currency: str = "GBP") -> dict[str, LineMoney]:
    """The same for many lines, in one query."""
    wanted = list(references)
    rows = (
        Posting.objects.filter(entry__reference__in=wanted, account__currency=currency)
        .values_list("entry__reference", "account__kind", "entry__kind")
        .annotate(moved=Sum("amount"))
        .order_by()
    )
    sums: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for reference, account, entry, moved in rows:
        sums[reference][account, entry] = moved
    return {reference: _line_money(sums[reference], currency) for reference in wanted}


def _line_money(sums: dict[tuple[str, str], int], currency: str) -> LineMoney:
    def on(*kinds: AccountKind) -> Money:
        return Money(sum(v for (account, _), v in sums.items() if account in kinds), currency)

    # Clearing counts the other way round: minus is what came in, plus what went back.
    paid = -sums.get((AccountKind.CLEARING, PAYMENT_SETTLED), 0)
    in_transit = on(AccountKind.REFUND_IN_TRANSIT)
    returned = paid + on(AccountKind.CLEARING).minor_units
    return LineMoney(
        held=on(AccountKind.HELD_REWARDS, AccountKind.HELD_FEES),
        rewards=on(AccountKind.OWNER_PAYABLE),
        fees=on(AccountKind.FEE_INCOME),
        tax=on(AccountKind.TAX_PAYABLE),
        refunded=in_transit + Money(returned, currency),
        paid=Money(paid, currency),
        refund_on_its_way=in_transit,
    )


def unbalanced_entries() -> list[str]:
    """Keys of entries whose postings do not sum to zero per currency: always empty."""
    rows = (
        Posting.objects.values("entry__key", "account__currency")
        .annotate(total=Sum("amount"))
        .exclude(total=0)
    )
    hollow = Entry.objects.filter(postings__isnull=True).values_list("key", flat=True)
    return sorted({row["entry__key"] for row in rows} | set(hollow))


def drifted_accounts() -> list[str]:
    """Accounts whose balance is not the sum of their postings: always empty."""
    rows = Account.objects.annotate(total=Coalesce(Sum("postings__amount"), 0)).exclude(
        balance=F("total")
    )
    return [f"{account}: {account.balance}" for account in rows.order_by("pk")]
