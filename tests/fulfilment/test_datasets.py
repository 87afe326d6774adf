"""Datasets: opened once, built with consent, taken back for one person, gone when time is up."""

import hashlib
import os
import resource
import threading
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import time_machine
from django.db import connection, transaction

from accounts.audit import Action, subject_of
from accounts.models import AuditEntry, Notification, Role
from common.models import OutboxMessage
from fulfilment import tasks
from fulfilment.actions import builds, datasets, retention
from fulfilment.exports import storage
from fulfilment.models import (
    AcceptanceStatus,
    DataKey,
    Dataset,
    DatasetFile,
    DatasetRevision,
    Download,
    RemovalNotice,
    SealedBlock,
)
from fulfilment.queries import datasets as queries
from offers.models import Collection
from tests import factories
from tests.factories import NOON
from tests.fulfilment.dataset_factories import (
    add_block,
    make_dataset,
    make_delivered_line,
    make_delivery,
    plays,
    withdraw,
)
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
SEALED, WITHDRAWN = DatasetRevision.Status.SEALED, DatasetRevision.Status.WITHDRAWN


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def line():
    return make_delivered_line()


@pytest.fixture
def dataset(line):
    return make_dataset(line)


@pytest.fixture
def first(dataset):
    return build(dataset)


def build(dataset, *, at=NOON):
    return builds.build_revision(dataset_id=dataset.pk, at=at)


def text_of(file):
    file.refresh_from_db()
    return b"".join(storage.read_chunks(file.path, wrapped_key=bytes(file.wrapped_key)))


def lines_of(revision):
    return [orjson.loads(one) for one in text_of(revision.files.get(format="jsonl")).splitlines()]


def stop_sharing(acceptance, *, at=LATER):
    withdraw(acceptance, at=at)
    datasets.withdraw_person(acceptance=acceptance, at=at)


def builds_asked_for():
    return OutboxMessage.objects.filter(task="fulfilment.build_revision").count()


# -- opening ----------------------------------------------------------------------------------
def test_open_dataset_opens_it_once_and_asks_for_one_revision(line):
    once = datasets.open_dataset(order_line=line, at=NOON)
    again = datasets.open_dataset(order_line=line, at=LATER)

    assert once == again
    assert Dataset.objects.get() == once
    assert builds_asked_for() == 1
    assert AuditEntry.objects.filter(action=Action.DATASET_OPENED).count() == 1


@pytest.mark.parametrize(
    ("collection", "days"), [(Collection.ONCE, 180), (Collection.DAILY, 30 + 180)]
)
def test_a_dataset_is_kept_for_the_agreed_days_after_its_collection(db, collection, days):
    line = factories.make_line(factories.make_version(collection=collection, period_days=30))

    dataset = datasets.open_dataset(order_line=line, at=NOON)

    assert dataset.delete_after == NOON + timedelta(days=days)


def test_mark_stale_without_a_dataset_does_nothing(line):
    datasets.mark_stale(order_line=line, at=NOON)

    assert builds_asked_for() == 0


def test_a_burst_of_deliveries_asks_for_one_more_revision(line, first):
    for _ in range(5):
        datasets.mark_stale(order_line=line, at=LATER)

    assert builds_asked_for() == 1


def test_deliveries_gather_longer_the_more_revisions_there_are(line, dataset, first):
    DatasetRevision.objects.filter(pk=first.pk).update(number=31)

    datasets.mark_stale(order_line=line, at=NOON + timedelta(minutes=1))

    message = OutboxMessage.objects.get(task="fulfilment.build_revision")
    wait = message.due_at - message.created_at
    assert timedelta(seconds=235) < wait < timedelta(seconds=245)


# -- building ---------------------------------------------------------------------------------
def test_a_revision_holds_every_persons_records_under_their_reference(line, first):
    people = set(line.acceptances.values_list("person", flat=True))

    assert (first.number, first.status, first.people, first.rows) == (1, SEALED, 20, 60)
    lines = lines_of(first)
    assert {one["person"] for one in lines} == people
    assert lines[0]["table"] == "plays"
    assert lines[0]["data"] == plays(1)[0]


def test_the_revisions_hash_is_the_hash_of_its_json_lines(first):
    whole = text_of(first.files.get(format="jsonl"))

    assert first.sha256 == hashlib.sha256(whole).hexdigest()


