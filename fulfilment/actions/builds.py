"""Building a revision: sealed blocks in, sealed files out, released in one transaction.

One builder works on a dataset at a time. Consent is asked by each statement that reads blocks,
and once more for everybody in the transaction that releases the revision: whoever stopped in
between is not in it, because then it is built again.
"""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse

from accounts import audit, notifications
from accounts.audit import Action
from buyers.models import OrderLine
from common import language, outbox, sealing, transitions
from common.language import gettext as _
from common.language import gettext_noop, ngettext
from fulfilment.actions import datasets
from fulfilment.exports import manifest, storage
from fulfilment.exports.drafts import JSON_LINES, Draft, DraftFile
from fulfilment.exports.opening import Answer, BlockOpener
from fulfilment.exports.writers import CsvFile
from fulfilment.models import (
    ConsentRecord,
    Dataset,
    DatasetFile,
    DatasetRevision,
    DatasetRevisionStatus,
    RevisionMembers,
)
from fulfilment.queries import blocks
from fulfilment.queries import datasets as queries
from offers import tables
from offers.actions.reviews import note_delivery

logger = logging.getLogger(__name__)

_TRIES = 3  # people may stop while we write; more than this in a row waits for a calmer moment
_FILES_A_BLOCK = 3  # CSV, JSON Lines and some room: about what the sealed bytes become
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LOCK_SPACE = 0x4453 << 40  # "DS": the advisory locks of this module
TOO_FEW_PEOPLE = gettext_noop("Fewer people than the smallest group were left.")


class BusyElsewhere(outbox.Retry):
    """Another worker is building this dataset."""

    code = "busy_elsewhere"
    after_seconds = 20


class ChangedMeanwhile(outbox.Retry):
    """People kept stopping while the files were written."""

    code = "changed_meanwhile"
    after_seconds = 20


@dataclass(frozen=True)
class _Job:
    revision: DatasetRevision
    stale_since: datetime
    at: datetime

    @property
    def line_id(self) -> int:
        return self.revision.dataset.order_line_id


def build_revision(*, dataset_id: int, at: datetime) -> DatasetRevision | None:
    """Build and release the revision that a stale dataset waits for.

    Nothing happens where nothing changed, where too few people are left, or after the end of the
    agreed retention. Run twice, it builds once.

    :raises BusyElsewhere: another worker is at it.
    :raises storage.DiskFull: there is too little room.
    :raises ChangedMeanwhile: people stopped each time we were about to release.
    """
    with _only_builder(dataset_id):
        for _try in range(_TRIES):
            job = _begin(dataset_id, at=at)
            if job is None:
                return None
            draft = _write(job)
            released = _release(job, draft)
            if released is not None:
                return released
    raise ChangedMeanwhile


@contextmanager
def _only_builder(dataset_id: int) -> Iterator[None]:
    """Hold PostgreSQL's advisory lock of this dataset: it ends with the connection, if need be."""
    key = _LOCK_SPACE | dataset_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise BusyElsewhere
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def _begin(dataset_id: int, *, at: datetime) -> _Job | None:
    dataset = (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("order_line__offer_version__offer", "order_line__order__organisation")
        .get(pk=dataset_id)
    )
    if dataset.stale_since is None or dataset.purged_at or dataset.delete_after <= at:
        return None
    revision = dataset.revisions.filter(status=DatasetRevisionStatus.BUILDING).first()
    people = blocks.count_releasable_people(dataset.order_line_id)
    if people < dataset.order_line.places_minimum:
        if revision is not None:
            _give_up(revision, at=at)
        return None
    if revision is None:
        last = dataset.revisions.aggregate(last=Max("number"))["last"] or 0
        revision = DatasetRevision(dataset=dataset, number=last + 1, created_at=at)
    revision.dataset, revision.people, revision.rows = dataset, 0, 0
    revision.save()
    return _Job(revision, dataset.stale_since, at)


