"""Every movement of money. The database keeps the book balanced; see migration 0002."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from ledger.models import AccountKind, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.money import Money

# Rows of this app are written by the hundred, in three statements an entry: as model instances
# they cost more than all the rest of a delivery.
_ENTRY = """
INSERT INTO ledger_entry (key, kind, reference, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (key) DO NOTHING
RETURNING *
"""
_ACCOUNTS = """
INSERT INTO ledger_account (kind, reference, currency, balance)
SELECT DISTINCT kind, reference, currency, 0
FROM unnest(%s::text[], %s::text[], %s::text[]) AS leg(kind, reference, currency)
WHERE NOT EXISTS (
    SELECT 1 FROM ledger_account a
    WHERE (a.kind, a.reference, a.currency) = (leg.kind, leg.reference, leg.currency)
)
ORDER BY kind, reference, currency
ON CONFLICT DO NOTHING
"""
_POSTINGS = """
INSERT INTO ledger_posting (entry_id, account_id, amount)
SELECT %s, a.id, leg.amount
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
    AS leg(kind, reference, currency, amount)
JOIN ledger_account a USING (kind, reference, currency)
ORDER BY a.id, leg.amount
"""


@dataclass(frozen=True)
class Leg:
    """One side of a movement; the sign is the book's own (see ``ledger.models``)."""

    kind: AccountKind
    reference: str
    amount: Money


def post(*, key: str, kind: str, reference: str, at: datetime, legs: Sequence[Leg]) -> Entry | None:
    """Write one entry, in the caller's transaction; None when ``key`` was posted before.

    Legs of nothing are left out. Accounts come into being when first used, and are moved in the
    order of their numbers, so that two entries never wait for each other.

    :param reference: the order line that this money belongs to.
    :raises django.db.IntegrityError: not balanced (at commit), or an account would fall below zero.
    """
    moved = [leg for leg in legs if leg.amount]
    columns = [
        [str(leg.kind) for leg in moved],
        [leg.reference for leg in moved],
        [leg.amount.currency for leg in moved],
    ]
    with transaction.atomic():
        new = list(Entry.objects.raw(_ENTRY, [key, kind, reference, at]))
        if not new:
            return None
        with connection.cursor() as cursor:
            cursor.execute(_ACCOUNTS, columns)
            cursor.execute(
                _POSTINGS, [new[0].pk, *columns, [leg.amount.minor_units for leg in moved]]
            )
    return new[0]
