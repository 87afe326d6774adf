"""Moderators' pages of offers, synonyms and messages in German, and for whom each is written."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification, Role, User
from offers import actions
from offers.models import Message, OfferField, OfferVersion, OfferVersionStatus, Synonym
from tests import factories
from tests.factories import NOON
from tests.offers.test_actions import CONTENT
from tests.outbox import run_outbox

GERMAN = "de"


def text_of(response):
    return " ".join(response.content.decode().split())


def reads_german(person):
    User.objects.filter(pk=person.pk).update(language=GERMAN)
    person.refresh_from_db()
    return person


@pytest.fixture
def keeper(client, moderator):
    """The browser of a moderator who reads German."""
    client.force_login(reads_german(moderator))
    return client


def test_a_decision_that_is_missing_is_named_in_german(keeper, waiting):
    case = reverse("offers:moderation-version", args=[waiting.offer.reference, waiting.number])

    text = text_of(keeper.post(case, {"words": "Zu viele Felder."}))

    assert ">Entscheidung</a>: " in text


@pytest.fixture
def publisher(db):
    return factories.make_organisation("Harbour University", contact_email="data@harbour.example")


@pytest.fixture
def drafter(publisher):
    return factories.make_member(publisher, Role.OWNER)


@pytest.fixture
def waiting(publisher, drafter):
    offer = actions.create_offer(
        slug="songs",
        category=factories.make_category(),
        publisher=publisher,
        by=drafter,
        at=NOON,
    )
    draft = actions.draft_version(offer=offer, content=CONTENT, by=drafter, at=NOON)
    return actions.submit_version(version=draft, by=drafter, at=NOON)


def case_of(version):
    return reverse("offers:moderation-version", args=[version.offer.reference, version.number])


# -- versions -----------------------------------------------------------------------------------


def test_the_queue_is_german(keeper, waiting):
    text = text_of(keeper.get(reverse("offers:moderation-queue")))

    assert "Angebote zu prüfen" in text
    assert "Harbour University, Version 1, entworfen" in text
    assert "<small>Vergütung</small>" in text


def test_the_case_names_what_needs_care_in_whole_german_sentences(keeper, waiting):
    OfferField.objects.filter(path="song").update(sensitivity="SOC 3P")
    OfferVersion.objects.update(collection="daily", period_days=120)

    text = text_of(keeper.get(case_of(waiting)))

    assert "Kann alles enthalten, was jemand geschrieben hat: Song." in text
    assert "Das Data Debit bleibt 120 Tage offen." in text
    assert "Version 1 veröffentlichen" in text
    assert f"{waiting.reward}".replace("£", "").replace(".", ",") + "\xa0£ Vergütung" in (
        keeper.get(case_of(waiting)).content.decode()
    )


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("de", "Die Worte sind schwer zu verstehen."),
        ("en-gb", "The words are hard to understand."),
    ],
)
def test_a_ticked_reason_is_in_the_language_of_who_drafted(
    keeper, drafter, waiting, language, reason
):
    User.objects.filter(pk=drafter.pk).update(language=language)

    keeper.post(
        case_of(waiting),
        {"decision": "send_back", "reasons": ["The words are hard to understand."]},
    )

    version = OfferVersion.objects.get()
    assert (version.status, version.decision_reason) == (OfferVersionStatus.SENT_BACK, reason)


def test_owners_of_a_publisher_are_told_in_their_languages(publisher, moderator, waiting):
    german = reads_german(factories.make_member(publisher, Role.OWNER))
    english = factories.make_member(publisher, Role.OWNER)

    actions.publish_version(version=waiting, by=moderator, at=NOON)

    said = {
        notice.user: (notice.subject, notice.line)
        for notice in Notification.objects.filter(notice="offer_published")
    }
    assert said[german] == ("„Songs“ ist veröffentlicht", "Es kann ab jetzt bestellt werden.")
    assert said[english] == ("“Songs” is published", "It can be ordered from now on.")


# -- synonyms, the home page --------------------------------------------------------------------


def test_synonyms_are_kept_in_german(keeper, db):
    Synonym.objects.create(word="steps", finds=["activity", "walking"])

    listed = text_of(keeper.get(reverse("offers:moderation-synonyms")))
    refused = keeper.post(
        reverse("offers:moderation-synonym-new"), {"word": "walk", "found": "walk"}
    )

    assert "Findet auch activity, walking" in listed
    assert "„walk“ findet sich selbst schon: Lassen Sie es rechts weg." in text_of(refused)
    assert Synonym.objects.count() == 1


def test_differences_of_a_file_are_counted_and_named_in_german(keeper, db):
    Synonym.objects.create(word="steps", finds=["walking"])
    file = SimpleUploadedFile("synonyms.txt", b"songs: music\n")

    text = text_of(keeper.post(reverse("offers:moderation-synonyms-file"), {"file": file}))

    assert "2 Unterschiede. Noch ist nichts geändert." in text
    assert "<span>Vorher</span><del>nicht vorhanden</del>" in text
    assert "<span>Jetzt</span><ins>entfernt</ins>" in text


def test_the_line_of_a_fault_is_said_in_german(keeper, db):
    file = SimpleUploadedFile("synonyms.txt", b"songs: music\nsteps\n")

    text = text_of(keeper.post(reverse("offers:moderation-synonyms-file"), {"file": file}))

    assert "Zeile 2: Eine Zeile besteht aus einem Wort, einem Doppelpunkt" in text


def test_an_offer_is_put_forward_until_a_german_day(keeper, version):
    until = (timezone.now() + timedelta(days=7)).date()
    form = {"offer": version.offer.reference, "until": until.isoformat()}

    text = text_of(keeper.post(reverse("offers:moderation-front"), form, follow=True))

    assert "Die Startseite zeigt das Angebot jetzt." in text
    assert f"{version.offer.reference}, bis einschließlich {until.day}. " in text


# -- messages -----------------------------------------------------------------------------------


@pytest.fixture
def offer(publisher):
    return factories.make_version(offer=factories.make_offer(publisher=publisher)).offer


def write(client, user, offer):
    client.force_login(user)
    form = {"subject": "data", "text": "Do the songs carry the time zone of the person?"}
    return client.post(reverse("offers:offer-write", args=[offer.slug]), form, follow=True)


def test_the_form_for_a_message_is_german(client, buyer, offer):
    client.force_login(reads_german(buyer))

    text = text_of(client.get(reverse("offers:offer-write", args=[offer.slug])))

    assert "Harbour University schreiben" in text
    assert "20 bis 2.000 Zeichen." in text
    assert "Die Daten: was darin ist und was nicht" in text
    assert "sieht den Namen der Organisation, Ihren Namen" in text


def test_a_message_is_mailed_in_the_language_of_the_publisher_s_owner(
    client, buyer, offer, drafter, mailoutbox
):
    reads_german(drafter)

    sent = write(client, buyer, offer)
    run_outbox()

    (mail,) = [mail for mail in mailoutbox if mail.to == ["data@harbour.example"]]
    assert mail.subject.startswith("Tidewater Museum hat Ihnen geschrieben: Die Daten: was")
    assert "Hier können Sie es melden:" in mail.body
    assert "Nachricht öffnen" in str(mail.alternatives[0][0])
    assert "Do the songs carry the time zone" in mail.body
    assert "Sent. An answer comes to your e-mail address." in text_of(sent)


def test_a_notice_of_a_message_is_in_the_reader_s_language(client, buyer, offer, drafter):
    reads_german(drafter)

    write(client, buyer, offer)

    notice = Notification.objects.get(user=drafter)
    assert notice.subject == "Tidewater Museum hat Ihnen geschrieben"
    assert notice.line.endswith("Lesen und beantworten Sie die Nachricht innerhalb von 90 Tagen.")
    client.force_login(drafter)
    page = text_of(client.get(reverse("offers:message", args=[Message.objects.get().reference])))
    assert "Wir löschen diese Nachricht am" in page