def _write(job: _Job) -> "_Written":
    """Write every file of the revision into a folder of its own, or leave nothing behind."""
    dataset = job.revision.dataset
    keep = {path.split("/")[-2] for path in _paths_of(dataset)}
    storage.remove_leftovers(dataset.pk, keep=keep)
    storage.require_space(_FILES_A_BLOCK * blocks.sealed_bytes(job.line_id))
    draft = draft_of(job.revision, at=job.at)
    try:
        unreadable = fill(draft, line_id=job.line_id, revision=job.revision)
        files = draft.finish()
        facts = _manifest(job, draft, files)
        files.append(draft.add_manifest(facts))
        storage.put_in_place(draft.folder)
    except BaseException as problem:
        draft.abandon()
        if isinstance(problem, OSError) and problem.errno in _NO_ROOM:
            raise storage.DiskFull from problem
        raise
    return _Written(draft, files, facts, unreadable)


@dataclass(frozen=True)
class _Written:
    draft: Draft
    files: list[DraftFile]
    manifest: dict[str, object]
    unreadable: int


def draft_of(revision: DatasetRevision, *, at: datetime) -> Draft:
    """Open the files of a revision: a CSV file for each table of the offer, and JSON Lines."""
    version = revision.dataset.order_line.offer_version
    columns = tables.columns_of(version.fields.order_by("position", "pk"))
    stem = f"{revision.dataset.reference}-r{revision.number}"
    folder = storage.new_folder(revision.dataset_id)
    return Draft(folder, stem, tables.tables_of(columns), at)


def fill(draft: Draft, *, line_id: int, revision: DatasetRevision) -> int:
    """Open all releasable blocks into the draft; returns how many did not open."""
    reading = Reading(line_id)
    for batch in reading.batches():
        for block, answer in batch:
            draft.add(answer, person=block.person, acceptance_id=block.acceptance_id)
        DatasetRevision.objects.filter(pk=revision.pk).update(
            people=len(draft.people), rows=draft.rows
        )
    return reading.unreadable


class Reading:
    """The releasable blocks of a line, opened one after the other.

    A block that does not open stops nobody else's: it is left out, counted and logged.
    """

    def __init__(self, line_id: int) -> None:
        self.unreadable = 0
        self._line_id, self._opener = line_id, BlockOpener()

    def batches(self) -> Iterator[Iterator[tuple[blocks.Block, Answer]]]:
        """One batch a statement; between batches no transaction is open."""
        for batch in blocks.block_batches(self._line_id):
            yield self._opened(batch)

    def _opened(self, batch: Iterator[blocks.Block]) -> Iterator[tuple[blocks.Block, Answer]]:
        for block in batch:
            try:
                answer = self._opener.open(
                    block.sealed,
                    acceptance_uid=block.acceptance_uid,
                    retrieval_id=block.retrieval_id,
                    wrapped_key=block.wrapped_key,
                )
            except sealing.CannotOpen:
                self.unreadable += 1
                logger.exception("dataset.block_unreadable", extra={"block_id": block.block_id})
                continue
            yield block, answer


def export_csv_only(*, order_line: OrderLine, folder: Path) -> int:
    """The CSV part of a build alone, for measuring it; returns the rows written.

    :param folder: an empty folder below FILES_ROOT; its files are of no further use.
    """
    fields = order_line.offer_version.fields.order_by("position", "pk")
    columns = tables.tables_of(tables.columns_of(fields))
    files = {
        table: CsvFile(folder / f"{place}.csv", columns=of_table)
        for place, (table, of_table) in enumerate(columns.items())
    }
    for batch in Reading(order_line.pk).batches():
        for block, answer in batch:
            for table, file in files.items():
                records = [record["d"] for record in answer.get(table, ())]
                cells = [tables.cells_of(column, records) for column in columns[table]]
                file.add(cells, person=block.person)
    for file in files.values():
        file.finish()
    return sum(file.rows for file in files.values())


