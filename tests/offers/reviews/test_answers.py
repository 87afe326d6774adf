"""The publisher answers a review once; the market for its own shelf."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notification, Role
from offers.actions import question_decisions as decisions
from offers.actions import reviews
from offers.errors import AnsweredAlready
from offers.models import Answer, ReviewAnswer
from offers.queries.catalogue import shelf_stamp
from tests import factories
from tests.factories import NOON
from tests.offers.questions.saying import ask

WORDS = {"text": "Thank you. The next version will name all artists."}


def _answer(review):
    return reverse("offers:review-answer", args=[review.reference])


def _case(review):
    return reverse("offers:moderation-review", args=[review.reference])


def _decide(review):
    return reverse("offers:moderation-review-answer", args=[review.reference])


def _verdict(decision, *, reason="", about=None):
    about = about or ReviewAnswer.objects.get()
    names = {"decision": decision, "reason": reason, "about": about.pk}
    return {f"answer-{name}": value for name, value in names.items()}


def _page(client, version):
    client.logout()
    return client.get(f"/offers/{version.offer.slug}/").content.decode()


@pytest.fixture
def answered(publisher, shown):
    return reviews.answer_review(review=shown, text=WORDS["text"], by=publisher, at=NOON)


def test_a_publisher_s_answer_is_shown_once_a_moderator_has_read_it(
    client, buyer, publisher, moderator, version, shown
):
    client.force_login(publisher)
    client.post(_answer(shown), WORDS)
    assert WORDS["text"] not in _page(client, version)

    client.force_login(moderator)
    assert "New answer" in client.get("/moderation/reviews/").content.decode()
    client.post(_decide(shown), _verdict("show"))

    page = _page(client, version)
    assert WORDS["text"] in page
    assert "The publisher answers" in page
    assert Notification.objects.filter(user=buyer, subject="Your review has an answer").exists()


def test_an_answer_to_a_question_of_the_same_number_is_told_beside_it(
    buyer, publisher, moderator, version, shown, answered
):
    question = ask(version.offer, buyer)
    decisions.show(words=question, by=moderator, at=NOON)
    other = Answer.objects.create(
        pk=answered.pk, question=question, given_by=publisher, text=WORDS["text"]
    )

    decisions.show(words=other, by=moderator, at=NOON)
    reviews.show_answer(answer=answered, by=moderator, at=NOON)

    told = Notification.objects.filter(user=buyer, subject__contains="answer")
    assert {one.notice for one in told} == {"question_answered", "review"}


def test_a_moderator_answers_for_the_market_at_once(client, moderator, version, shown):
    client.force_login(moderator)

    client.post(_answer(shown), WORDS)

    page = _page(client, version)
    assert WORDS["text"] in page
    assert "HAT Market answers" in page


def test_a_moderator_does_not_answer_for_a_publisher(client, moderator, publisher, shown):
    client.force_login(moderator)

    assert client.post(_answer(shown), WORDS).status_code == 404
    assert not ReviewAnswer.objects.exists()


def test_nobody_else_answers(client, stranger, shown):
    client.force_login(stranger)

    assert client.post(_answer(shown), WORDS).status_code == 404
    assert not ReviewAnswer.objects.exists()


def test_a_review_is_answered_once(publisher, shown, answered):
    with pytest.raises(AnsweredAlready):
        reviews.answer_review(review=shown, text="Another word on it.", by=publisher, at=NOON)

    assert ReviewAnswer.objects.get() == answered


def test_nobody_writes_a_second_answer_in_vain(client, publisher, shown, answered):
    client.force_login(publisher)

    assert client.get(_answer(shown)).status_code == 409


def test_an_answer_that_leads_out_of_the_market_is_refused(client, publisher, shown):
    client.force_login(publisher)

    answer = client.post(_answer(shown), {"text": "Write to us: data@harbour.example, please."})

    assert answer.status_code == 422
    assert not ReviewAnswer.objects.exists()


def test_after_one_was_turned_down_the_publisher_may_answer_anew(
    client, publisher, moderator, shown, answered
):
    client.force_login(moderator)
    client.post(_decide(shown), _verdict("take_down", reason="A name."))
    assert (
        Notification.objects.get(user=publisher, key__startswith="review-answer:").line == "A name."
    )

    again = reviews.answer_review(review=shown, text=WORDS["text"], by=publisher, at=NOON)

    answered.refresh_from_db()
    assert (answered.status, again.status) == ("turned_down", "written")


def test_owners_read_why_once_who_answered_has_left(publisher, moderator, shown, answered):
    organisation = publisher.memberships.get().organisation
    head = factories.make_member(organisation, Role.OWNER)
    publisher.memberships.all().delete()

    reviews.take_down_answer(answer=answered, reason="A name.", by=moderator, at=NOON)

    assert Notification.objects.get(key__startswith="review-answer:").user == head


def test_an_answer_is_taken_down_and_the_page_is_made_anew(moderator, shown, answered):
    reviews.show_answer(answer=answered, by=moderator, at=NOON)
    stamp = shelf_stamp()

    reviews.take_down_answer(answer=answered, reason="A name.", by=moderator, at=NOON)

    answered.refresh_from_db()
    assert answered.status == "hidden"
    assert shelf_stamp() != stamp


def test_a_decision_is_about_the_answer_that_was_read(
    client, publisher, moderator, shown, answered
):
    client.force_login(moderator)
    page = client.get(_case(shown)).content.decode()
    reviews.take_down_answer(answer=answered, reason="A name.", by=moderator, at=NOON)
    newer = reviews.answer_review(review=shown, text="Nobody read this.", by=publisher, at=NOON)

    said = client.post(_decide(shown), _verdict("show", about=answered))

    newer.refresh_from_db()
    assert f'name="answer-about" value="{answered.pk}"' in page
    assert (said.status_code, newer.status) == (409, "written")


def test_an_answer_to_a_review_that_was_taken_down_is_not_shown(
    client, buyer, moderator, shown, answered
):
    reviews.hide_review(review=shown, reason="A name.", by=moderator, at=NOON)
    client.force_login(moderator)

    said = client.post(_decide(shown), _verdict("show"))

    answered.refresh_from_db()
    assert (said.status_code, answered.status) == (409, "written")
    assert not Notification.objects.filter(user=buyer, key__startswith="review-answer:").exists()
    assert "Show this answer" not in client.get(_case(shown)).content.decode()


def test_turning_an_answer_down_needs_a_reason(client, moderator, shown, answered):
    client.force_login(moderator)

    said = client.post(_decide(shown), _verdict("take_down"))

    answered.refresh_from_db()
    assert (said.status_code, answered.status) == (422, "written")


def test_the_database_lets_nobody_change_what_an_answer_says(answered):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewAnswer.objects.update(text="Something else altogether.")
