"""A dataset's life: opened, gone stale, taken back for one person's sake, looked at, taken.

Each function works in the caller's transaction. Locks are taken in the order line, dataset,
revision; building a revision is in ``builds``, the end of retention in ``retention``.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from accounts import audit, notifications
from accounts.audit import Action
from accounts.models import User
from buyers.models import OrderLine
from common import language, outbox, transitions
from common.errors import DomainError
from common.language import gettext as _
from common.language import gettext_noop
from fulfilment.models import (
    Acceptance,
    Dataset,
    DatasetFile,
    DatasetRevision,
    Download,
    RemovalNotice,
)
from fulfilment.queries import datasets as queries
from offers.models import Collection

CONFIRM_REMOVAL_WITHIN = timedelta(days=30)  # time enough for copies on tapes and laptops
_A_TICK = timedelta(microseconds=1)  # what timestamps in the database resolve
_FASTEST_REBUILD, _SLOWEST_REBUILD = timedelta(seconds=10), timedelta(hours=1)
WITHDRAWN_FOR_A_PERSON = gettext_noop("Somebody in it stopped sharing.")


class RevisionTakenBack(DomainError):
    """The revision was withdrawn, or its files have been removed."""

    code = "revision_taken_back"
    http_status = 410


def open_dataset(*, order_line: OrderLine, at: datetime) -> Dataset:
    """Open the line's dataset once, and have its first revision built; again: mark it stale.

    It is kept for the agreed days from here on, after the collection where there is one: never
    longer than the first people were told.
    """
    dataset, created = Dataset.objects.get_or_create(
        order_line=order_line,
        defaults={
            "opened_at": at,
            "delete_after": at + _kept_for(order_line),
            "stale_since": at,
        },
    )
    if not created:
        mark_stale(order_line=order_line, at=at)
        return dataset
    organisation = order_line.order.organisation
    audit.record(Action.DATASET_OPENED, dataset, at=at, organisation=organisation)
    _enqueue_build(dataset.pk)
    return dataset


def mark_stale(*, order_line: OrderLine, at: datetime) -> None:
    """Say that deliveries came in which no revision shows; bursts lead to one more revision."""
    dataset = Dataset.objects.filter(order_line=order_line, purged_at__isnull=True).first()
    if dataset is None:
        return
    _touch(dataset, at=at)
    _enqueue_build(dataset.pk, wait=_pause_before_build(dataset, at=at))


def withdraw_person(*, acceptance: Acceptance, at: datetime) -> None:
    """Take back every revision that holds this person, in the transaction of the withdrawal.

    Their files' keys are destroyed here and now; the files go by outbox. Whoever could have
    copies is asked to delete this person's rows and to say so.
    """
    dataset = (
        Dataset.objects.select_for_update().filter(order_line_id=acceptance.order_line_id).first()
    )
    if dataset is None:
        return
    holding = queries.revisions_holding([acceptance.pk]).filter(dataset=dataset)
    was_released = holding.filter(sealed_at__isnull=False).exists()
    sealed = holding.filter(status=DatasetRevision.Status.SEALED).values_list("pk", flat=True)
    for revision in locked_revisions(list(sealed)):
        withdraw_revision(revision=revision, reason=WITHDRAWN_FOR_A_PERSON, at=at)
    if dataset.purged_at is not None:
        return
    _touch(dataset, at=at)
    _enqueue_build(dataset.pk, key=f"dataset:{dataset.pk}:withdrawal")
    if was_released:
        _notice_removal(dataset, acceptance, at=at)


def withdraw_revision(*, revision: DatasetRevision, reason: str, at: datetime) -> None:
    """Take a revision back; ``revision`` is locked by the caller.

    :param reason: a sentence marked with ``gettext_noop``; who reads it reads it translated.
    """
    was = revision.status
    target = DatasetRevision.Status.WITHDRAWN
    transitions.check(DatasetRevision.TRANSITIONS, current=was, target=target)
    revision.status, revision.withdrawn_reason = target, reason
    revision.save(update_fields=["status", "withdrawn_reason"])
    DatasetFile.objects.filter(revision=revision).update(wrapped_key=b"")
    organisation = revision.dataset.order_line.order.organisation
    audit.record(
        Action.REVISION_WITHDRAWN,
        revision,
        at=at,
        organisation=organisation,
        was=was,
        now=target,
        number=revision.number,
    )
    outbox.enqueue(
        "fulfilment.remove_revision_files", key=f"revision:{revision.pk}", revision_id=revision.pk
    )


@transaction.atomic
def record_download(*, file: DatasetFile, by: User, at: datetime) -> Download:
    """Write down who takes which file, before its first byte leaves.

    One audit entry names the revision; everybody whose rows it holds finds it in their log.

    :raises RevisionTakenBack: the revision was withdrawn, perhaps a moment ago.
    """
    revision = locked_revisions([file.revision_id])[0]
    require_released(revision)
    download = Download.objects.create(file=file, by=by, at=at)
    audit.record(
        Action.FILE_DOWNLOADED,
        revision,
        at=at,
        actor=by,
        organisation=revision.dataset.order_line.order.organisation,
        file_id=file.pk,
        format=file.format,
        number=revision.number,
        rows=file.rows,
    )
    return download


def record_view(*, revision: DatasetRevision, by: User, at: datetime) -> None:
    """Write down that somebody looked at a revision's page, rows of the preview included."""
    audit.record(
        Action.DATASET_VIEWED,
        revision,
        at=at,
        actor=by,
        organisation=revision.dataset.order_line.order.organisation,
        number=revision.number,
    )