def _manifest(job: _Job, draft: Draft, files: list[DraftFile]) -> dict[str, object]:
    consents = ConsentRecord.objects.filter(acceptance__order_line=job.line_id)
    record_ids = [
        record_id
        for acceptance_id, record_id in consents.values_list("acceptance_id", "record_id")
        if acceptance_id in draft.people
    ]
    return manifest.manifest_of(
        job.revision,
        people=len(draft.people),
        rows=draft.rows,
        files=[file.facts() for file in files],
        consent_records=manifest.consent_digest(record_ids),
        at=job.at,
    )


@transaction.atomic
def _release(job: _Job, written: _Written) -> DatasetRevision | None:
    """Seal the revision if everybody in it may still be released; else nothing of it stays."""
    dataset = Dataset.objects.select_for_update().get(pk=job.revision.dataset_id)
    people = written.draft.people
    enough = len(people) >= job.revision.dataset.order_line.places_minimum
    if dataset.purged_at or not enough or not people <= blocks.releasable_people(job.line_id):
        folder = written.files[0].stored.path.rsplit("/", 1)[0]
        storage.remove_folder(storage.root() / folder)
        return None
    revision = _sealed(job, written)
    Dataset.objects.filter(pk=dataset.pk, stale_since=job.stale_since).update(stale_since=None)
    line = job.revision.dataset.order_line
    organisation = line.order.organisation
    note_delivery(version=line.offer_version, organisation=organisation, at=job.at)
    audit.record(
        Action.REVISION_SEALED,
        revision,
        at=job.at,
        organisation=organisation,
        was=DatasetRevisionStatus.BUILDING,
        now=revision.status,
        number=revision.number,
        people=revision.people,
        rows=revision.rows,
    )
    _tell_of_first(revision)
    return revision


def _sealed(job: _Job, written: _Written) -> DatasetRevision:
    revision = job.revision
    target = DatasetRevisionStatus.SEALED
    transitions.check(DatasetRevision.TRANSITIONS, current=revision.status, target=target)
    lines = next(file for file in written.files if file.format == JSON_LINES)
    revision.status, revision.sealed_at = target, job.at
    revision.people, revision.rows = len(written.draft.people), written.draft.rows
    revision.sha256, revision.manifest = lines.stored.sha256, dict(written.manifest)
    revision.profile = {
        **written.draft.profile.summary(),
        **blocks.kept_out(job.line_id),
        "unreadable": written.unreadable,
    }
    revision.save()
    RevisionMembers.objects.create(revision=revision, acceptance_ids=sorted(written.draft.people))
    DatasetFile.objects.bulk_create(_file_row(revision, file) for file in written.files)
    return revision


def _file_row(revision: DatasetRevision, file: DraftFile) -> DatasetFile:
    return DatasetFile(
        revision=revision,
        format=file.format,
        table=file.table,
        name=file.name,
        path=file.stored.path,
        wrapped_key=file.stored.wrapped_key,
        size=file.stored.size,
        rows=file.rows,
        sha256=file.stored.sha256,
    )


def _tell_of_first(revision: DatasetRevision) -> None:
    dataset = revision.dataset
    organisation = dataset.order_line.order.organisation
    notifications.notify(
        queries.people_to_tell(organisation.pk),
        notice="dataset_opened",
        subject=lambda: _("Your dataset {reference} is open").format(reference=dataset.reference),
        line=lambda: ngettext(
            "{people} person is in its first revision. It grows as more deliver.",
            "{people} people are in its first revision. It grows as more deliver.",
            revision.people,
        ).format(people=language.number(revision.people)),
        link=reverse("fulfilment:dataset-detail", args=[dataset.reference]),
        key=f"dataset-opened:{dataset.pk}",
    )


def _give_up(revision: DatasetRevision, *, at: datetime) -> None:
    datasets.withdraw_revision(revision=revision, reason=TOO_FEW_PEOPLE, at=at)


def _paths_of(dataset: Dataset) -> list[str]:
    return list(
        DatasetFile.objects.filter(revision__dataset=dataset).values_list("path", flat=True)
    )
