"""The end of a dataset: files removed, keys destroyed, at the date everybody was told."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit import Action, entry
from accounts.models import AuditEntry
from common.language import gettext_noop
from fulfilment.actions import datasets
from fulfilment.exports import storage
from fulfilment.models import (
    DataKey,
    Dataset,
    DatasetFile,
    DatasetRevision,
    DatasetRevisionStatus,
    SealedBlock,
)

RETENTION_OVER = gettext_noop("The agreed time of keeping it is over.")
_KEYS_A_TRANSACTION = 500


def remove_revision_files(*, revision_id: int) -> None:
    """Remove a withdrawn revision's files from the disk; once they are gone, nothing happens."""
    revision = DatasetRevision.objects.get(pk=revision_id)
    if revision.status != DatasetRevisionStatus.WITHDRAWN:
        return
    files = DatasetFile.objects.filter(revision=revision, removed_at__isnull=True)
    for path in files.values_list("path", flat=True):
        storage.remove_folder((storage.root() / path).parent)
    files.update(removed_at=timezone.now())


def purge_expired(*, at: datetime) -> int:
    """Purge every dataset whose agreed time is over; returns how many."""
    due = Dataset.objects.filter(delete_after__lte=at, purged_at__isnull=True)
    expired = list(due.order_by("pk").values_list("pk", flat=True))
    for dataset_id in expired:
        _purge(dataset_id, at=at)
    return len(expired)


def _purge(dataset_id: int, *, at: datetime) -> None:
    """What can be downloaded goes first; each step is harmless when a killed purge begins again."""
    _withdraw_all(dataset_id, at=at)
    line_id = Dataset.objects.values_list("order_line_id", flat=True).get(pk=dataset_id)
    for key_ids in _living_keys(line_id):
        _destroy(key_ids, at=at)
    Dataset.objects.filter(pk=dataset_id).update(purged_at=at, stale_since=None)


@transaction.atomic
def _withdraw_all(dataset_id: int, *, at: datetime) -> None:
    dataset = Dataset.objects.select_for_update().get(pk=dataset_id)
    living = dataset.revisions.exclude(status=DatasetRevisionStatus.WITHDRAWN)
    for revision in datasets.locked_revisions(list(living.values_list("pk", flat=True))):
        datasets.withdraw_revision(revision=revision, reason=RETENTION_OVER, at=at)


def _living_keys(line_id: int) -> Iterator[list[int]]:
    keys = DataKey.objects.filter(acceptance__order_line_id=line_id, wrapped__isnull=False)
    while key_ids := list(keys.order_by("pk").values_list("pk", flat=True)[:_KEYS_A_TRANSACTION]):
        yield key_ids


@transaction.atomic
def _destroy(key_ids: list[int], *, at: datetime) -> None:
    keys = list(
        DataKey.objects.select_for_update(of=("self",))
        .select_related(
            "acceptance__hat_owner__user", "acceptance__order_line__order__organisation"
        )
        .filter(pk__in=key_ids)
        .order_by("pk")
    )
    DataKey.objects.filter(pk__in=key_ids).update(wrapped=None, destroyed_at=at)
    SealedBlock.objects.filter(acceptance__data_key__in=key_ids).delete()
    AuditEntry.objects.bulk_create(
        entry(
            Action.KEY_DESTROYED,
            key,
            at=at,
            organisation=key.acceptance.order_line.order.organisation,
            owner_user=key.acceptance.hat_owner.user,
            reason="retention_over",
        )
        for key in keys
        if key.wrapped is not None
    )