def test_the_manifest_names_each_file_with_size_hash_and_rows(first):
    facts = {one["name"]: one for one in first.manifest["files"]}

    for file in first.files.exclude(format="json"):
        content = text_of(file)
        assert facts[file.name]["bytes"] == file.size == len(content)
        assert facts[file.name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert facts[file.name]["rows"] == 60
    assert orjson.loads(text_of(first.files.get(format="json"))) == first.manifest


def test_the_manifest_says_how_many_consent_records_stand_behind_the_rows(line, first):
    ids = line.acceptances.values_list("consent__record_id", flat=True)
    digests = sorted(hashlib.sha256(str(one).encode()).hexdigest() for one in ids)

    assert first.manifest["consent_records"] == {
        "count": 20,
        "sha256": hashlib.sha256("".join(digests).encode()).hexdigest(),
    }
    assert first.manifest["terms"]["retention_days"] == 180
    assert first.manifest["offer"]["sha256"] == line.offer_version.content_hash


def test_readings_of_a_recurring_debit_follow_each_other(line, dataset):
    person = line.acceptances.order_by("pk")[0]
    add_block(person, {"plays": plays(2, song="Second reading")})

    revision = build(dataset)

    songs = [one["data"]["song"] for one in lines_of(revision) if one["person"] == person.person]
    assert songs == ["Paper Lanterns", "Harbour Lights", "Slow Train"] + ["Second reading"] * 2


def test_only_people_who_may_be_released_are_in_it(line, dataset):
    withdraw(make_delivery(line))
    make_delivery(line, status=AcceptanceStatus.CONFIRMED)
    shredded = make_delivery(line)
    DataKey.objects.filter(acceptance=shredded).update(wrapped=None, destroyed_at=NOON)
    ended = make_delivery(line, status=AcceptanceStatus.ENDED)
    never_delivered = make_delivery(line, status=AcceptanceStatus.ENDED)
    never_delivered.delivered_at = None
    never_delivered.save(update_fields=["delivered_at"])

    revision = build(dataset)

    assert revision.people == 21
    held = set(revision.members.acceptance_ids)
    assert ended.pk in held
    assert not {shredded.pk, never_delivered.pk} & held


def test_a_line_of_more_people_than_one_statement_reads_is_complete(line, dataset, monkeypatch):
    monkeypatch.setattr("fulfilment.queries.blocks._BLOCKS_A_STATEMENT", 7)

    revision = build(dataset)

    assert (revision.people, revision.rows) == (20, 60)
    assert len({(one["person"], one["data"]["at"]) for one in lines_of(revision)}) == 60


def test_too_few_people_means_no_revision_and_no_file(dataset, line):
    withdraw(line.acceptances.order_by("pk")[0])

    assert build(dataset) is None

    assert not DatasetRevision.objects.exists()
    assert not storage.dataset_folder(dataset.pk).exists()
    dataset.refresh_from_db()
    assert dataset.stale_since == NOON


def test_building_without_a_change_builds_nothing(dataset, first):
    assert build(dataset, at=LATER) is None

    assert DatasetRevision.objects.get() == first


def test_who_stops_while_the_files_are_written_is_not_in_the_revision(line, dataset, monkeypatch):
    make_delivery(line)
    quitter = line.acceptances.order_by("pk")[0]
    put_in_place = storage.put_in_place

    def stop_just_before_the_release(folder: Path) -> Path:
        if quitter.withdrawn_at is None:
            stop_sharing(quitter)
            quitter.refresh_from_db()
        return put_in_place(folder)

    monkeypatch.setattr(storage, "put_in_place", stop_just_before_the_release)
    revision = build(dataset)

    assert revision.people == 20
    assert quitter.pk not in revision.members.acceptance_ids
    assert quitter.person not in {one["person"] for one in lines_of(revision)}
    assert len(list(storage.dataset_folder(dataset.pk).iterdir())) == 1
    assert not RemovalNotice.objects.exists()


def test_the_last_of_the_smallest_group_stopping_meanwhile_releases_nothing(
    line, dataset, monkeypatch
):
    quitter = line.acceptances.order_by("pk")[0]
    put_in_place = storage.put_in_place

    def stop_just_before_the_release(folder: Path) -> Path:
        stop_sharing(quitter)
        return put_in_place(folder)

    monkeypatch.setattr(storage, "put_in_place", stop_just_before_the_release)

    assert build(dataset) is None

    assert DatasetRevision.objects.get().status == WITHDRAWN
    assert not DatasetFile.objects.exists()
    assert list(storage.dataset_folder(dataset.pk).iterdir()) == []


def test_a_delivery_during_the_build_leaves_the_dataset_stale(line, dataset, monkeypatch):
    put_in_place = storage.put_in_place

    def deliver_just_before_the_release(folder: Path) -> Path:
        make_delivery(line)
        datasets.mark_stale(order_line=line, at=NOON)
        return put_in_place(folder)

    monkeypatch.setattr(storage, "put_in_place", deliver_just_before_the_release)
    revision = build(dataset)

    assert revision.people == 20
    dataset.refresh_from_db()
    assert dataset.stale_since == NOON + timedelta(microseconds=1)
    assert builds_asked_for() == 1


def test_a_block_that_does_not_open_is_left_out_and_counted(line, dataset, caplog):
    broken = make_delivery(line)
    SealedBlock.objects.filter(acceptance=broken).update(sealed=b"\0" * 64)

    revision = build(dataset)

    assert revision.people == 20
    assert revision.profile["unreadable"] == 1
    assert "dataset.block_unreadable" in caplog.text


def test_two_workers_never_build_one_dataset_at_once(dataset):
    key, other = 0x4453 << 40 | dataset.pk, connection.copy()
    try:
        other.cursor().execute("SELECT pg_advisory_lock(%s)", [key])
        with pytest.raises(builds.BusyElsewhere):
            build(dataset)
        other.cursor().execute("SELECT pg_advisory_unlock(%s)", [key])
    finally:
        other.close()

    assert not DatasetRevision.objects.exists()
    assert build(dataset).number == 1


def test_a_full_disk_leaves_no_file_behind_and_is_tried_again(dataset, monkeypatch):
    monkeypatch.setattr(storage, "SPARE_BYTES", 1 << 60)

    with pytest.raises(storage.DiskFull):
        build(dataset)

    assert not storage.dataset_folder(dataset.pk).exists()
    assert not DatasetFile.objects.exists()


def test_a_disk_that_fills_up_while_writing_leaves_no_file_behind(line, dataset):
    random_words = [{"song": os.urandom(4_000).hex()} for _ in range(100)]
    add_block(line.acceptances.order_by("pk")[0], {"plays": random_words})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(storage.DiskFull):
            build(dataset)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(storage.dataset_folder(dataset.pk).iterdir()) == []
    assert not DatasetFile.objects.exists()
    assert build(dataset).people == 20


def test_what_a_killed_build_left_is_removed_by_the_next(dataset):
    leftover = storage.new_folder(dataset.pk)
    (leftover / "0.csv").write_bytes(b"half")

    revision = build(dataset)

    assert not leftover.exists()
    assert text_of(revision.files.get(format="csv"))


def test_an_interrupted_revision_is_taken_up_under_its_number(dataset):
    DatasetRevision.objects.create(dataset=dataset, number=1)

    revision = build(dataset)

    assert (revision.number, revision.status) == (1, SEALED)
    assert DatasetRevision.objects.count() == 1


def test_the_first_revision_is_told_to_those_who_may_act(line, dataset):
    organisation = line.order.organisation
    buyer = factories.make_member(organisation, Role.BUYER)
    factories.make_member(organisation, Role.VIEWER)

    build(dataset)
    datasets.mark_stale(order_line=line, at=LATER)
    build(dataset, at=LATER)

    told = set(Notification.objects.values_list("user", flat=True))
    assert told == {buyer.pk, line.order.placed_by_id}
    assert Notification.objects.count() == 2


# -- one person stops -------------------------------------------------------------------------
def test_every_revision_that_holds_the_person_is_taken_back_and_no_other(line, dataset, first):
    newcomer = make_delivery(line)
    datasets.mark_stale(order_line=line, at=LATER)
    second = build(dataset, at=LATER)

    stop_sharing(newcomer)

    assert statuses(dataset) == [SEALED, WITHDRAWN]
    assert {bytes(key) for key in second.files.values_list("wrapped_key", flat=True)} == {b""}
    assert b"" not in {bytes(key) for key in first.files.values_list("wrapped_key", flat=True)}


def test_the_next_revision_is_without_the_person(line, dataset, first):
    make_delivery(line)
    quitter = line.acceptances.order_by("pk")[0]

    stop_sharing(quitter)
    revision = build(dataset, at=LATER)

    assert (revision.number, revision.people) == (2, 20)
    assert quitter.person not in {one["person"] for one in lines_of(revision)}


def test_the_buyer_is_asked_to_delete_the_persons_rows(line, dataset, first):
    quitter = line.acceptances.order_by("pk")[0]

    stop_sharing(quitter)
    stop_sharing(quitter)

    notice = RemovalNotice.objects.get()
    assert (notice.person, notice.confirm_by) == (quitter.person, LATER + timedelta(days=30))
    asked = Notification.objects.filter(notice="removal_noticed")
    assert [one.user_id for one in asked] == [line.order.placed_by_id]
    noticed = AuditEntry.objects.get(action=Action.REMOVAL_NOTICED)
    assert noticed.owner_user_id == quitter.hat_owner.user_id


def test_nobody_is_asked_to_delete_what_was_never_released(line, dataset, first):
    latecomer = make_delivery(line)

    stop_sharing(latecomer)

    assert not RemovalNotice.objects.exists()
    assert statuses(dataset) == [SEALED]


def test_the_buyer_is_asked_although_another_persons_stop_took_the_revision_back(
    line, dataset, first
):
    one, other = line.acceptances.order_by("pk")[:2]

    stop_sharing(one)
    stop_sharing(other)

    assert set(RemovalNotice.objects.values_list("person", flat=True)) == {
        one.person,
        other.person,
    }


def test_without_a_dataset_a_stop_changes_nothing_here(line):
    quitter = line.acceptances.order_by("pk")[0]

    stop_sharing(quitter)

    assert not RemovalNotice.objects.exists()
    assert builds_asked_for() == 0


def test_a_stop_is_built_at_once_even_when_deliveries_still_gather(line, dataset, first):
    DatasetRevision.objects.filter(pk=first.pk).update(number=300)
    datasets.mark_stale(order_line=line, at=NOON)

    stop_sharing(line.acceptances.order_by("pk")[0])

    soonest = OutboxMessage.objects.filter(task="fulfilment.build_revision").order_by("due_at")[0]
    assert soonest.due_at - soonest.created_at < timedelta(seconds=1)


def test_confirming_a_removal_twice_writes_it_down_once(line, first, dataset):
    quitter = line.acceptances.order_by("pk")[0]
    stop_sharing(quitter)
    notice, buyer = RemovalNotice.objects.get(), line.order.placed_by

    datasets.confirm_removal(notice=notice, by=buyer, at=LATER)
    datasets.confirm_removal(notice=notice, by=factories.make_user(), at=LATER)

    notice.refresh_from_db()
    assert (notice.confirmed_at, notice.confirmed_by) == (LATER, buyer)
    entry = AuditEntry.objects.get(action=Action.REMOVAL_CONFIRMED)
    assert (entry.actor, entry.owner_user_id) == (buyer, quitter.hat_owner.user_id)
    assert Notification.objects.filter(user=quitter.hat_owner.user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_stop_that_commits_after_the_release_takes_the_revision_back(line, dataset):
    """The withdrawal changes its row, then the build releases, then the withdrawal goes on."""
    quitter = line.acceptances.order_by("pk")[0]
    changed, released = threading.Event(), threading.Event()

    def stop_slowly():
        with transaction.atomic():
            withdraw(quitter, at=LATER)
            changed.set()
            released.wait(10)
            datasets.withdraw_person(acceptance=quitter, at=LATER)
        connection.close()

    stopping = threading.Thread(target=stop_slowly)
    stopping.start()
    changed.wait(10)
    revision = build(dataset)
    released.set()
    stopping.join(10)

    assert quitter.pk in revision.members.acceptance_ids
    assert statuses(dataset) == [WITHDRAWN]
    assert RemovalNotice.objects.get().person == quitter.person


@pytest.mark.django_db(transaction=True)
def test_through_the_outbox_a_dataset_is_built_and_its_files_are_removed(line):
    with transaction.atomic():
        dataset = datasets.open_dataset(order_line=line, at=NOON)
    run_outbox()
    assert statuses(dataset) == [SEALED]

    with transaction.atomic():
        stop_sharing(line.acceptances.order_by("pk")[0])
    run_outbox()

    assert statuses(dataset) == [WITHDRAWN]
    assert list(storage.dataset_folder(dataset.pk).iterdir()) == []
    ours = OutboxMessage.objects.filter(task__startswith="fulfilment.")
    assert set(ours.values_list("status", flat=True)) == {"done"}


# -- looks and downloads ----------------------------------------------------------------------
def test_a_download_is_written_down_once_for_all_people_in_the_revision(line, first, buyer):
    file = first.files.get(format="csv")

    datasets.record_download(file=file, by=buyer, at=LATER)

    assert Download.objects.get().file == file
    entry = AuditEntry.objects.get(action=Action.FILE_DOWNLOADED)
    assert (entry.subject, entry.actor) == (subject_of(first), buyer)
    assert entry.details == {"file_id": file.pk, "format": "csv", "number": 1, "rows": 60}
    for person in line.acceptances.order_by("pk")[:2]:
        assert list(queries.revisions_holding([person.pk])) == [first]


def test_a_revision_taken_back_is_not_downloaded_and_nothing_is_written_down(line, first, buyer):
    file = first.files.get(format="csv")
    stop_sharing(line.acceptances.order_by("pk")[0])

    with pytest.raises(datasets.RevisionTakenBack) as refusal:
        datasets.record_download(file=file, by=buyer, at=LATER)

    assert refusal.value.http_status == 410
    assert not Download.objects.exists()
    assert not AuditEntry.objects.filter(action=Action.FILE_DOWNLOADED).exists()


def test_somebody_in_another_dataset_is_in_none_of_this_ones_revisions(first):
    elsewhere = make_delivery(factories.make_line())

    assert list(queries.revisions_holding([elsewhere.pk])) == []


# -- files and time ---------------------------------------------------------------------------
def test_files_of_a_withdrawn_revision_are_removed_and_a_second_run_is_harmless(line, first):
    paths = [storage.root() / path for path in first.files.values_list("path", flat=True)]
    stop_sharing(line.acceptances.order_by("pk")[0])

    for _ in range(2):
        retention.remove_revision_files(revision_id=first.pk)

    assert not any(path.exists() for path in paths)
    assert not first.files.filter(removed_at__isnull=True).exists()


def test_files_of_a_released_revision_are_never_removed(first):
    retention.remove_revision_files(revision_id=first.pk)

    assert text_of(first.files.get(format="csv"))


def test_when_the_agreed_time_is_over_files_keys_and_blocks_are_gone(line, dataset, first):
    assert retention.purge_expired(at=dataset.delete_after - timedelta(seconds=1)) == 0

    assert retention.purge_expired(at=dataset.delete_after) == 1
    retention.remove_revision_files(revision_id=first.pk)

    assert statuses(dataset) == [WITHDRAWN]
    assert not DataKey.objects.filter(wrapped__isnull=False).exists()
    assert not SealedBlock.objects.exists()
    assert list(storage.dataset_folder(dataset.pk).iterdir()) == []
    destroyed = AuditEntry.objects.filter(action=Action.KEY_DESTROYED)
    assert destroyed.count() == 20
    assert destroyed.filter(owner_user__isnull=True).count() == 0


def test_the_periodic_task_purges_what_is_due_by_its_clock(dataset, first):
    with time_machine.travel(dataset.delete_after, tick=False):
        tasks.purge_expired()

    dataset.refresh_from_db()
    assert dataset.purged_at == dataset.delete_after


def test_a_purged_dataset_is_purged_once_and_never_built_again(line, dataset, first):
    end = dataset.delete_after
    retention.purge_expired(at=end)

    assert retention.purge_expired(at=end) == 0
    datasets.mark_stale(order_line=line, at=end)

    assert build(dataset, at=end) is None
    assert statuses(dataset) == [WITHDRAWN]


def test_other_lines_keep_their_keys_when_one_dataset_ends(dataset, first):
    neighbour = make_delivery(factories.make_line())

    retention.purge_expired(at=dataset.delete_after)

    assert DataKey.objects.get(wrapped__isnull=False).acceptance == neighbour


def statuses(dataset):
    return list(dataset.revisions.order_by("number").values_list("status", flat=True))
