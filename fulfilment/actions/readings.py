"""What one answer of a HAT amounts to, before anything is written: a status, counts, sealed bytes.

Nothing here touches the database, and nothing an answer holds can raise out of it.
"""

import hashlib
import logging
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from common import sealing
from fulfilment.models import RetrievalStatus
from fulfilment.queries.acceptances import Asked, FlatProperty
from hats.bundles import project
from hats.protocol import Outcome, Record, Values

logger = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 5
# After the first, second … failed attempt; about seven hours in all.
BACKOFF: Final = (
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
)
_ENVELOPE: Final = len(("endpoint", "recordId", "data"))
NOT_CONNECTED_WAIT: Final = timedelta(hours=1)

Seen = frozenset[tuple[str, str, str]]
"""Property, endpoint and record id of what was stored before."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """One leased retrieval with all that reading, sealing and recording it needs.

    The same retrieval claimed again is another job.
    """

    retrieval_id: int
    number: int
    attempts: int
    due_at: datetime
    lease: uuid.UUID
    debit_id: int
    acceptance_id: int
    uid: uuid.UUID
    line_id: int
    organisation_id: int
    owner_id: int
    owner_user_id: int
    hat_domain: str
    asked: Asked = field(repr=False)
    wrapped_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking: values, or a problem in a word of ours."""

    job: Job
    values: Values | None = None
    problem: str = ""
    retry_after: float | None = None
    was_asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is to be written for one retrieval.

    :param due_at: when to try again, for what is broken.
    :param is_switched_off: the HAT says that the debit may not be read.
    :param counts: whether the attempt counts towards being parked.
    """

    job: Job
    status: RetrievalStatus
    problem: str = ""
    due_at: datetime | None = None
    is_switched_off: bool = False
    counts: bool = True
    sealed: bytes = field(default=b"", repr=False)
    digest: str = ""
    records: int = 0
    quarantined: int = 0
    dropped: int = 0


def reading_of(answer: Answer, *, at: datetime, seen: Seen = frozenset()) -> Reading:
    """Judge one answer; whatever it holds, its neighbours are none the worse for it."""
    job, values = answer.job, answer.values
    try:
        if values is None:
            return _nothing(answer, at=at)
        if values.outcome is Outcome.DELIVERED:
            return _delivered(job, values, seen)
        return _undelivered(job, values, at=at)
    except Exception as error:  # noqa: BLE001  # one poisoned answer must not stop the others
        kind = type(error).__name__  # never its text: it may quote the answer
        logger.error("retrieval.poisoned", extra={"retrieval_id": job.retrieval_id, "error": kind})  # noqa: TRY400
        return broken(job, "poisoned", at=at)


def broken(job: Job, problem: str, *, at: datetime, retry_after: float | None = None) -> Reading:
    """Try again after a growing while; after the fifth attempt, park it for a person to look at."""
    if job.attempts >= MAX_ATTEMPTS:
        return Reading(job=job, status=RetrievalStatus.PARKED, problem=problem[:60])
    wait = BACKOFF[min(job.attempts, len(BACKOFF)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311  # jitter
    wait = max(wait, timedelta(seconds=retry_after or 0))
    return Reading(job=job, status=RetrievalStatus.BROKEN, problem=problem[:60], due_at=at + wait)


def postponed(job: Job, problem: str, *, at: datetime, wait: timedelta) -> Reading:
    """The HAT was not asked, for a reason that says nothing about it: the attempt counts not."""
    return Reading(
        job=job,
        status=RetrievalStatus.BROKEN,
        problem=problem,
        due_at=at + wait,
        counts=False,
    )


def not_connected(reading: Reading, *, at: datetime) -> Reading:
    """The owner's HAT was frozen or disconnected meanwhile: nothing of it may be kept."""
    return postponed(reading.job, "hat_not_connected", at=at, wait=NOT_CONNECTED_WAIT)


