"""Work after payment that happens outside the request: each loads by id and calls one action."""

from celery import shared_task
from django.utils import timezone

from common import outbox
from fulfilment.actions import builds, debits, outcomes, retention, retrievals, sweeps
from fulfilment.models import DataDebit
from hats.errors import HatUnreachable

# Less than the lease of an outbox message, so that a long queue is not worked on twice.
RETRIEVING_SECONDS = 40


@outbox.handler("fulfilment.propose_debit", retry_on=(HatUnreachable,))
def propose_debit(*, debit_id: int) -> None:
    """An owner said yes; the debit goes to the HAT."""
    debits.propose_debit(debit=DataDebit.objects.get(pk=debit_id), at=timezone.now())


@outbox.handler("fulfilment.check_debit")
def check_debit(*, debit_id: int) -> None:
    """It is time to ask a HAT what its owner has decided."""
    debits.check_debit(debit=DataDebit.objects.get(pk=debit_id), at=timezone.now())


@outbox.handler("fulfilment.run_retrievals")
def run_retrievals() -> None:
    """Retrievals are due; several workers may run this at once."""
    retrievals.run_until_idle(clock=timezone.now, seconds=RETRIEVING_SECONDS)


@shared_task(name="fulfilment.sweep")
def sweep() -> None:
    """Periodic: whatever is due and nobody has been told of, after lost hints and dead workers."""
    sweeps.sweep(at=timezone.now())


@outbox.handler("fulfilment.build_revision")
def build_revision(*, dataset_id: int) -> None:
    """A dataset has gone stale."""
    builds.build_revision(dataset_id=dataset_id, at=timezone.now())


@outbox.handler("fulfilment.remove_revision_files")
def remove_revision_files(*, revision_id: int) -> None:
    """A revision was withdrawn; its keys are gone already."""
    retention.remove_revision_files(revision_id=revision_id)


@shared_task(name="fulfilment.purge_expired")
def purge_expired() -> None:
    """Periodic: datasets whose agreed time is over."""
    retention.purge_expired(at=timezone.now())


@shared_task(name="fulfilment.note_outcomes")
def note_outcomes() -> None:
    """Periodic: lines that have closed, and revisions sealed since, for the shop's estimates."""
    outcomes.note_outcomes(at=timezone.now())
