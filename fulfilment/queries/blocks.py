"""The sealed blocks that may be released, read a little at a time.

Consent is asked in the very statement that reads: only people who said yes, have not stopped,
whose key is there and who were credited for a delivery.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Length

from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    Retrieval,
    RetrievalStatus,
    SealedBlock,
)

RELEASABLE = (AcceptanceStatus.FULFILLED, AcceptanceStatus.ENDED)
_BLOCKS_A_STATEMENT, _BLOCKS_IN_MEMORY = 1_000, 50


@dataclass(frozen=True, slots=True)
class Block:
    """One retrieval's sealed bytes, with what opens them."""

    block_id: int
    acceptance_id: int
    acceptance_uid: str
    person: str
    retrieval_id: int
    wrapped_key: bytes
    sealed: bytes


def releasable_people(order_line_id: int) -> set[int]:
    """The acceptances that may be released at this moment and hold something."""
    return set(_people(order_line_id).values_list("pk", flat=True))


def count_releasable_people(order_line_id: int) -> int:
    """How many they are."""
    return _people(order_line_id).count()


def _people(order_line_id: int) -> QuerySet[Acceptance]:
    has_blocks = Exists(SealedBlock.objects.filter(acceptance=OuterRef("pk")))
    return Acceptance.objects.filter(
        has_blocks,
        order_line_id=order_line_id,
        status__in=RELEASABLE,
        delivered_at__isnull=False,
        data_key__wrapped__isnull=False,
        consent__isnull=False,
    )


def sealed_bytes(order_line_id: int) -> int:
    """How many sealed bytes a build would read: what its files need is of that size."""
    blocks = SealedBlock.objects.filter(_of_releasable(order_line_id))
    return blocks.aggregate(whole=Sum(Length("sealed")))["whole"] or 0


def kept_out(order_line_id: int) -> dict[str, int]:
    """What was refused or dropped before storing: broken records, values nobody asked for."""
    retrievals = Retrieval.objects.filter(
        debit__acceptance__order_line_id=order_line_id,
        debit__acceptance__status__in=RELEASABLE,
        status=RetrievalStatus.STORED,
    )
    sums = retrievals.aggregate(quarantined=Sum("quarantined"), dropped=Sum("dropped"))
    return {name: value or 0 for name, value in sums.items()}


def block_batches(order_line_id: int) -> Iterator[Iterator[Block]]:
    """All releasable blocks, person by person, in batches to be read one after the other.

    Each batch is a statement of its own with a server-side cursor, so that neither memory nor a
    transaction grows with the line; persons come in the order of their names in this dataset,
    which says nothing about who came first.
    """
    reader = _Reader(order_line_id)
    while not reader.is_done:
        yield reader.read_batch()


class _Reader:
    def __init__(self, order_line_id: int) -> None:
        self._line_id, self._person, self._block_id = order_line_id, "", 0
        self.is_done = False

    def read_batch(self) -> Iterator[Block]:
        following = Q(acceptance__person__gt=self._person) | Q(pk__gt=self._block_id)
        rows = (
            SealedBlock.objects.filter(
                _of_releasable(self._line_id), following, acceptance__person__gte=self._person
            )
            .order_by("acceptance__person", "pk")
            .values_list(
                "pk",
                "acceptance_id",
                "acceptance__uid",
                "acceptance__person",
                "retrieval_id",
                "acceptance__data_key__wrapped",
                "sealed",
            )[:_BLOCKS_A_STATEMENT]
        )
        count = 0
        with transaction.atomic():
            for pk, acceptance_id, uid, person, retrieval_id, wrapped, sealed in rows.iterator(
                chunk_size=_BLOCKS_IN_MEMORY
            ):
                self._person, self._block_id, count = person, pk, count + 1
                opener = bytes(wrapped or b"")
                yield Block(
                    pk, acceptance_id, str(uid), person, retrieval_id, opener, bytes(sealed)
                )
        self.is_done = count < _BLOCKS_A_STATEMENT


def _of_releasable(order_line_id: int) -> Q:
    return Q(
        acceptance__order_line_id=order_line_id,
        acceptance__status__in=RELEASABLE,
        acceptance__delivered_at__isnull=False,
        acceptance__data_key__wrapped__isnull=False,
        acceptance__consent__isnull=False,
    )
