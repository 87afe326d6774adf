"""Writing readings down: states, sealed blocks, deliveries, audit and what comes next.

One transaction serves a whole batch, in as few statements as that takes.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import DatabaseError, connection, transaction

from accounts.audit import Action
from buyers.models import OrderLine
from common import outbox, sealing, transitions
from common.errors import DomainError
from fulfilment import audit
from fulfilment.actions import deliveries, endings
from fulfilment.actions.leases import tell_moderators, trail_of
from fulfilment.actions.readings import (
    Answer,
    Job,
    Reading,
    Seen,
    block_context,
    broken,
    data_key,
    not_connected,
    reading_of,
    seen_in,
)
from fulfilment.audit import Entry
from fulfilment.models import (
    Acceptance,
    DataDebit,
    DataDebitStatus,
    DataKey,
    Retrieval,
    RetrievalStatus,
    SealedBlock,
)
from hats.models import HatOwnerStatus
from offers.models import Collection

logger = logging.getLogger(__name__)

_STEPS: Final = {Collection.DAILY: timedelta(days=1), Collection.WEEKLY: timedelta(days=7)}
_NOTHING_GOT: Final = (RetrievalStatus.EMPTY, RetrievalStatus.CONDITIONS_UNMET)
_LEADS_ON: Final = (RetrievalStatus.STORED, *_NOTHING_GOT)

# One row a retrieval; only those that are still leased as they were when they were claimed.
_FINISH = """
UPDATE fulfilment_retrieval AS r
SET status = v.status, problem = v.problem, records = v.records, quarantined = v.quarantined,
    dropped = v.dropped, due_at = coalesce(v.due_at, r.due_at),
    attempts = r.attempts - v.uncounted, finished_at = v.finished_at,
    lease = NULL, leased_until = NULL
FROM unnest(
    %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::int[], %s::int[], %s::int[],
    %s::timestamptz[], %s::int[], %s::timestamptz[]
) AS v(id, lease, status, problem, records, quarantined, dropped, due_at, uncounted, finished_at)
WHERE r.id = v.id AND r.lease = v.lease AND r.status = 'leased'
RETURNING r.id
"""

_COPY_BLOCKS = """
COPY fulfilment_sealedblock (retrieval_id, acceptance_id, sealed, digest, records, stored_at)
FROM STDIN (FORMAT BINARY)
"""

Statuses = Mapping[int, tuple[str, str, datetime | None]]
"""Number of the acceptance to status of its HAT, status of its debit, and when that ends."""


def store(answers: Sequence[Answer], *, at: datetime) -> list[Reading]:
    """Write a batch down, and return what was really written.

    What the database refuses is found by writing one by one, so that it stops nobody else; an
    answer whose lease or consent has gone meanwhile is dropped.
    """
    seen = _seen_before(answers)
    readings = [
        reading_of(answer, at=at, seen=seen.get(answer.job.acceptance_id, frozenset()))
        for answer in answers
    ]
    try:
        return _write(readings, at=at)
    except (DatabaseError, DomainError) as error:
        _log(error, retrievals=len(readings))
    return [written for reading in readings for written in _write_alone(reading, at=at)]


def _write_alone(reading: Reading, *, at: datetime) -> list[Reading]:
    try:
        return _write([reading], at=at)
    except (DatabaseError, DomainError) as error:
        _log(error, retrievals=1)
        return _write([broken(reading.job, "cannot_be_stored", at=at)], at=at)


def _log(error: Exception, *, retrievals: int) -> None:
    """The kind of error only: the database's own words may quote what was to be written."""
    facts = {"error": type(error).__name__, "retrievals": retrievals}
    logger.warning("retrieval.not_stored", extra=facts)


@transaction.atomic
def _write(readings: Sequence[Reading], *, at: datetime) -> list[Reading]:
    lines = {number: endings.lock_line(number) for number in _line_numbers(readings)}
    statuses = _statuses({reading.job.acceptance_id for reading in readings})
    allowed = [_still_allowed(reading, statuses, at=at) for reading in readings]
    finished = _finish(allowed, at=at)
    written = [reading for reading in allowed if reading.job.retrieval_id in finished]
    _store_blocks(written, at=at)
    entries = [_finished(reading, at=at) for reading in written]
    entries += _schedule_next(written, lines, statuses, at=at)
    audit.write(entries)
    _switch_off(written, at=at)
    for number, line in lines.items():
        _follow(line, [r for r in written if r.job.line_id == number], at=at)
    if any(reading.status == RetrievalStatus.PARKED for reading in written):
        tell_moderators(at=at)
    return written


def _line_numbers(readings: Iterable[Reading]) -> list[int]:
    """In the order in which lines are locked."""
    return sorted({reading.job.line_id for reading in readings})


def _statuses(acceptances: Iterable[int]) -> Statuses:
    """Lock the acceptances and look once more, now that the answers are here."""
    rows = (
        Acceptance.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=list(acceptances))
        .order_by("pk")
        .values_list("pk", "hat_owner__status", "debit__status", "debit__ends_at")
    )
    return {number: (hat, debit, ends_at) for number, hat, debit, ends_at in rows}


def _still_allowed(reading: Reading, statuses: Statuses, *, at: datetime) -> Reading:
    """A withdrawal has ended the lease already; a HAT frozen meanwhile has not."""
    hat, _debit, _ends_at = statuses[reading.job.acceptance_id]
    is_connected = hat == HatOwnerStatus.CONNECTED
    if is_connected or reading.status == RetrievalStatus.REFUSED:
        return reading
    return not_connected(reading, at=at)


