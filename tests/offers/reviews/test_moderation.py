"""Moderators decide which reviews and answers are shown."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Notification, Role
from common.errors import InvalidTransition
from marketplace import invariants
from offers.actions import reviews
from offers.errors import OwnWork
from offers.models import Offer, ReviewReport
from tests import factories
from tests.factories import NOON
from tests.offers.reviews.conftest import make_shown

QUEUE = "/moderation/reviews/"


def _report(review):
    return reverse("offers:review-report", args=[review.offer.slug, review.reference])


def _case(review):
    return reverse("offers:moderation-review", args=[review.reference])


def test_a_review_waits_in_the_queue_until_it_is_shown(client, moderator, waiting):
    client.force_login(moderator)
    assert waiting.headline in client.get(QUEUE).content.decode()

    client.post(_case(waiting), {"decision": "show"})

    waiting.refresh_from_db()
    assert waiting.status == "shown"
    assert waiting.headline not in client.get(QUEUE).content.decode()
    assert Offer.objects.get().star_counts == [0, 0, 0, 1, 0]
    told = AuditEntry.objects.get(action="review.shown")
    assert (told.from_status, told.to_status) == ("written", "shown")


def test_who_wrote_it_and_the_publisher_hear_that_it_is_shown(buyer, moderator, publisher, waiting):
    reviews.show_review(review=waiting, by=moderator, at=NOON)

    assert {notice.user: notice.subject for notice in Notification.objects.all()} == {
        buyer: "Your review is shown",
        publisher: "There is a new review of your offer",
    }


def test_what_is_turned_down_is_not_shown_and_the_reason_is_told(client, buyer, moderator, waiting):
    client.force_login(moderator)

    client.post(_case(waiting), {"decision": "take_down", "reason": "It names a person."})

    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("turned_down", "It names a person.")
    assert Notification.objects.get(user=buyer).line == "It names a person."
    assert Offer.objects.get().star_counts == [0] * 5


def test_owners_read_the_reason_once_who_wrote_it_has_left(organisation, buyer, moderator, waiting):
    head = factories.make_member(organisation, Role.OWNER)
    buyer.memberships.all().delete()

    reviews.turn_down_review(review=waiting, reason="A name.", by=moderator, at=NOON)

    assert Notification.objects.get().user == head


def test_turning_down_needs_a_reason(client, moderator, waiting):
    client.force_login(moderator)

    answer = client.post(_case(waiting), {"decision": "take_down", "reason": " "})

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (422, "written")


def test_a_hidden_review_counts_no_more(client, version, moderator, shown):
    client.force_login(moderator)

    client.post(_case(shown), {"decision": "take_down", "reason": "It is about a person."})

    shown.refresh_from_db()
    assert shown.status == "hidden"
    assert Offer.objects.get().star_counts == [0] * 5
    client.logout()
    assert shown.headline not in client.get(f"/offers/{version.offer.slug}/").content.decode()


def test_what_was_decided_is_not_decided_again(moderator, waiting):
    reviews.turn_down_review(review=waiting, reason="A name.", by=moderator, at=NOON)

    with pytest.raises(InvalidTransition):
        reviews.show_review(review=waiting, by=moderator, at=NOON)

    waiting.refresh_from_db()
    assert waiting.status == "turned_down"


def _status_shown(page):
    return re.search(r'name="(?:answer-)?seen" value="(\w+)"', page.content.decode()).group(1)


@pytest.mark.parametrize("decision", ["show", "take_down"])
def test_who_decides_too_late_learns_who_was_first_and_keeps_the_words(
    client, moderator, waiting, decision
):
    client.force_login(moderator)
    seen = _status_shown(client.get(_case(waiting)))
    first = factories.make_user("Lea Frost", is_moderator=True)
    reviews.show_review(review=waiting, by=first, at=NOON)
    form = {"decision": decision, "reason": "It names a nurse.", "seen": seen}

    answer = client.post(_case(waiting), form)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Decided by Lea Frost on" in page
    assert "It names a nurse." in page
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("shown", "")


def test_what_is_shown_is_not_hidden_by_who_saw_an_answer_wait(client, moderator, shown, publisher):
    client.force_login(moderator)
    given = reviews.answer_review(review=shown, text="Thank you for it.", by=publisher, at=NOON)
    seen = re.search(r'name="answer-seen" value="(\w+)"', _page(client, shown)).group(1)
    reviews.show_answer(answer=given, by=factories.make_moderator(), at=NOON)
    form = {"answer-decision": "take_down", "answer-reason": "Rude.", "answer-about": given.pk}
    address = reverse("offers:moderation-review-answer", args=[shown.reference])

    answer = client.post(address, form | {"answer-seen": seen})

    given.refresh_from_db()
    assert (answer.status_code, given.status) == (409, "shown")


def _page(client, review):
    return client.get(_case(review)).content.decode()


@pytest.mark.parametrize("whose", ["who wrote it", "the publisher"])
def test_a_moderator_does_not_decide_for_an_own_organisation(
    moderator, organisation, publisher, waiting, whose
):
    mine = organisation if whose == "who wrote it" else publisher.memberships.get().organisation
    Membership.objects.create(user=moderator, organisation=mine, role=Role.VIEWER)

    with pytest.raises(OwnWork):
        reviews.show_review(review=waiting, by=moderator, at=NOON)

    waiting.refresh_from_db()
    assert waiting.status == "written"


def test_a_report_brings_a_shown_review_back_once(client, moderator, stranger, shown):
    report = _report(shown)
    client.force_login(stranger)
    client.post(report, {"reason": "It is about another offer."})
    again = client.post(report, {"reason": "And again."})

    client.force_login(moderator)

    assert again.status_code == 409
    assert ReviewReport.objects.get().reason == "It is about another offer."
    assert "Reported" in client.get(QUEUE).content.decode()
    assert "It is about another offer." in client.get(_case(shown)).content.decode()


def test_a_reported_review_can_be_left_as_it_is(client, moderator, stranger, shown):
    reviews.report_review(
        membership=stranger.memberships.get(), review=shown, reason="I differ.", at=NOON
    )
    client.force_login(moderator)

    client.post(_case(shown), {"decision": "leave"})

    shown.refresh_from_db()
    assert shown.status == "shown"
    assert shown.headline not in client.get(QUEUE).content.decode()


def test_a_review_is_reported_below_the_address_of_its_offer_only(client, stranger, shown):
    """So nobody is led from an old reference to the new address of a private offer."""
    former = _report(shown)
    Offer.objects.update(invitation_code="NEW", slug="invited-new")
    client.force_login(stranger)

    answer = client.post(former, {"reason": "I differ."})

    assert answer.status_code == 404
    assert not ReviewReport.objects.exists()


def test_a_review_that_waits_cannot_be_reported(client, stranger, waiting):
    client.force_login(stranger)

    answer = client.post(_report(waiting), {"reason": "I differ."})

    assert answer.status_code == 404
    assert not ReviewReport.objects.exists()


def test_the_queue_costs_as_many_queries_for_many_as_for_one(
    client, moderator, stranger, version, waiting, django_assert_num_queries
):
    for number in range(5):
        review = make_shown(version, moderator, name=f"Number {number}")
        reviews.report_review(
            membership=stranger.memberships.get(), review=review, reason="I differ.", at=NOON
        )
    client.force_login(moderator)

    with django_assert_num_queries(3):  # session, person, reviews
        client.get(QUEUE)


def test_the_books_agree_with_every_step(moderator, membership, version, shown):
    factories.make_moderator()
    reviews.hide_review(review=shown, reason="A name.", by=moderator, at=NOON)

    assert not [said for said in invariants.violations() if "review" in said]
