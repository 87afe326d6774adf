"""Questions in German: pages, what is refused, notices and mails for who gets them."""

import pytest
from django.urls import reverse

from accounts.models import Notification, Organisation, User
from offers.actions import question_decisions as decisions
from tests.factories import NOON
from tests.offers.questions.saying import ASKED, ask, give_answer
from tests.outbox import run_outbox

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de"}


def text_of(response):
    return " ".join(response.content.decode().split())


def reads_german(*people):
    User.objects.filter(pk__in=[person.pk for person in people]).update(language="de")
    for person in people:
        person.refresh_from_db()


def test_a_visitor_reads_the_section_in_german_and_who_asks_by_kind(client, answered, offer):
    Organisation.objects.update(kind="Museum or gallery")
    text = text_of(client.get(reverse("offers:offer-detail", args=[offer.slug]), **GERMAN))

    assert "Alle Fragen lesen (1)" in text
    assert "Harbour University antwortet" in text
    assert "Museum oder Galerie, Bristol, 23. November 2026" in text
    assert ASKED in text  # as it was written


def test_the_list_is_kept_apart_for_each_language(client, shown, offer):
    address = reverse("offers:offer-questions", args=[offer.slug])

    assert "Für alle sichtbar" in text_of(client.get(address, **GERMAN))
    assert "Shown to everybody" in text_of(client.get(address))


def test_the_form_and_its_refusal_are_german(client, buyer, offer):
    reads_german(buyer)
    client.force_login(buyer)
    address = reverse("offers:offer-question-new", args=[offer.slug])

    text = text_of(client.get(address))
    refused = client.post(address, {"text": "Write to me at me@away.example", "signed": "kind"})

    assert "Zwischen 20 und 1.000 Zeichen." in text
    assert "Diese Frage stellen" in text
    assert "Bitte keine Links, E-Mail-Adressen oder Telefonnummern" in text_of(refused)
    assert not buyer.memberships.get().organisation.questions.exists()


def test_what_came_of_it_is_said_in_german(client, buyer, moderator, asked):
    decisions.turn_down(words=asked, reason="Rude.", by=moderator, at=NOON)
    reads_german(buyer)
    client.force_login(buyer)

    text = text_of(client.get(reverse("offers:question", args=[asked.reference])))

    assert "Warum sie nicht gezeigt wird" in text
    assert "Nicht gezeigt" in text
    assert "Rude. (23. November 2026)" in text


def test_moderators_read_their_queue_and_case_in_german(client, moderator, reported, buyer, offer):
    ask(offer, buyer)
    Organisation.objects.update(kind="Museum or gallery")
    reads_german(moderator)
    client.force_login(moderator)

    queue = text_of(client.get(reverse("offers:moderation-questions")))
    case = text_of(client.get(reverse("offers:moderation-question", args=[reported.reference])))

    assert "Fragen zu prüfen" in queue
    assert "Neue Frage" in queue
    assert "Gemeldet" in queue
    assert "gezeigt als: Museum oder Galerie, Bristol" in case
    assert "Es verrät etwas über eine Person." in case


@pytest.mark.parametrize(
    ("writer", "moderated_in", "reason"),
    [
        ("de", "en-gb", "Es geht nicht um dieses Angebot. Please ask elsewhere."),
        ("en-gb", "de", "It is not about this offer. Please ask elsewhere."),
    ],
)
def test_a_ticked_reason_is_in_the_language_of_who_wrote(
    client, buyer, moderator, asked, writer, moderated_in, reason
):
    User.objects.filter(pk=buyer.pk).update(language=writer)
    User.objects.filter(pk=moderator.pk).update(language=moderated_in)
    moderator.refresh_from_db()
    client.force_login(moderator)

    client.post(
        reverse("offers:moderation-question", args=[asked.reference]),
        {
            "about": "0",
            "decision": "turn_down",
            "reasons": ["It is not about this offer."],
            "words": "Please ask elsewhere.",
        },
    )

    asked.refresh_from_db()
    assert asked.reason == reason
    assert Notification.objects.get(user=buyer, notice="question_not_shown").line == reason


def test_each_is_told_in_the_own_language(buyer, moderator, answerer, asked, mailoutbox):
    reads_german(answerer)

    decisions.show(words=asked, by=moderator, at=NOON)
    answer = give_answer(asked, answerer)
    decisions.show(words=answer, by=moderator, at=NOON)
    run_outbox()

    subjects = {mail.to[0]: mail.subject for mail in mailoutbox}
    assert subjects[answerer.email] == "Jemand fragt zu Ihrem Angebot „Songs of the harbour“"
    assert subjects[buyer.email] == "Your question about “Songs of the harbour” is answered"