def require_released(revision: DatasetRevision) -> None:
    """:raises RevisionTakenBack: it is not, or no longer, there to be taken."""
    if revision.status != DatasetRevision.Status.SEALED:
        words = _(
            "Revision {number} was taken back. {reason} The dataset’s page has the newest revision."
        )
        raise RevisionTakenBack(words.format(number=revision.number, reason=revision.why_withdrawn))


@transaction.atomic
def confirm_removal(*, notice: RemovalNotice, by: User, at: datetime) -> RemovalNotice:
    """The organisation says that it deleted the person's rows everywhere; twice is once."""
    notice = (
        RemovalNotice.objects.select_for_update(of=("self",))
        .select_related("dataset__order_line__order__organisation", "acceptance__hat_owner__user")
        .get(pk=notice.pk)
    )
    if notice.confirmed_at is not None:
        return notice
    notice.confirmed_at, notice.confirmed_by = at, by
    notice.save(update_fields=["confirmed_at", "confirmed_by"])
    organisation = notice.dataset.order_line.order.organisation
    owner = notice.acceptance.hat_owner.user
    audit.record(
        Action.REMOVAL_CONFIRMED,
        notice,
        at=at,
        actor=by,
        organisation=organisation,
        owner_user=owner,
    )
    notifications.notify(
        [owner],
        notice="removal_confirmed",
        subject=lambda: _("{organisation} has deleted your data").format(
            organisation=organisation.name
        ),
        line=lambda: _("They confirmed that your rows are gone from all their copies."),
        link=reverse("fulfilment:owner-acceptance", args=[notice.acceptance.uid]),
        key=f"removal-confirmed:{notice.pk}",
    )
    return notice


def _notice_removal(dataset: Dataset, acceptance: Acceptance, *, at: datetime) -> None:
    notice, created = RemovalNotice.objects.get_or_create(
        acceptance=acceptance,
        defaults={
            "dataset": dataset,
            "person": acceptance.person,
            "created_at": at,
            "confirm_by": at + CONFIRM_REMOVAL_WITHIN,
        },
    )
    if not created:
        return
    organisation = dataset.order_line.order.organisation
    audit.record(
        Action.REMOVAL_NOTICED,
        notice,
        at=at,
        organisation=organisation,
        owner_user=acceptance.hat_owner.user,
    )
    notifications.notify(
        queries.people_to_tell(organisation.pk),
        notice="removal_noticed",
        subject=lambda: _("Please delete person {person} from dataset {reference}").format(
            person=notice.person, reference=dataset.reference
        ),
        line=lambda: _(
            "This person stopped sharing. Delete their rows from all copies and confirm by {day}."
        ).format(day=language.date_long(notice.confirm_by)),
        link=reverse("fulfilment:dataset-removals", args=[dataset.reference]),
        key=f"removal:{notice.pk}",
    )


def _kept_for(line: OrderLine) -> timedelta:
    version = line.offer_version
    collecting = 0 if version.collection == Collection.ONCE else version.period_days
    return timedelta(days=collecting + line.retention_days)


def locked_revisions(revision_ids: list[int]) -> list[DatasetRevision]:
    """The revisions, locked in their order, with all that their pages and entries name."""
    return list(
        DatasetRevision.objects.select_for_update(of=("self",))
        .select_related("dataset__order_line__order__organisation")
        .filter(pk__in=revision_ids)
        .order_by("pk")
    )


def _touch(dataset: Dataset, *, at: datetime) -> None:
    """Let ``stale_since`` grow, so that a build can tell whether something came after it began."""
    later = Greatest(at, F("stale_since") + _A_TICK)
    Dataset.objects.filter(pk=dataset.pk).update(stale_since=later)


def _pause_before_build(dataset: Dataset, *, at: datetime) -> timedelta:
    """How long deliveries gather before the next revision: a young dataset grows quickly."""
    last = dataset.revisions.filter(sealed_at__isnull=False).order_by("-number").first()
    if last is None or last.sealed_at is None:
        return timedelta()
    gap = min(_SLOWEST_REBUILD, _FASTEST_REBUILD * (last.number - 1))
    return max(timedelta(), last.sealed_at + gap - at)


def _enqueue_build(dataset_id: int, *, key: str = "", wait: timedelta = timedelta()) -> None:
    outbox.enqueue(
        "fulfilment.build_revision",
        key=key or f"dataset:{dataset_id}",
        due_at=timezone.now() + wait,
        dataset_id=dataset_id,
    )
