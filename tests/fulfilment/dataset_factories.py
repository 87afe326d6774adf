"""People who have delivered, with really sealed blocks, for tests about datasets."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import orjson

from buyers.models import OrderLine
from common import sealing
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    ConsentRecord,
    DataDebit,
    DataKey,
    Dataset,
    Retrieval,
    RetrievalStatus,
    SealedBlock,
)
from hats.models import HatOwner
from tests import factories
from tests.factories import NOON

_numbers = itertools.count(1)
SONGS = ("Paper Lanterns", "Harbour Lights", "Slow Train")


def plays(count: int = 3, *, song: str = "", start: datetime = NOON) -> list[dict[str, Any]]:
    """Invented evening plays, one an hour, newest first."""
    return [
        {
            "at": f"{start - timedelta(hours=place):%Y-%m-%dT%H:%M:%S}.000Z",
            "song": song or SONGS[place % len(SONGS)],
            "artist": "Low Tide",
        }
        for place in range(count)
    ]


def make_delivery(
    line: OrderLine,
    records: list[dict[str, Any]] | None = None,
    *,
    owner: HatOwner | None = None,
    status: str = AcceptanceStatus.FULFILLED,
    table: str = "plays",
    at: datetime = NOON,
) -> Acceptance:
    """One more person who said yes to the line and has delivered."""
    acceptance = Acceptance.objects.create(
        order_line=line,
        hat_owner=owner or factories.make_hat_owner(),
        status=status,
        confirm_by=at + timedelta(days=14),
        confirmed_at=at,
        delivered_at=at,
    )
    ConsentRecord.objects.create(
        acceptance=acceptance, card={}, record={}, sha256="0" * 64, given_at=at
    )
    key = sealing.new_data_key()
    wrapped = sealing.wrap(key, context=f"acceptance:{acceptance.uid}")
    DataKey.objects.create(acceptance=acceptance, wrapped=wrapped)
    DataDebit.objects.create(
        acceptance=acceptance, bundle_name=f"mk-{acceptance.uid}", bundle_hash="0" * 64
    )
    add_block(acceptance, {table: plays() if records is None else records}, key=key, at=at)
    return acceptance


def add_block(
    acceptance: Acceptance,
    answer: dict[str, list[dict[str, Any]]],
    *,
    key: bytes | None = None,
    at: datetime = NOON,
) -> SealedBlock:
    """One more stored retrieval of this person."""
    key = key or sealing.unwrap(
        bytes(acceptance.data_key.wrapped or b""), context=f"acceptance:{acceptance.uid}"
    )
    retrieval = Retrieval.objects.create(
        debit=acceptance.debit,
        number=acceptance.debit.retrievals.count() + 1,
        status=RetrievalStatus.STORED,
        finished_at=at,
    )
    plain = {
        table: [{"e": "spotify/feed", "r": str(next(_numbers)), "d": data} for data in records]
        for table, records in answer.items()
    }
    context = f"block:{acceptance.uid}:{retrieval.pk}"
    return SealedBlock.objects.create(
        retrieval=retrieval,
        acceptance=acceptance,
        sealed=sealing.seal(orjson.dumps(plain), data_key=key, context=context),
        digest="0" * 64,
        records=sum(map(len, answer.values())),
        stored_at=at,
    )


def withdraw(acceptance: Acceptance, *, at: datetime = NOON) -> None:
    """What a withdrawal does to the person's own rows; datasets are left to the caller."""
    Acceptance.objects.filter(pk=acceptance.pk).update(
        status=AcceptanceStatus.WITHDRAWN, withdrawn_at=at
    )
    DataKey.objects.filter(acceptance=acceptance).update(wrapped=None, destroyed_at=at)


def make_delivered_line(people: int = 20, **fields: Any) -> OrderLine:
    """A line whose smallest group of 20 has delivered three plays each."""
    line = factories.make_line(places=fields.pop("places", max(people, 20)), **fields)
    for _ in range(people):
        make_delivery(line)
    return line


def make_dataset(line: OrderLine, *, at: datetime = NOON) -> Dataset:
    """A dataset as ``open_dataset`` leaves it, without its outbox message."""
    return Dataset.objects.create(
        order_line=line, opened_at=at, delete_after=at + timedelta(days=180), stale_since=at
    )
