"""Every movement of money. The database keeps the book balanced; see migration 0002."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from ledger.models import Account, AccountKind, Entry, Posting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.money import Money

Purse = tuple[str, str, str]


@dataclass(frozen=True)
class Leg:
    """One side of a movement; the sign is the book's own (see ``ledger.models``)."""

    kind: AccountKind
    reference: str
    amount: Money

    @property
    def purse(self) -> Purse:
        """What names the account."""
        return (str(self.kind), self.reference, self.amount.currency)


def post(*, key: str, kind: str, reference: str, at: datetime, legs: Sequence[Leg]) -> Entry | None:
    """Write one entry, in the caller's transaction; None when ``key`` was posted before.

    Legs of nothing are left out. Accounts come into being when first used, and are moved in the
    order of their numbers, so that two entries never wait for each other.

    :param reference: the order line that this money belongs to.
    :raises django.db.IntegrityError: not balanced (at commit), or an account would fall below zero.
    """
    moved = [leg for leg in legs if leg.amount]
    with transaction.atomic():
        facts = {"kind": kind, "reference": reference, "at": at}
        entry, is_new = Entry.objects.get_or_create(key=key, defaults=facts)
        if not is_new:
            return None
        accounts = _accounts(sorted({leg.purse for leg in moved}))
        rows = sorted((accounts[leg.purse], leg.amount.minor_units) for leg in moved)
        Posting.objects.bulk_create(
            [Posting(entry=entry, account_id=account, amount=amount) for account, amount in rows]
        )
    return entry


def _accounts(purses: Sequence[Purse]) -> dict[Purse, int]:
    """The numbers of the accounts, new ones written in one statement."""
    known = _known(purses)
    missing = [purse for purse in purses if purse not in known]
    if missing:
        rows = [Account(kind=k, reference=r, currency=c) for k, r, c in missing]
        Account.objects.bulk_create(rows, ignore_conflicts=True)
        known |= _known(missing)
    return known


def _known(purses: Sequence[Purse]) -> dict[Purse, int]:
    wanted = set(purses)
    rows = Account.objects.filter(
        kind__in={kind for kind, _, _ in wanted},
        reference__in={reference for _, reference, _ in wanted},
    ).values_list("kind", "reference", "currency", "pk")
    return {(k, r, c): pk for k, r, c, pk in rows if (k, r, c) in wanted}
