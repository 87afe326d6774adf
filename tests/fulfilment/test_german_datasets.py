"""A buyer's datasets and the moderators' stuck work in German, and the language of who is told."""

import html
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from accounts.models import Notification, Role, User
from fulfilment.actions import builds, datasets, leases
from fulfilment.models import DatasetRevision, RemovalNotice
from tests import factories
from tests.factories import NOON
from tests.fulfilment.dataset_factories import make_dataset, make_delivered_line, withdraw
from tests.fulfilment.steps import funded_line
from tests.fulfilment.stuck import failed_refund, parked_effect, parked_reading
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
SPACE = "\N{NO-BREAK SPACE}"
STUCK = "/moderation/stuck/"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def line(organisation):
    return make_delivered_line(organisation=organisation, places=1200)


@pytest.fixture
def dataset(line):
    return make_dataset(line)


@pytest.fixture
def first(dataset):
    return builds.build_revision(dataset_id=dataset.pk, at=NOON)


@pytest.fixture
def german(client, buyer):
    return reader(client, buyer)


@pytest.fixture
def desk(client, moderator):
    return reader(client, moderator)


def reader(client, person: User):
    """Log in somebody who reads German."""
    person.language = "de"
    person.save()
    client.force_login(person)
    return client


def read(answer) -> str:
    """What the page says, its spaces as one."""
    return " ".join(html.unescape(answer.content.decode()).replace(SPACE, " ").split())


def page(dataset, name="detail", *arguments):
    return reverse(f"fulfilment:dataset-{name}", args=[dataset.reference, *arguments])


def stop_sharing(acceptance):
    with transaction.atomic():
        withdraw(acceptance, at=LATER)
        datasets.withdraw_person(acceptance=acceptance, at=LATER)


def draw(revision: DatasetRevision, kind: str, chart: dict[str, object]) -> None:
    """Let the revision have one column with this chart."""
    rest = {"path": "it", "name": "Dauer", "kind": kind, "filled": 60}
    table = {"table": "plays", "rows": 60, "columns": [rest | {"charts": [chart]}]}
    revision.profile = revision.profile | {"tables": [table]}
    revision.save()


# -- the list ---------------------------------------------------------------------------------
def test_the_list_says_people_records_and_days_in_german(german, first):
    DatasetRevision.objects.filter(pk=first.pk).update(rows=41_872)

    said = read(german.get(reverse("fulfilment:dataset-list")))

    assert "Was Menschen an" in said
    assert "Ausgabe 1 vom 23. November 2026" in said
    assert "20 Menschen" in said
    assert "41.872<small>Einträge</small>" in said


def test_one_record_is_one_in_german(german, first):
    DatasetRevision.objects.filter(pk=first.pk).update(rows=1)

    assert "1<small>Eintrag</small>" in read(german.get(reverse("fulfilment:dataset-list")))


# -- the page ---------------------------------------------------------------------------------
def test_the_page_says_its_facts_in_german(german, first, dataset):
    shown = german.get(page(dataset)).context["page"]

    assert [(fact["label"], fact["note"]) for fact in shown.facts] == [
        ("Menschen", "von 1.200 Plätzen"),
        ("Einträge", "im Schnitt 3 je Person"),
        ("Neuester Eintrag", "23. November 2026, UTC"),
        ("Vollständig", "aller Zellen haben einen Wert"),
    ]


def test_the_charts_say_what_was_found_in_german(german, first, dataset):
    shown = german.get(page(dataset)).context["page"]

    assert [chart["title"] for chart in shown.charts] == [
        "Die meisten Einträge liegen zwischen 10:00 und 12:00 Uhr",
        "Song ist in 33 von 100 Einträgen „Harbour Lights“",
        "Kaum eine Zelle ist leer",
    ]


def test_the_page_around_them_is_german(german, first, dataset):
    said = read(german.get(page(dataset)))

    assert "Ausgabe 1 vom 23. November 2026." in said
    assert "Jeder Download wird im Protokoll aller 20 Menschen vermerkt." in said
    assert "Sie dürfen die Daten bis zum 22. Mai 2027 aufbewahren." in said
    assert "Echte Zeilen echter Menschen" in said


def test_sizes_written_by_the_profile_are_said_as_german_writes_numbers(german, first, dataset):
    rows = [["<1,000", 10], ["1,000–1,500", 30], ["−2.5 to −1", 20]]
    draw(first, "decimal", {"kind": "sizes", "rows": rows, "left_out": 1234})

    chart = german.get(page(dataset)).context["page"].charts[0]

    assert [row["label"] for row in chart["rows"]] == ["<1.000", "1.000–1.500", "−2,5 bis −1"]
    assert chart["note"].endswith("; 1.234 aus kleineren Gruppen weggelassen")


@pytest.mark.parametrize(
    ("kind", "label", "title"),
    [
        ("days", "2026-03-12", "Die meisten Einträge hat der 12. März"),
        ("weeks", "2026-10-05", "Die meisten Einträge hat die Woche ab dem 5. Okt."),
        ("months", "2026-03", "Die meisten Einträge hat der März 2026"),
    ],
)
def test_days_weeks_and_months_are_german(german, first, dataset, kind, label, title):
    rows = [[label, 40], ["2026-01-01"[: len(label)], 20]]
    draw(first, "date", {"kind": kind, "rows": rows, "left_out": 0})

    assert german.get(page(dataset)).context["page"].charts[0]["title"] == title