def _finish(readings: Sequence[Reading], *, at: datetime) -> set[int]:
    for reading in readings:
        transitions.check(
            Retrieval.TRANSITIONS, current=RetrievalStatus.LEASED, target=reading.status
        )
    columns: list[list[Any]] = [
        [r.job.retrieval_id for r in readings],
        [r.job.lease for r in readings],
        [str(r.status) for r in readings],
        [r.problem for r in readings],
        [r.records for r in readings],
        [r.quarantined for r in readings],
        [r.dropped for r in readings],
        [r.due_at for r in readings],
        [int(not r.counts) for r in readings],
        [None if r.status == RetrievalStatus.BROKEN else at for r in readings],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, columns)
        return {number for (number,) in cursor.fetchall()}


def _store_blocks(readings: Iterable[Reading], *, at: datetime) -> None:
    """Binary COPY: sealed bytes travel as they are, not as twice as much text.

    :raises DatabaseError: as for every other statement; COPY alone would speak psycopg's own.
    """
    stored = [reading for reading in readings if reading.status == RetrievalStatus.STORED]
    if not stored:
        return
    translated = connection.wrap_database_errors
    with connection.cursor() as cursor, translated, cursor.copy(_COPY_BLOCKS) as copy:
        copy.set_types(["int8", "int8", "bytea", "varchar", "int4", "timestamptz"])
        for reading in stored:
            job = reading.job
            row = (job.retrieval_id, job.acceptance_id, reading.sealed, reading.digest)
            copy.write_row((*row, reading.records, at))


def _finished(reading: Reading, *, at: datetime) -> Entry:
    is_parked = reading.status == RetrievalStatus.PARKED
    return trail_of(reading.job, at=at).step(
        Action.RETRIEVAL_PARKED if is_parked else Action.RETRIEVAL_FINISHED,
        f"fulfilment.retrieval:{reading.job.retrieval_id}",
        was=RetrievalStatus.LEASED,
        now=reading.status,
        records=reading.records,
        acceptance=reading.job.acceptance_id,
    )


def _schedule_next(
    readings: Iterable[Reading],
    lines: Mapping[int, OrderLine],
    statuses: Statuses,
    *,
    at: datetime,
) -> list[Entry]:
    """For a collection that goes on: the next reading, while the debit is on and its time lasts."""
    planned: list[tuple[Job, Retrieval]] = []
    for reading in readings:
        job = reading.job
        due_at = _next_due(job, lines[job.line_id], statuses[job.acceptance_id], at=at)
        if due_at is not None and reading.status in _LEADS_ON:
            following = Retrieval(debit_id=job.debit_id, number=job.number + 1, due_at=due_at)
            planned.append((job, following))
    Retrieval.objects.bulk_create(following for _, following in planned)
    return [
        trail_of(job, at=at).step(Action.RETRIEVAL_SCHEDULED, following, now=following.status)
        for job, following in planned
    ]


def _next_due(
    job: Job, line: OrderLine, statuses: tuple[str, str, datetime | None], *, at: datetime
) -> datetime | None:
    _hat, debit, ends_at = statuses
    step = _STEPS.get(Collection(line.offer_version.collection))
    if step is None or ends_at is None or debit != DataDebitStatus.ENABLED:
        return None
    due_at = max(job.due_at + step, at)
    return due_at if due_at < ends_at else None


def _switch_off(readings: Iterable[Reading], *, at: datetime) -> None:
    """The HAT says these debits may not be read: have each looked at, now."""
    off = [reading.job.debit_id for reading in readings if reading.is_switched_off]
    if not off:
        return
    DataDebit.objects.filter(pk__in=off, status=DataDebitStatus.ENABLED).update(next_check_at=at)
    for number in off:
        outbox.enqueue("fulfilment.check_debit", key=f"debit:{number}", debit_id=number)


def _follow(line: OrderLine, readings: Sequence[Reading], *, at: datetime) -> None:
    by_status: dict[bool, set[int]] = defaultdict(set)
    for reading in readings:
        if reading.status in _LEADS_ON:
            is_stored = reading.status == RetrievalStatus.STORED
            by_status[is_stored].add(reading.job.acceptance_id)
    deliveries.deliver(line=line, stored=by_status[True], at=at)
    once = line.offer_version.collection == Collection.ONCE
    deliveries.settle(line=line, undelivered=by_status[False], once=once, at=at)


def _seen_before(answers: Iterable[Answer]) -> dict[int, Seen]:
    """For later readings: what earlier ones stored, so that only new records are kept."""
    later = [a.job for a in answers if a.job.number > 1 and a.values is not None]
    if not later:
        return {}
    uids = {job.acceptance_id: job.uid for job in later}
    keys = {
        number: data_key(uids[number], bytes(wrapped or b""))
        for number, wrapped in DataKey.objects.filter(
            acceptance__in=uids, wrapped__isnull=False
        ).values_list("acceptance_id", "wrapped")
    }
    seen: dict[int, Seen] = defaultdict(frozenset)
    blocks = SealedBlock.objects.filter(acceptance__in=keys).values_list(
        "acceptance_id", "retrieval_id", "sealed"
    )
    for number, retrieval, sealed in blocks:
        context = block_context(uids[number], retrieval)
        plain = sealing.unseal(bytes(sealed), data_key=keys[number], context=context)
        seen[number] |= seen_in(plain)
    return seen