def _nothing(answer: Answer, *, at: datetime) -> Reading:
    job = answer.job
    if answer.was_asked:
        return broken(job, answer.problem, at=at, retry_after=answer.retry_after)
    if answer.problem == "not_agreed":
        return Reading(job=job, status=RetrievalStatus.REFUSED, problem=answer.problem)
    wait = timedelta(seconds=answer.retry_after or NOT_CONNECTED_WAIT.total_seconds())
    return postponed(job, answer.problem, at=at, wait=wait)


def _undelivered(job: Job, values: Values, *, at: datetime) -> Reading:
    quarantined = len(values.quarantined)
    match values.outcome:
        case Outcome.EMPTY:
            status = RetrievalStatus.EMPTY
        case Outcome.CONDITIONS_UNMET:
            status = RetrievalStatus.CONDITIONS_UNMET
        case Outcome.NOT_ENABLED | Outcome.UNKNOWN:
            problem = str(values.outcome)
            return Reading(
                job=job, status=RetrievalStatus.REFUSED, problem=problem, is_switched_off=True
            )
        case _:
            reading = broken(job, values.reason or str(values.outcome), at=at)
            return replace(reading, quarantined=quarantined)
    return Reading(job=job, status=status, quarantined=quarantined)


def _delivered(job: Job, values: Values, seen: Seen) -> Reading:
    """Keep what was agreed and is new, each record once, and seal it."""
    kept, dropped = _agreed(job.asked, values.properties)
    plain, records = _packed(kept, seen)
    quarantined = len(values.quarantined)
    if not records:
        return Reading(
            job=job, status=RetrievalStatus.EMPTY, quarantined=quarantined, dropped=dropped
        )
    return Reading(
        job=job,
        status=RetrievalStatus.STORED,
        sealed=_sealed(job, orjson.dumps(plain)),
        digest=hashlib.sha256(values.raw).hexdigest(),
        records=records,
        quarantined=quarantined,
        dropped=dropped,
    )


def _agreed(
    asked: Asked, answer: Mapping[str, list[Record]]
) -> tuple[Mapping[str, Sequence[Mapping[str, Any]]], int]:
    """Keep what was agreed to; an answer that holds nothing else is kept as it came."""
    for name, records in answer.items():
        flat = asked.flat.get(name)
        if flat is None or not _is_within(flat, records):
            return project(asked.bundle, answer)
    return answer, 0


def _is_within(flat: FlatProperty, records: Sequence[Mapping[str, Any]]) -> bool:
    if flat.limit is not None and len(records) > flat.limit:
        return False
    endpoint, fields = flat.endpoint, flat.fields
    return all(
        len(record) == _ENVELOPE
        and record["endpoint"] == endpoint
        and type(data := record["data"]) is dict
        and data.keys() <= fields
        for record in records
    )


def _packed(
    kept: Mapping[str, Sequence[Mapping[str, Any]]], seen: Seen
) -> tuple[dict[str, list[dict[str, Any]]], int]:
    packed: dict[str, list[dict[str, Any]]] = {}
    count = 0
    for name, records in kept.items():
        fresh: dict[tuple[str, str], dict[str, Any]] = {}
        for record in records:
            endpoint, number = record["endpoint"], record["recordId"]
            if (name, endpoint, number) not in seen:
                entry = {"e": endpoint, "r": number, "d": record["data"]}
                fresh.setdefault((endpoint, number), entry)
        packed[name] = list(fresh.values())
        count += len(fresh)
    return packed, count


def seen_in(plain: bytes) -> Seen:
    """What a block holds, by property, endpoint and record id."""
    return frozenset(
        (name, record["e"], record["r"])
        for name, records in orjson.loads(plain).items()
        for record in records
    )


def block_context(uid: uuid.UUID, retrieval_id: int) -> str:
    """What binds sealed bytes to their row."""
    return f"block:{uid}:{retrieval_id}"


def data_key(uid: uuid.UUID, wrapped: bytes) -> bytes:
    """The person's key in one line."""
    return sealing.unwrap(wrapped, context=f"acceptance:{uid}")


def _sealed(job: Job, plain: bytes) -> bytes:
    context = block_context(job.uid, job.retrieval_id)
    return sealing.seal(plain, data_key=data_key(job.uid, job.wrapped_key), context=context)