def test_yes_and_no_are_german_in_a_chart_and_a_song_called_no_is_not(german, first, dataset):
    chart = {"kind": "words", "rows": [["no", 40], ["yes", 20]], "other": 0, "left_out": 0}
    labels = {}
    for kind in ("yes or no", "text"):
        draw(first, kind, chart)
        rows = german.get(page(dataset)).context["page"].charts[0]["rows"]
        labels[kind] = [row["label"] for row in rows]

    assert labels == {"yes or no": ["nein", "ja"], "text": ["no", "yes"]}


def test_files_are_the_same_for_who_reads_german(german, first, dataset):
    file = first.files.get(format="csv")

    answer = german.get(page(dataset, "download", file.pk))

    head = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert head.split(",")[0] == "person"


def test_how_far_a_revision_has_come_is_said_in_german(german, dataset):
    DatasetRevision.objects.create(dataset=dataset, number=1, people=7)

    said = read(german.get(page(dataset)))

    assert "Ausgabe 1 wird geschrieben" in said
    assert "7 von 20 Menschen" in said


# -- taken back, removals ---------------------------------------------------------------------
def test_why_a_revision_was_taken_back_is_kept_once_and_read_in_each_language(
    german, line, dataset, first
):
    stop_sharing(line.acceptances.order_by("pk")[0])

    refused = read(german.get(page(dataset, "revision", 1)))
    listed = read(german.get(page(dataset)))

    first.refresh_from_db()
    assert first.withdrawn_reason == "Somebody in it stopped sharing."
    assert "Ausgabe 1 wurde zurückgenommen. Eine Person darin hat die Freigabe beendet." in refused
    assert "Eine Person darin hat die Freigabe beendet." in listed


def test_several_people_to_remove_are_named_in_one_german_sentence(german, line, dataset, first):
    persons = []
    for acceptance in line.acceptances.order_by("pk")[:2]:
        stop_sharing(acceptance)
        persons.append(f'<span class="nowrap">{acceptance.person}</span>')

    said = " ".join(german.get(page(dataset)).content.decode().split())

    assert f"{', '.join(persons)} haben die Freigabe beendet." in said


def test_confirming_a_removal_speaks_german(german, line, dataset, first):
    stop_sharing(line.acceptances.order_by("pk")[0])
    notice = RemovalNotice.objects.get()

    refused = german.post(page(dataset, "removals"), {})
    done = german.post(page(dataset, "removals"), {"notices": [notice.pk]}, follow=True)

    assert "Markieren Sie die Menschen, deren Zeilen Sie gelöscht haben." in read(refused)
    assert "Bitte bestätigen Sie bis zum 23. Dezember 2026." in read(refused)
    assert "Danke. Es ist festgehalten, und die Menschen können es sehen." in read(done)


# -- who is told ------------------------------------------------------------------------------
def test_everybody_is_told_of_the_first_revision_in_their_own_language(
    german, buyer, dataset, organisation
):
    english = factories.make_member(organisation, Role.APPROVER, name="Vera Lane")

    builds.build_revision(dataset_id=dataset.pk, at=NOON)

    told = {one.user: (one.subject, one.line) for one in Notification.objects.all()}
    assert told[buyer][0] == f"Ihr Datensatz {dataset.reference} ist geöffnet"
    assert told[buyer][1].startswith("20 Menschen sind in der ersten Ausgabe.")
    assert told[english][0] == f"Your dataset {dataset.reference} is open"


def test_the_mail_about_somebody_to_remove_is_in_the_buyers_language(german, line, first, buyer):
    acceptance = line.acceptances.order_by("pk")[0]
    stop_sharing(acceptance)

    run_outbox()

    subject = f"Bitte löschen Sie Person {acceptance.person} aus dem Datensatz"
    [letter] = [one for one in mail.outbox if one.subject.startswith(subject)]
    assert letter.to == [buyer.email]
    assert "bestätigen Sie es bis zum 23. Dezember 2026." in " ".join(letter.body.split())


def test_moderators_are_told_of_parked_readings_in_their_language(desk, moderator):
    leases.tell_moderators(at=NOON)

    told = moderator.notifications.get()
    assert told.subject == "Bei einigen Abrufen von HATs müssen Sie nachsehen"
    assert told.line.startswith("Sie sind fünfmal gescheitert")


# -- stuck work -------------------------------------------------------------------------------
def test_stuck_work_is_listed_in_german_with_its_codes_as_they_are(desk):
    reading = parked_reading(funded_line(factories.make_version(smallest_group=10)))
    effect, refund = parked_effect(), failed_refund()

    said = read(desk.get(STUCK))

    assert f"Abruf {reading.pk} für" in said
    assert "Grund: <code>worker_died</code>. 5 Versuche." in said
    assert "23. November 2026, 12:00 UTC" in said
    assert f"Folgearbeit {effect.pk}: accounts.mail_notification" in said
    assert f"5,00 £ der Bestellung {refund.order_line.order.reference}" in said


def test_money_sent_again_is_confirmed_as_german_writes_it(desk):
    refund = failed_refund()

    answer = desk.post(reverse("fulfilment:stuck-refund", args=[refund.pk]), follow=True)

    assert "Die Erstattung von 5,00 £ wird noch einmal geschickt." in read(answer)


def test_work_that_does_not_exist_is_refused_in_german(desk):
    answer = desk.post(reverse("fulfilment:stuck-effect", args=[999_999]))

    assert answer.status_code == 404
    assert "Diese Arbeit gibt es nicht." in read(answer)
