"""Which retrievals a worker may run: claimed by lease, agreed to just before the request."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import reverse

from accounts.audit import Action
from accounts.models import User
from accounts.notifications import notify
from common import outbox, transitions
from common.language import gettext as _
from fulfilment import audit
from fulfilment.actions.readings import MAX_ATTEMPTS, Job
from fulfilment.audit import Entry, Trail
from fulfilment.models import AcceptanceStatus, DataDebitStatus, Retrieval, RetrievalStatus
from fulfilment.queries.acceptances import Asked, asked_of
from hats.errors import Unreachable
from hats.models import HatOwnerStatus

# What rests is due a thousand years later: no query that looks for work has to know of it.
REST = timedelta(days=365_000)
READABLE = (AcceptanceStatus.CONFIRMED, AcceptanceStatus.FULFILLED)
_DUE = (RetrievalStatus.DUE, RetrievalStatus.BROKEN)
_EXPIRED_BATCH = 500
_COLUMNS = {
    "retrieval_id": "pk",
    "number": "number",
    "attempts": "attempts",
    "due_at": "due_at",
    "debit_id": "debit_id",
    "acceptance_id": "debit__acceptance_id",
    "uid": "debit__acceptance__uid",
    "line_id": "debit__acceptance__order_line_id",
    "organisation_id": "debit__acceptance__order_line__order__organisation_id",
    "owner_id": "debit__acceptance__hat_owner_id",
    "owner_user_id": "debit__acceptance__hat_owner__user_id",
    "hat_domain": "debit__acceptance__hat_owner__hat_domain",
    "version": "debit__acceptance__order_line__offer_version_id",
    "wrapped_key": "debit__acceptance__data_key__wrapped",
}


@transaction.atomic
def claim(*, limit: int, at: datetime) -> list[Job]:
    """Lease retrievals that are due, oldest first; the attempt counts from here on."""
    _commit_without_waiting()
    due = (
        Retrieval.objects.select_for_update(skip_locked=True)
        .filter(status__in=_DUE, due_at__lte=at)
        .order_by("due_at", "pk")
    )
    was = dict(due.values_list("pk", "status")[:limit])
    if not was:
        return []
    lease = uuid.uuid4()
    Retrieval.objects.filter(pk__in=was).update(
        status=RetrievalStatus.LEASED,
        lease=lease,
        leased_until=at + lease_time(),
        attempts=F("attempts") + 1,
    )
    jobs = _jobs(list(was), lease=lease)
    audit.write(_leased(job, was[job.retrieval_id], at=at) for job in jobs)
    return jobs


def _commit_without_waiting() -> None:
    """Let this transaction end before the disk has it.

    A crash of the database may then take back a lease or its renewal: the retrieval is due again,
    and the answer to the lost lease is refused. Only leases and their entries are written so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def lease_time() -> timedelta:
    """How long a worker may be silent before its work is given to another."""
    return timedelta(seconds=settings.RETRIEVAL_LEASE_SECONDS)


def _jobs(numbers: list[int], *, lease: uuid.UUID) -> list[Job]:
    rows = Retrieval.objects.filter(pk__in=numbers).order_by("due_at", "pk")
    facts = list(rows.values_list(*_COLUMNS.values()))
    version = list(_COLUMNS).index("version")
    asked = asked_of({row[version] for row in facts})
    return [_job(dict(zip(_COLUMNS, row, strict=True)), lease, asked) for row in facts]


def _job(facts: dict[str, Any], lease: uuid.UUID, versions: dict[int, Asked]) -> Job:
    asked = versions[facts.pop("version")]
    wrapped = bytes(facts.pop("wrapped_key") or b"")
    return Job(**facts, lease=lease, asked=asked, wrapped_key=wrapped)


def trail_of(job: Job, *, at: datetime) -> Trail:
    """Where the entries about this job show."""
    return Trail(at, job.owner_user_id, job.organisation_id)


def _leased(job: Job, was: str, *, at: datetime) -> Entry:
    return trail_of(job, at=at).step(
        Action.RETRIEVAL_LEASED,
        f"fulfilment.retrieval:{job.retrieval_id}",
        was=was,
        now=RetrievalStatus.LEASED,
        attempt=job.attempts,
    )


@contextmanager
def agreed(jobs: Sequence[Job], *, at: datetime) -> Iterator[dict[int, str]]:
    """Hold still, while requests begin, whatever could forbid them; old leases begin anew.

    Yields what speaks against each job that may not be asked for, by number of the retrieval. A
    withdrawal has to write to the retrieval, whose row is locked here: either it comes first and
    the job is forbidden, or it waits until the request has begun.
    """
    leases = {job.lease for job in jobs}
    with transaction.atomic():
        _commit_without_waiting()
        rows = (
            Retrieval.objects.select_for_update(of=("self",))
            .filter(
                pk__in=[job.retrieval_id for job in jobs],
                lease__in=leases,
                status=RetrievalStatus.LEASED,
            )
            .order_by("pk")
            .values_list(
                "pk",
                "leased_until",
                "debit__status",
                "debit__acceptance__status",
                "debit__acceptance__hat_owner__status",
            )
        )
        found = list(rows)
        reasons = {number: _reason(*statuses) for number, _, *statuses in found}
        soon = at + lease_time() / 2
        _renew([number for number, until, *_ in found if until and until < soon], at=at)
        yield {
            job.retrieval_id: reason
            for job in jobs
            if (reason := reasons.get(job.retrieval_id, "not_agreed"))
        }


def _renew(numbers: Sequence[int], *, at: datetime) -> None:
    if numbers:
        Retrieval.objects.filter(pk__in=numbers).update(leased_until=at + lease_time())


