"""A buyer's datasets through the front door: who sees what, what is written down, what is inert."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from accounts.audit import Action, subject_of
from accounts.models import AuditEntry, Membership, Role
from fulfilment.actions import builds, datasets
from fulfilment.actions.downloads import TakenBackMidway
from fulfilment.exports import storage
from fulfilment.models import DatasetRevision, Download, RemovalNotice
from tests import factories
from tests.factories import NOON
from tests.fulfilment.dataset_factories import (
    add_block,
    make_dataset,
    make_delivered_line,
    make_deliveries,
    make_delivery,
    plays,
    withdraw,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def line(organisation):
    return make_delivered_line(organisation=organisation, places=30)


@pytest.fixture
def dataset(line):
    return make_dataset(line)


@pytest.fixture
def first(dataset):
    return builds.build_revision(dataset_id=dataset.pk, at=NOON)


@pytest.fixture
def csv_file(first):
    return first.files.get(format="csv")


@pytest.fixture
def viewer(organisation):
    return factories.make_member(organisation, Role.VIEWER, name="Vera Lane")


def page(dataset, name="detail", *arguments):
    return reverse(f"fulfilment:dataset-{name}", args=[dataset.reference, *arguments])


def downloading(client, user, file):
    client.force_login(user)
    return client.get(page(file.revision.dataset, "download", file.pk))


def stop_sharing(acceptance):
    with transaction.atomic():
        withdraw(acceptance, at=LATER)
        datasets.withdraw_person(acceptance=acceptance, at=LATER)


def words_of(response):
    return " ".join(response.content.decode().split())


# -- who sees what ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["detail", "progress", "removals", "removal-list"])
def test_another_organisation_finds_nothing(client, first, dataset, stranger, name):
    client.force_login(stranger)

    assert client.get(page(dataset, name)).status_code == 404


def test_another_organisation_downloads_nothing(client, csv_file, stranger):
    assert downloading(client, stranger, csv_file).status_code == 404
    assert not Download.objects.exists()


def test_a_moderator_is_no_member_and_finds_nothing(client, dataset, moderator):
    client.force_login(moderator)

    assert client.get(page(dataset)).status_code == 404


def test_a_hat_owner_in_the_dataset_finds_no_buyers_page(client, line, dataset):
    client.force_login(line.acceptances.order_by("pk")[0].hat_owner.user)

    assert client.get(page(dataset)).status_code == 404


def test_somebody_not_logged_in_is_asked_to_log_in(client, dataset):
    response = client.get(page(dataset))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_viewer_looks_and_does_not_take(client, csv_file, dataset, viewer):
    refused = downloading(client, viewer, csv_file)
    shown = client.get(page(dataset))

    assert refused.status_code == 403
    assert "you need to be buyer" in words_of(refused)
    assert not Download.objects.exists()
    assert shown.status_code == 200
    assert page(dataset, "download", csv_file.pk) not in words_of(shown)


def test_who_has_left_the_organisation_takes_nothing_with_an_old_link(client, csv_file, buyer):
    assert downloading(client, buyer, csv_file).status_code == 200
    Membership.objects.filter(user=buyer).delete()

    assert downloading(client, buyer, csv_file).status_code == 404


def test_a_file_of_another_dataset_is_not_found_below_this_one(client, dataset, csv_file, buyer):
    other = make_dataset(make_delivered_line(organisation=dataset.order_line.order.organisation))
    client.force_login(buyer)

    assert client.get(page(other, "download", csv_file.pk)).status_code == 404


# -- the list ---------------------------------------------------------------------------------
def test_without_datasets_the_list_says_what_will_be_here(client, buyer):
    client.force_login(buyer)

    response = client.get(reverse("fulfilment:dataset-list"))

    assert "A dataset opens by itself when the smallest group" in words_of(response)


def test_the_list_costs_the_same_however_many_there_are(
    client, buyer, organisation, first, django_assert_max_num_queries
):
    client.force_login(buyer)
    client.get(reverse("fulfilment:dataset-list"))
    with django_assert_max_num_queries(10) as one:
        client.get(reverse("fulfilment:dataset-list"))

    for _ in range(4):
        make_dataset(factories.make_line(organisation=organisation))
    with django_assert_max_num_queries(len(one)):
        response = client.get(reverse("fulfilment:dataset-list"))

    assert len(response.context["page"].object_list) == 5


def test_the_list_has_the_organisations_own_datasets_only(client, dataset, stranger):
    client.force_login(stranger)

    response = client.get(reverse("fulfilment:dataset-list"))

    assert list(response.context["page"]) == []


# -- the page ---------------------------------------------------------------------------------
def test_the_page_shows_numbers_charts_dictionary_preview_and_files(client, first, dataset, buyer):
    client.force_login(buyer)

    response = client.get(page(dataset))
    shown = response.context["page"]

    assert [fact["value"] for fact in shown.facts] == [
        "20",
        "60",
        "12:00",
        "100\N{NO-BREAK SPACE}%",
    ]
    assert [chart["title"] for chart in shown.charts] == [
        "Most records are from 10:00 to 12:00",
        "Song is “Harbour Lights” in 33 of 100 records",
        "Hardly any cell is empty",
    ]
    assert [entry["field"].name for entry in shown.dictionary[0][1]] == ["Time", "Song", "Artist"]
    assert len(shown.previews[0].rows) == 20
    assert [file.format for file in shown.files] == ["csv", "jsonl", "json"]
    assert "Paper Lanterns" in words_of(response)


def test_one_persons_many_rows_do_not_fill_the_preview(client, organisation, buyer):
    line = factories.make_line(organisation=organisation)
    make_deliveries(line, [{"plays": plays(30)}] * 20)
    dataset = make_dataset(line)
    builds.build_revision(dataset_id=dataset.pk, at=NOON)
    client.force_login(buyer)

    rows = client.get(page(dataset)).context["page"].previews[0].rows

    shown = [row[0]["text"] for row in rows]
    assert [shown.count(person) for person in dict.fromkeys(shown)] == [4, 4, 4, 4, 4]


def test_the_page_costs_the_same_however_many_people_and_rows(
    client, line, dataset, first, buyer, django_assert_num_queries
):
    client.force_login(buyer)
    client.get(page(dataset))
    with django_assert_num_queries(12):
        client.get(page(dataset))

    make_deliveries(line, [{"plays": plays(200)}] * 10)
    datasets.mark_stale(order_line=line, at=LATER)
    builds.build_revision(dataset_id=dataset.pk, at=LATER)
    client.get(page(dataset))
    with django_assert_num_queries(12):
        client.get(page(dataset))


def test_a_look_is_written_down_once_an_hour(client, first, dataset, buyer):
    client.force_login(buyer)

    with time_machine.travel(NOON, tick=False) as clock:
        client.get(page(dataset))
        client.get(page(dataset))
        clock.shift(timedelta(minutes=61))
        client.get(page(dataset))

    looks = AuditEntry.objects.filter(action=Action.DATASET_VIEWED)
    assert [(look.subject, look.actor) for look in looks] == [(subject_of(first), buyer)] * 2


def test_an_earlier_revision_can_be_opened_and_says_that_it_is_earlier(
    client, line, dataset, first, buyer
):
    make_delivery(line)
    datasets.mark_stale(order_line=line, at=LATER)
    builds.build_revision(dataset_id=dataset.pk, at=LATER)
    client.force_login(buyer)

    earlier = words_of(client.get(page(dataset, "revision", 1)))

    assert "This is an earlier revision." in earlier
    assert "This is an earlier revision." not in words_of(client.get(page(dataset)))


def test_a_revision_taken_back_is_gone_and_the_page_says_why(client, line, dataset, first, buyer):
    stop_sharing(line.acceptances.order_by("pk")[0])
    client.force_login(buyer)

    response = client.get(page(dataset, "revision", 1))

    assert response.status_code == 410
    assert "Revision 1 was taken back. Somebody in it stopped sharing." in words_of(response)


def test_a_revision_never_released_is_not_found(client, dataset, buyer):
    DatasetRevision.objects.create(dataset=dataset, number=1)
    client.force_login(buyer)

    assert client.get(page(dataset, "revision", 1)).status_code == 404


def test_below_the_smallest_group_the_page_says_why_there_is_no_new_revision(
    client, line, dataset, first, buyer
):
    stop_sharing(line.acceptances.order_by("pk")[0])
    builds.build_revision(dataset_id=dataset.pk, at=LATER)
    client.force_login(buyer)

    response = client.get(page(dataset))

    assert "fewer than 20 people share now" in words_of(response)
    assert "hx-trigger" not in words_of(response)


def test_a_preview_that_cannot_be_read_leaves_the_rest_of_the_page(client, first, dataset, buyer):
    storage.remove_folder(storage.dataset_folder(dataset.pk))
    client.force_login(buyer)

    response = client.get(page(dataset))

    assert response.status_code == 200
    assert "The first rows cannot be shown at the moment." in words_of(response)


# -- progress ---------------------------------------------------------------------------------
def asked_again(client, dataset, *, query=""):
    return client.get(page(dataset, "progress") + query, headers={"hx-request": "true"})


def test_while_it_is_written_the_page_asks_again_and_then_shows_it(client, dataset, buyer):
    building = DatasetRevision.objects.create(dataset=dataset, number=1, people=7)
    client.force_login(buyer)
    address = page(dataset, "progress") + "?first=1"

    assert address in words_of(client.get(page(dataset)))
    meanwhile = words_of(asked_again(client, dataset, query="?first=1"))
    assert "7 of 20 people" in meanwhile
    assert "hx-trigger" in meanwhile

    builds.build_revision(dataset_id=dataset.pk, at=NOON)
    building.refresh_from_db()
    assert building.status == DatasetRevision.Status.SEALED
    assert asked_again(client, dataset, query="?first=1")["HX-Refresh"] == "true"


def test_when_the_next_revision_is_there_the_page_stops_asking(client, line, dataset, first, buyer):
    datasets.mark_stale(order_line=line, at=LATER)
    client.force_login(buyer)
    assert "hx-trigger" in words_of(asked_again(client, dataset))

    builds.build_revision(dataset_id=dataset.pk, at=LATER)
    done = words_of(asked_again(client, dataset))

    assert "A new revision is ready." in done
    assert "hx-trigger" not in done


def test_without_htmx_the_fragments_address_leads_to_the_page(client, dataset, buyer):
    client.force_login(buyer)

    assert client.get(page(dataset, "progress"))["Location"] == page(dataset)


# -- downloads --------------------------------------------------------------------------------
def test_a_download_streams_the_file_and_is_written_down(client, csv_file, buyer):
    response = downloading(client, buyer, csv_file)
    content = b"".join(response.streaming_content)

    assert len(content) == csv_file.size == int(response["Content-Length"])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{csv_file.name}"'
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert [(one.file, one.by) for one in Download.objects.all()] == [(csv_file, buyer)]
    assert AuditEntry.objects.filter(action=Action.FILE_DOWNLOADED).count() == 1


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json"])
def test_every_format_can_be_taken(client, first, buyer, kind):
    response = downloading(client, buyer, first.files.get(format=kind))

    assert response.status_code == 200
    assert b"".join(response.streaming_content)


def test_a_file_taken_back_is_gone_for_good(client, line, csv_file, buyer):
    stop_sharing(line.acceptances.order_by("pk")[0])

    response = downloading(client, buyer, csv_file)

    assert response.status_code == 410
    assert not Download.objects.exists()


def test_a_file_that_cannot_be_read_is_no_download(client, dataset, csv_file, buyer):
    storage.remove_folder(storage.dataset_folder(dataset.pk))

    response = downloading(client, buyer, csv_file)

    assert response.status_code == 503
    assert not Download.objects.exists()


def test_a_stop_in_the_middle_of_a_download_breaks_it_off(client, line, dataset, buyer):
    add_block(line.acceptances.order_by("pk")[0], {"plays": plays(20_000)})
    revision = builds.build_revision(dataset_id=dataset.pk, at=NOON)
    file = revision.files.get(format="csv")
    chunks = iter(downloading(client, buyer, file).streaming_content)

    taken = next(chunks)
    stop_sharing(line.acceptances.order_by("pk")[1])

    with pytest.raises(TakenBackMidway):
        next(chunks)
    assert len(taken) < file.size


# -- removals ---------------------------------------------------------------------------------
@pytest.fixture
def notice(line, first):
    stop_sharing(line.acceptances.order_by("pk")[0])
    return RemovalNotice.objects.get()


def test_the_buyer_confirms_that_a_person_is_deleted_everywhere(client, dataset, notice, buyer):
    client.force_login(buyer)
    assert f'Remove person <span class="nowrap">{notice.person}' in words_of(
        client.get(page(dataset))
    )

    response = client.post(page(dataset, "removals"), {"notices": [notice.pk]}, follow=True)

    notice.refresh_from_db()
    assert notice.confirmed_by == buyer
    assert "It is written down" in words_of(response)
    assert "Remove person" not in words_of(client.get(page(dataset)))


def test_confirming_nobody_asks_whom(client, dataset, notice, buyer):
    client.force_login(buyer)

    response = client.post(page(dataset, "removals"), {})

    assert response.status_code == 422
    assert "Mark the people whose rows you have deleted." in words_of(response)
    notice.refresh_from_db()
    assert notice.confirmed_at is None


def test_a_notice_of_another_dataset_cannot_be_confirmed_here(client, notice, buyer, organisation):
    other = make_dataset(make_delivered_line(organisation=organisation))
    client.force_login(buyer)

    response = client.post(page(other, "removals"), {"notices": [notice.pk]})

    assert response.status_code == 422
    notice.refresh_from_db()
    assert notice.confirmed_at is None


def test_a_viewer_confirms_nothing(client, dataset, notice, viewer):
    client.force_login(viewer)

    response = client.post(page(dataset, "removals"), {"notices": [notice.pk]})

    assert response.status_code == 403
    notice.refresh_from_db()
    assert notice.confirmed_at is None


def test_the_list_of_removals_is_a_file_for_a_machine(client, dataset, notice, buyer):
    client.force_login(buyer)

    response = client.get(page(dataset, "removal-list"))
    head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""))

    assert head == ["person", "stopped_at", "confirm_by", "confirmed_at"]
    assert row == [notice.person, "2026-11-23T13:00:00+00:00", "2026-12-23T13:00:00+00:00", ""]


# -- hostile values ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "</title><script>alert(1)</script>",
    ],
)
def test_hostile_values_are_shown_as_text_in_preview_and_charts(client, organisation, buyer, text):
    line = factories.make_line(organisation=organisation)
    records = [{"at": text, "song": text, "artist": text}, {"song": "tea", "artist": "tea"}]
    make_deliveries(line, [{"plays": records}] * 20)
    dataset = make_dataset(line)
    builds.build_revision(dataset_id=dataset.pk, at=NOON)
    client.force_login(buyer)

    shown = client.get(page(dataset)).content.decode()

    assert text not in shown
    assert shown.count("&lt;") >= 20


def test_a_formula_in_the_preview_is_guarded_as_in_the_file(client, organisation, buyer):
    line = factories.make_line(organisation=organisation)
    make_deliveries(line, [{"plays": [{"song": "=HYPERLINK(1)"}]}] * 20)
    dataset = make_dataset(line)
    builds.build_revision(dataset_id=dataset.pk, at=NOON)
    client.force_login(buyer)

    assert "<bdi>&#x27;=HYPERLINK(1)</bdi>" in client.get(page(dataset)).content.decode()
