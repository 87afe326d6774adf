"""Reviews in German: pages, forms, and notices for who gets them."""

from django.urls import reverse

from accounts.models import Notification, Organisation, User
from offers.actions import reviews
from tests.factories import NOON
from tests.offers.reviews.conftest import FORM, make_shown

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de"}


def text_of(response):
    return " ".join(response.content.decode().split())


def reads_german(person):
    User.objects.filter(pk=person.pk).update(language="de")
    person.refresh_from_db()


def list_of(version):
    return reverse("offers:reviews", args=[version.offer.slug])


def test_one_review_is_too_few_for_an_average(client, version, moderator):
    make_shown(version, moderator)

    text = text_of(client.get(list_of(version), **GERMAN))

    assert "1 Bewertung; einen Durchschnitt zeigen wir ab drei" in text


def test_three_reviews_have_an_average_with_a_comma(client, version, moderator):
    for number, stars in enumerate((4, 5, 5, 4)):
        make_shown(version, moderator, name=f"Trust {number}", stars=stars)
    Organisation.objects.update(kind="Museum or gallery")

    text = text_of(client.get(list_of(version), **GERMAN))

    assert "<b>4,5</b> <span>von 5 Sternen</span>" in text
    assert "4 Bewertungen, auf halbe Sterne gerundet" in text
    assert "<b>4 von 5</b>, Gut" in text
    assert "5 · Ausgezeichnet" in text
    assert "Geprüfte Bestellung: Daten erhalten im November 2026, Version 1" in text
    assert "Museum oder Galerie, Bristol" in text
    assert "Meiste Sterne zuerst" in text


def test_the_form_is_german_and_so_is_its_refusal(client, version, buyer, delivery):
    Organisation.objects.update(kind="Museum or gallery")
    reads_german(buyer)
    client.force_login(buyer)
    address = reverse("offers:review-new", args=[version.offer.slug])

    text = text_of(client.get(address))
    refused = client.post(address, FORM | {"text": "See www.away.example for all of it."})

    assert "5 · Ausgezeichnet" in text
    assert "Waren die Daten wie beschrieben?" in text
    assert "Unseren Namen zeigen: Tidewater Museum" in text
    assert "steht an der Bewertung nur: Museum oder Galerie, Bristol." in text
    assert "die Daten kamen im November 2026" in text
    assert "Bitte keine Links, E-Mail-Adressen oder Telefonnummern" in text_of(refused)
    assert not version.offer.reviews.exists()


def test_a_moderator_decides_in_german(client, version, moderator, waiting):
    reads_german(moderator)
    client.force_login(moderator)
    address = reverse("offers:moderation-review", args=[waiting.reference])

    text = text_of(client.get(address))
    refused = text_of(client.post(address, {"decision": "take_down"}))
    decided = client.post(address, {"decision": "show"}, follow=True)

    assert "Tidewater Museum hat sie am 23. November 2026 geschrieben" in text
    assert "Wartet auf die Moderation" in text
    assert "Bitte sagen Sie, warum." in refused
    assert "Die Bewertung wird gezeigt." in text_of(decided)
    assert "Nichts wartet auf Sie" in text_of(decided)


def test_each_is_told_in_the_own_language(buyer, moderator, publisher, waiting):
    reads_german(publisher)

    reviews.show_review(review=waiting, by=moderator, at=NOON)

    assert {notice.user: notice.subject for notice in Notification.objects.all()} == {
        buyer: "Your review is shown",
        publisher: "Zu Ihrem Angebot gibt es eine neue Bewertung",
    }
