"""Work after payment that happens outside the request: each loads by id and calls one action."""

from celery import shared_task
from django.utils import timezone

from common import outbox
from fulfilment.actions import builds, retention


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
