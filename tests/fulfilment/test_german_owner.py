"""My data in German: the pages, figures and days, and the language of who is told."""

import html
import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification, User
from fulfilment.actions import acceptances, datasets, debits
from fulfilment.models import Acceptance, DataDebit, RemovalNotice
from hats.models import HatOwner, HatOwnerStatus
from tests import factories
from tests.factories import NOON
from tests.fulfilment import steps
from tests.fulfilment.owner_pages import (
    acceptance,
    as_person,
    at_noon,
    cluster,
    line,
    move,
    page_url,
    read,
    text,
)
from tests.fulfilment.steps import funded_line, say_yes
from tests.fulfilment.test_owner_values import GRANTED, evenings, values_url
from tests.hats.test_with_sandbox import log_in
from tests.sandbox import Sandbox

__all__ = ["acceptance", "as_person", "at_noon", "cluster", "evenings", "line"]
pytestmark = pytest.mark.django_db
DAYS = 1_400
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def owner(owner: HatOwner) -> HatOwner:
    """Somebody who reads German."""
    return speaks_german(owner)


@pytest.fixture
def shop(owner, as_person, at_noon, cluster):
    return as_person(owner)


def speaks_german(owner: HatOwner) -> HatOwner:
    User.objects.filter(pk=owner.user_id).update(language="de")
    owner.user.refresh_from_db()
    return owner


def said(answer) -> str:
    """The words of a page, all blanks as one."""
    return " ".join(html.unescape(text(answer)).replace(SPACE, " ").split())


def opened(shop, name: str, *args: object) -> str:
    return said(shop.get(reverse(f"fulfilment:owner-{name}", args=args)))


def told(owner: HatOwner) -> tuple[str, str]:
    notice = Notification.objects.get(user=owner.user)
    return notice.subject, notice.line


# -- the overview and the lists -----------------------------------------------------------------
def test_the_overview_of_a_new_owner_is_german(shop):
    words = opened(shop, "home")

    assert "Niemand liest Ihren HAT über uns. Nichts verlässt ihn, bevor Sie Ja sagen." in words
    for heading in ("Sie geben nichts frei", "Kein Angebot wartet auf Sie", "Noch nichts verdient"):
        assert heading in words


def test_agreements_are_counted_in_german(shop, acceptance, owner, line):
    one = opened(shop, "home")
    say_yes(funded_line(line.offer_version), owner, at=NOON)

    two = opened(shop, "home")

    assert "1 Vereinbarung gilt, und sonst liest niemand Ihren HAT über uns." in one
    assert "2 Vereinbarungen gelten, und sonst liest niemand Ihren HAT über uns." in two


def test_an_owner_whose_hat_is_not_connected_is_told_so_in_german(shop, acceptance, owner):
    HatOwner.objects.filter(pk=owner.pk).update(status=HatOwnerStatus.DISCONNECTED)

    words = opened(shop, "home")

    assert "1 Vereinbarung gilt noch: Wer Ihre Zeilen hat, behält sie" in words
    assert "Wird zurzeit nicht gelesen" in words


def test_money_and_days_are_written_as_german_does(shop, owner):
    version = factories.make_version(smallest_group=10, reward_minor_units=123_450)
    say_yes(funded_line(version), owner, at=NOON)
    funded_line(version, closes_at=NOON + timedelta(days=109))

    words = opened(shop, "home")

    assert "1.234,50 £ sind noch für Sie hinterlegt" in words
    assert "das erste schließt am 12. März 2027" in words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("inbox", "Beide Antworten sind gut, und keine auch."),
        ("declined", "Diese Liste sieht sonst niemand."),
        ("over", "Noch ist nichts vorbei"),
        ("earnings", "Was Sie verdient haben, bleibt Ihnen"),
        ("access-log", "Niemand hat hingesehen"),
    ],
)
def test_the_lists_are_german(shop, name, words):
    assert words in opened(shop, name)


def test_the_log_counts_in_german(shop, acceptance):
    read(acceptance, records=1)
    read(acceptance, records=1_048)

    words = opened(shop, "access-log")

    assert "Ihr HAT hat 1 Eintrag geschickt" in words
    assert "Ihr HAT hat 1.048 Einträge geschickt" in words


# -- one offer, and one yes -----------------------------------------------------------------------
def test_an_offer_asks_in_german_and_names_its_last_day(shop, line):
    words = opened(shop, "offer", line.reference)

    assert "Tidewater Museum fragt an: Songs listened to in the evening" in words
    assert "mindestens 10 Menschen mitmachen" in words
    assert "Zustimmen" in words
    assert "Nein danke" in words


def test_an_answer_to_no_card_is_refused_in_german_and_shares_nothing(shop, line):
    answer = shop.post(
        reverse("fulfilment:owner-accept", args=[line.reference]), {"card_hash": ""}, follow=True
    )

    assert "Bitte lesen Sie die Karte noch einmal" in said(answer)
    assert not Acceptance.objects.exists()


def test_a_yes_to_other_words_is_refused_in_german_and_shares_nothing(shop, line):
    url = reverse("fulfilment:owner-accept", args=[line.reference])

    answer = shop.post(url, {"card_hash": "0" * 64}, follow=True)

    assert "bevor Sie Ja sagen. Es wurde nichts weitergegeben." in said(answer)
    assert not Acceptance.objects.exists()


def test_a_yes_that_is_not_ones_own_is_not_found_in_german(shop):
    answer = shop.get(reverse("fulfilment:owner-acceptance", args=[uuid.uuid4()]))

    assert answer.status_code == 404
    assert "Eine solche Zustimmung von Ihnen haben wir nicht gefunden." in said(answer)