def _reason(debit: str, acceptance: str, hat: str) -> str:
    """Why a HAT may not be asked; empty when it may."""
    if acceptance not in READABLE or debit != DataDebitStatus.ENABLED:
        return "not_agreed"
    return "" if hat == HatOwnerStatus.CONNECTED else "hat_not_connected"


@transaction.atomic
def free_expired(*, at: datetime) -> int:
    """Take back the leases of workers that died; what keeps killing workers is parked."""
    rows = (
        Retrieval.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(status=RetrievalStatus.LEASED, leased_until__lt=at)
        .order_by("leased_until", "pk")
    )
    numbers = list(rows.values_list("pk", flat=True)[:_EXPIRED_BATCH])
    jobs = _jobs(numbers, lease=uuid.uuid4())
    for status in (RetrievalStatus.PARKED, RetrievalStatus.DUE):
        is_parked = status == RetrievalStatus.PARKED
        chosen = [job for job in jobs if (job.attempts >= MAX_ATTEMPTS) == is_parked]
        _free(chosen, status, at=at)
    return len(numbers)


def _free(jobs: Sequence[Job], status: RetrievalStatus, *, at: datetime) -> None:
    if not jobs:
        return
    Retrieval.objects.filter(pk__in=[job.retrieval_id for job in jobs]).update(
        status=status,
        lease=None,
        leased_until=None,
        problem="worker_died",
        due_at=Greatest(F("due_at"), at),
    )
    is_parked = status == RetrievalStatus.PARKED
    action = Action.RETRIEVAL_PARKED if is_parked else Action.RETRIEVAL_SCHEDULED
    audit.write(
        trail_of(job, at=at).step(
            action,
            f"fulfilment.retrieval:{job.retrieval_id}",
            was=RetrievalStatus.LEASED,
            now=status,
        )
        for job in jobs
    )
    if is_parked:
        tell_moderators(at=at)


@transaction.atomic
def retry_parked(*, retrieval: Retrieval, by: User, at: datetime) -> None:
    """A moderator has looked at it: read again, with as many attempts as at first.

    :raises InvalidTransition: it is not parked.
    """
    retrieval = Retrieval.objects.select_for_update().get(pk=retrieval.pk)
    was, now = retrieval.status, RetrievalStatus.DUE
    transitions.check(Retrieval.TRANSITIONS, current=was, target=now)
    (job,) = _jobs([retrieval.pk], lease=uuid.uuid4())
    retrieval.status, retrieval.due_at, retrieval.attempts = now, at, 0
    retrieval.save(update_fields=["status", "due_at", "attempts"])
    step = trail_of(job, at=at).step(Action.RETRIEVAL_SCHEDULED, retrieval, was=was, now=now)
    audit.write([replace(step, actor_id=by.pk)])


@transaction.atomic
def rest(*, hat_owner_id: int, at: datetime) -> None:
    """The HAT may not be spoken to for now: nothing of it is claimed, no answer of it is taken."""
    _take_back(hat_owner_id=hat_owner_id, at=at)
    Retrieval.objects.filter(
        debit__acceptance__hat_owner=hat_owner_id, status__in=_DUE, due_at__lt=at + REST / 2
    ).update(due_at=F("due_at") + REST, problem="hat_not_connected")


@transaction.atomic
def wake(*, hat_owner_id: int, at: datetime) -> None:
    """The HAT may be spoken to again: everything is due when it was, or now if that is over."""
    Retrieval.objects.filter(
        debit__acceptance__hat_owner=hat_owner_id, status__in=_DUE, due_at__gte=at + REST / 2
    ).update(due_at=Greatest(F("due_at") - REST, at), problem="")
    _hint(at=at)


@transaction.atomic
def heal(*, cluster: str, at: datetime) -> None:
    """HATs of this cluster let our account in again: what waited for that is due now."""
    waiting = Retrieval.objects.filter(
        status=RetrievalStatus.BROKEN,
        problem=Unreachable.LOCKED_OUT,
        debit__acceptance__hat_owner__cluster=cluster,
        due_at__lt=at + REST / 2,
    )
    if waiting.update(due_at=at):
        _hint(at=at)


def _hint(*, at: datetime) -> None:
    outbox.enqueue("fulfilment.run_retrievals", key="retrievals", due_at=at)


def _take_back(*, hat_owner_id: int, at: datetime) -> None:
    rows = (
        Retrieval.objects.select_for_update(of=("self",))
        .filter(status=RetrievalStatus.LEASED, debit__acceptance__hat_owner=hat_owner_id)
        .order_by("pk")
    )
    jobs = _jobs(list(rows.values_list("pk", flat=True)), lease=uuid.uuid4())
    Retrieval.objects.filter(pk__in=[job.retrieval_id for job in jobs]).update(
        status=RetrievalStatus.BROKEN,
        lease=None,
        leased_until=None,
        problem="hat_not_connected",
        due_at=at,
        attempts=F("attempts") - 1,
    )
    audit.write(
        trail_of(job, at=at).step(
            Action.RETRIEVAL_FINISHED,
            f"fulfilment.retrieval:{job.retrieval_id}",
            was=RetrievalStatus.LEASED,
            now=RetrievalStatus.BROKEN,
        )
        for job in jobs
    )


def tell_moderators(*, at: datetime) -> None:
    """Say once a day that readings are parked, however many."""
    notify(
        User.objects.filter(is_moderator=True, is_active=True),
        notice="retrievals_parked",
        subject=lambda: _("Some readings of HATs need a look"),
        line=lambda: _(
            "They failed five times and wait for a decision. Their owners and buyers wait too."
        ),
        link=reverse("fulfilment:stuck-work"),
        key=f"retrievals-parked:{at:%Y-%m-%d}",
    )
