"""Effects outside the database: enqueue in the caller's transaction, deliver at least once.

``enqueue`` writes a row beside the business rows. The relay claims due rows with a lease and
hands their numbers to Celery; the worker runs the handler and marks the row done. A lost message,
a killed worker or a flushed broker costs one lease, never the work.
"""

import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from common import transitions
from common.models import OutboxMessage, OutboxStatus

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12  # with the back-off below: about six hours
BACKOFF_START_SECONDS, BACKOFF_CAP_SECONDS = 2, 3600

Handler = Callable[..., None]
H = TypeVar("H", bound=Handler)


class Retry(Exception):
    """Base for outcomes worth trying again: ``code`` is what the row remembers."""

    code = "retry"
    after_seconds: int | None = None


@dataclass(frozen=True)
class _Registration:
    handler: Handler
    retry_on: tuple[type[Exception], ...]


_handlers: dict[str, _Registration] = {}


def handler(name: str, *, retry_on: tuple[type[Exception], ...] = ()) -> Callable[[H], H]:
    """Register a function as the effect ``name``; it must be harmless when run twice."""

    def register(function: H) -> H:
        _handlers[name] = _Registration(function, (Retry, *retry_on))
        return function

    return register


def enqueue(task: str, *, key: str = "", due_at: datetime | None = None, **ids: int | str) -> None:
    """Write what must happen. With ``key``, an equal pending message is left as it is."""
    message = OutboxMessage(task=task, arguments=ids, key=key, due_at=due_at or timezone.now())
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=bool(key))


def lease_time() -> timedelta:
    """How long a worker may be silent about a message before it is given to another."""
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def claim_due(*, limit: int, at: datetime) -> list[int]:
    """Lease due messages and return their numbers; expired leases are due again."""
    expired = models.Q(status=OutboxStatus.LEASED, leased_until__lt=at)
    due = models.Q(status=OutboxStatus.PENDING, due_at__lte=at)
    with transaction.atomic():
        rows = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(due | expired)
            .order_by("due_at", "pk")
            .values_list("pk", flat=True)[:limit]
        )
        OutboxMessage.objects.filter(pk__in=rows).update(
            status=OutboxStatus.LEASED,
            leased_until=at + lease_time(),
            hinted_at=at,
            lease=uuid.uuid4(),
        )
    return rows


def release(message_ids: list[int]) -> None:
    """Give back what was claimed but could not be hinted."""
    for message in OutboxMessage.objects.filter(pk__in=message_ids, status=OutboxStatus.LEASED):
        _back_to_pending(message, due_at=message.due_at, problem=message.last_problem)


def deliver(message_id: int) -> None:
    """Run one message's handler. A message that is done, or being run elsewhere, is left alone."""
    message = _start(message_id, at=timezone.now())
    if message is None:
        return
    registration = _handlers.get(message.task)
    if registration is None:
        _fail(message, "unknown_task", park=True)
        return
    try:
        registration.handler(**message.arguments)
    except registration.retry_on as problem:
        code = getattr(problem, "code", type(problem).__name__)
        logger.info("outbox.retried", extra={**_facts(message), "code": code})
        _fail(message, code, problem=problem)
    except Exception:
        _fail(message, "unexpected")
        logger.exception("outbox.failed", extra=_facts(message))
    else:
        logger.info("outbox.done", extra=_facts(message))
        _finish(message)


def _facts(message: OutboxMessage) -> dict[str, int | str]:
    return {"outbox_id": message.pk, "task": message.task, "attempts": message.attempts}


def _start(message_id: int, *, at: datetime) -> OutboxMessage | None:
    """Take the message for this run, with a fencing token of its own; attempts count first."""
    token = uuid.uuid4()
    taken = (
        OutboxMessage.objects.filter(pk=message_id, status=OutboxStatus.LEASED)
        .filter(models.Q(hinted_at__isnull=False))
        .update(
            lease=token, leased_until=at + lease_time(), attempts=F("attempts") + 1, hinted_at=None
        )
    )
    return OutboxMessage.objects.get(pk=message_id) if taken else None


def _finish(message: OutboxMessage) -> None:
    OutboxMessage.objects.filter(pk=message.pk, lease=message.lease).update(
        status=OutboxStatus.DONE, done_at=timezone.now(), leased_until=None, last_problem=""
    )


def _fail(
    message: OutboxMessage, code: str, *, problem: Exception | None = None, park: bool = False
) -> None:
    """Back to pending with jitter, or parked for a person to look at."""
    if park or message.attempts >= MAX_ATTEMPTS:
        OutboxMessage.objects.filter(pk=message.pk, lease=message.lease).update(
            status=OutboxStatus.PARKED, leased_until=None, last_problem=code[:200]
        )
        logger.error("outbox.parked", extra=_facts(message))
        return
    wait = getattr(problem, "after_seconds", None) or _backoff_seconds(message.attempts)
    due_at = timezone.now() + timedelta(seconds=wait)
    _back_to_pending(message, due_at=due_at, problem=code[:200])


def _back_to_pending(message: OutboxMessage, *, due_at: datetime, problem: str) -> None:
    """Pending again; where an equal message came meanwhile, that one does the work."""
    mine = OutboxMessage.objects.filter(pk=message.pk, lease=message.lease)
    try:
        with transaction.atomic():
            mine.update(
                status=OutboxStatus.PENDING,
                due_at=due_at,
                leased_until=None,
                hinted_at=None,
                last_problem=problem,
            )
    except IntegrityError:
        mine.update(
            status=OutboxStatus.DONE,
            done_at=timezone.now(),
            leased_until=None,
            last_problem="superseded",
        )


def try_again(message: OutboxMessage, *, at: datetime) -> None:
    """Make a parked message due at once, with as many attempts as at first.

    :raises InvalidTransition: it is not parked.
    """
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        transitions.check(
            OutboxMessage.TRANSITIONS, current=message.status, target=OutboxStatus.PENDING
        )
        OutboxMessage.objects.filter(pk=message.pk).update(attempts=0)
        _back_to_pending(message, due_at=at, problem=message.last_problem)


def _backoff_seconds(attempts: int) -> int:
    full = min(BACKOFF_CAP_SECONDS, BACKOFF_START_SECONDS * 2 ** min(attempts, 12))
    return int(full * random.uniform(0.5, 1.0)) + 1  # noqa: S311  # jitter, not a secret
