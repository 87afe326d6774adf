"""People who have delivered, with really sealed blocks, for tests about datasets."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import orjson

from accounts.models import User
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
Answer = dict[str, list[dict[str, Any]]]
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
    status: str = AcceptanceStatus.FULFILLED,
    table: str = "plays",
    at: datetime = NOON,
) -> Acceptance:
    """One more person who said yes to the line and has delivered."""
    answer = {table: plays() if records is None else records}
    return make_deliveries(line, [answer], status=status, at=at)[0]


def make_deliveries(
    line: OrderLine,
    answers: list[Answer],
    *,
    status: str = AcceptanceStatus.FULFILLED,
    at: datetime = NOON,
) -> list[Acceptance]:
    """One person for each answer, written a table at a time."""
    acceptances = Acceptance.objects.bulk_create(
        Acceptance(
            order_line=line,
            hat_owner=owner,
            status=status,
            confirm_by=at + timedelta(days=14),
            confirmed_at=at,
            delivered_at=at,
        )
        for owner in _make_owners(len(answers))
    )
    ConsentRecord.objects.bulk_create(
        ConsentRecord(acceptance=one, card={}, record={}, sha256="0" * 64, given_at=at)
        for one in acceptances
    )
    DataKey.objects.bulk_create(
        DataKey(
            acceptance=one,
            wrapped=sealing.wrap(sealing.new_data_key(), context=f"acceptance:{one.uid}"),
        )
        for one in acceptances
    )
    DataDebit.objects.bulk_create(
        DataDebit(acceptance=one, bundle_name=f"mk-{one.uid}", bundle_hash="0" * 64)
        for one in acceptances
    )
    add_blocks(list(zip(acceptances, answers, strict=True)), at=at)
    return acceptances


def add_block(acceptance: Acceptance, answer: Answer, *, at: datetime = NOON) -> None:
    """One more stored retrieval of this person."""
    add_blocks([(acceptance, answer)], at=at)


def add_blocks(answers: list[tuple[Acceptance, Answer]], *, at: datetime = NOON) -> None:
    """A stored retrieval for each person given."""
    retrievals = Retrieval.objects.bulk_create(
        Retrieval(
            debit=one.debit,
            number=next(_numbers) % 30_000,
            status=RetrievalStatus.STORED,
            finished_at=at,
        )
        for one, _answer in answers
    )
    SealedBlock.objects.bulk_create(
        SealedBlock(
            retrieval=retrieval,
            acceptance=one,
            sealed=_sealed(one, retrieval, answer),
            digest="0" * 64,
            records=sum(map(len, answer.values())),
            stored_at=at,
        )
        for retrieval, (one, answer) in zip(retrievals, answers, strict=True)
    )


def _sealed(acceptance: Acceptance, retrieval: Retrieval, answer: Answer) -> bytes:
    wrapped = bytes(acceptance.data_key.wrapped or b"")
    key = sealing.unwrap(wrapped, context=f"acceptance:{acceptance.uid}")
    plain = {
        table: [{"e": "spotify/feed", "r": str(next(_numbers)), "d": data} for data in records]
        for table, records in answer.items()
    }
    context = f"block:{acceptance.uid}:{retrieval.pk}"
    return sealing.seal(orjson.dumps(plain), data_key=key, context=context)


def _make_owners(count: int) -> list[HatOwner]:
    users = User.objects.bulk_create(User(name="") for _ in range(count))
    return HatOwner.objects.bulk_create(
        HatOwner(
            user=user,
            hat_domain=f"delivered{next(_numbers)}.hat.localhost:9100",
            cluster="hat.localhost",
            public_key="-----BEGIN PUBLIC KEY-----",
        )
        for user in users
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
    make_deliveries(line, [{"plays": plays()}] * people)
    return line


def make_dataset(line: OrderLine, *, at: datetime = NOON) -> Dataset:
    """A dataset as ``open_dataset`` leaves it, without its outbox message."""
    return Dataset.objects.create(
        order_line=line, opened_at=at, delete_after=at + timedelta(days=180), stale_since=at
    )