@pytest.mark.parametrize(
    ("status", "debit", "words"),
    [
        ("accepted", "intended", "Ihr HAT wird gefragt"),
        ("accepted", "proposed", "Ihr Platz wird bis zum 7. Dezember 2026 für Sie freigehalten."),
        ("confirmed", "enabled", "Ihre Daten werden in den nächsten Minuten gelesen."),
        ("confirmed", "disabled", "Auf Ihrem HAT ausgeschaltet"),
        ("fulfilled", "enabled", "Es wurde einmal gelesen und wird nicht noch einmal gelesen."),
        ("ended", "ended", "Das ist vorbei. Es wurde nichts weitergegeben"),
        ("lapsed", "ended", "Nicht rechtzeitig bestätigt"),
        ("lapsed", "refused", "Ihr HAT hat abgelehnt"),
        ("withdrawn", "ended", "Von Ihnen beendet"),
    ],
)
def test_the_page_of_a_yes_says_in_german_where_it_stands(shop, acceptance, status, debit, words):
    move(acceptance, status=status, debit=debit)

    assert words in said(shop.get(page_url(acceptance)))


@pytest.mark.parametrize(
    ("collection", "progress", "rhythm"),
    [
        ("daily", "Tag 2 von 1.400", "Neue Daten werden täglich gelesen."),
        ("weekly", "Woche 1 von 200", "Neue Daten werden wöchentlich gelesen."),
    ],
)
def test_progress_and_rhythm_are_german(shop, owner, collection, progress, rhythm):
    version = factories.make_version(smallest_group=10, collection=collection, period_days=DAYS)
    acceptance = say_yes(funded_line(version), owner, at=NOON)
    move(acceptance, status="fulfilled", debit="enabled")
    DataDebit.objects.update(enabled_at=NOON - timedelta(days=1))

    assert progress in opened(shop, "home")
    assert rhythm in said(shop.get(page_url(acceptance)))


def test_what_was_stopped_says_in_german_what_is_left_to_do(shop, acceptance, owner):
    answer = shop.post(page_url(acceptance, "withdraw"), follow=True)

    words = said(answer)
    assert "Sie haben die Freigabe beendet. Es wird nichts mehr gelesen." in words
    assert "Tidewater Museum hat nichts zu löschen." in words


def test_the_history_of_a_yes_is_told_in_german(shop, acceptance):
    assert "Sie haben Ja gesagt" in said(shop.get(page_url(acceptance)))


def test_the_receipt_reads_the_same_for_everybody(shop, acceptance, owner):
    german = json.loads(shop.get(page_url(acceptance, "receipt")).content)
    User.objects.filter(pk=owner.user_id).update(language="en-gb")

    assert json.loads(shop.get(page_url(acceptance, "receipt")).content) == german


def test_ones_own_values_are_written_as_german_does(client, sandbox: Sandbox, evenings):
    hat = sandbox.hat()
    hat.call("GET", "/api/v2.6/applications/hat-market/setup")
    heard = {"played_at": "2026-03-12T20:00:00.000Z", "track": {"name": 1234.5, "id": 1}}
    hat.write(GRANTED, heard)
    owner = speaks_german(log_in(client, hat))
    HatOwner.objects.filter(pk=owner.pk).update(endpoints=[GRANTED])

    words = said(client.get(values_url(evenings)))

    assert "1 Eintrag" in words
    assert "12. März 2026, 20:00 UTC 1234,5" in words


# -- who is told, in which language ---------------------------------------------------------------
def test_a_notice_is_in_the_owners_language_whoever_brings_it_about(acceptance, owner):
    acceptances.lapse_unconfirmed(at=NOON + timedelta(days=15))

    assert told(owner) == (
        "Ihr Ja kam auf Ihrem HAT nicht an: Songs listened to in the evening",
        "Es wurde nicht rechtzeitig auf Ihrem HAT bestätigt. Deshalb ist Ihr Platz wieder frei.",
    )


def test_an_owner_who_reads_english_is_told_in_english(line):
    reader = factories.make_hat_owner()
    say_yes(line, reader, at=NOON)

    acceptances.lapse_unconfirmed(at=NOON + timedelta(days=15))

    assert told(reader) == (
        "Your yes did not reach your HAT: Songs listened to in the evening",
        "It was not confirmed on your HAT in time, so your place was given back.",
    )


def test_who_stops_is_told_for_whom_nothing_more_is_read(acceptance, owner):
    acceptances.withdraw_acceptance(acceptance=acceptance, at=NOON)

    assert told(owner)[1].startswith(
        "Für Tidewater Museum wird nichts mehr gelesen, und Ihr Schlüssel ist vernichtet."
    )


def test_what_the_hat_switches_off_is_told_in_german(acceptance, owner):
    move(acceptance, status="confirmed", debit="enabled")

    debits.disable(steps.debit_of(acceptance), at=NOON)

    assert told(owner)[0] == "Auf Ihrem HAT ausgeschaltet: Songs listened to in the evening"


def test_a_removal_that_an_english_reader_confirms_is_told_in_german(acceptance, owner, buyer):
    notice = RemovalNotice.objects.create(
        dataset=datasets.open_dataset(order_line=acceptance.order_line, at=NOON),
        acceptance=acceptance,
        person=acceptance.person,
        created_at=NOON,
        confirm_by=NOON,
    )

    datasets.confirm_removal(notice=notice, by=buyer, at=NOON)

    assert told(owner)[0] == "Tidewater Museum hat Ihre Daten gelöscht"


def test_the_hat_names_the_debit_in_its_owners_language(acceptance):
    request = debits.debit_request(acceptance, at=timezone.now())

    assert request.description == "Songs listened to in the evening, für Tidewater Museum"
