"""Answers: whose they are, when they are shown, how they are corrected."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Membership, Notification, Role
from common.errors import NotAllowed, NotFound
from offers.actions import question_decisions as decisions
from offers.actions import questions
from offers.errors import NotShownNow
from offers.models import Answer, AnswerStatus, Question
from tests import factories
from tests.factories import NOON
from tests.offers.questions.saying import GIVEN, ask, give_answer


def page_of(question):
    return reverse("offers:question", args=[question.reference])


def public_page(question):
    return reverse("offers:offer-questions", args=[question.offer.slug])


def test_the_publishers_owners_are_told_of_a_question_that_is_shown(
    client, answerer, publisher, shown
):
    factories.make_member(publisher, Role.BUYER)

    notice = Notification.objects.get(notice="question_shown")

    assert (notice.user, notice.link) == (answerer, page_of(shown))
    client.force_login(answerer)
    assert "Waiting for your answer" in client.get(reverse("offers:my-questions")).content.decode()


def test_an_answer_of_the_publisher_waits_for_a_moderator(client, answerer, moderator, shown):
    client.force_login(answerer)

    client.post(page_of(shown), {"text": GIVEN})

    assert Answer.objects.get().status == AnswerStatus.GIVEN
    assert Notification.objects.filter(user=moderator, subject__startswith="An answer").exists()
    client.logout()
    assert GIVEN not in client.get(public_page(shown)).content.decode()


def test_an_answer_let_through_is_public_and_who_asked_is_told(client, buyer, answered):
    question = answered.question

    text = client.get(public_page(question)).content.decode()

    assert GIVEN in text
    assert "Harbour University answers" in text
    assert "Nia Bell" not in text
    assert Notification.objects.get(user=buyer).link == page_of(question)


def test_owners_are_told_of_an_answer_once_who_asked_has_left(
    organisation, buyer, answerer, moderator, shown
):
    head = factories.make_member(organisation, Role.OWNER)
    given = give_answer(shown, answerer)
    buyer.memberships.all().delete()

    decisions.show(words=given, by=moderator, at=NOON)

    assert Notification.objects.get(notice="question_answered").user == head


def test_an_answer_of_a_moderator_is_public_at_once_and_the_markets_own(
    client, buyer, moderator, shown
):
    client.force_login(moderator)

    client.post(page_of(shown), {"text": GIVEN})

    client.logout()
    text = client.get(public_page(shown)).content.decode()
    assert GIVEN in text
    assert "HAT Market answers" in text
    assert Notification.objects.filter(user=buyer, notice="question_answered").exists()


def test_a_moderator_does_not_answer_what_the_own_organisation_asked(
    client, organisation, moderator, shown
):
    Membership.objects.create(user=moderator, organisation=organisation, role=Role.VIEWER)
    client.force_login(moderator)
    page = client.get(page_of(shown)).content.decode()

    answer = client.post(page_of(shown), {"text": GIVEN})

    assert "Answer for everybody" not in page
    assert answer.status_code == 403
    assert not Answer.objects.exists()


def test_on_the_markets_own_shelf_moderators_are_asked_to_answer(client, buyer, moderator, version):
    question = ask(version.offer, buyer)
    decisions.show(words=question, by=moderator, at=NOON)
    client.force_login(moderator)

    text = client.get(reverse("offers:moderation-questions")).content.decode()

    assert "Waits for an answer" in text


def test_a_member_of_the_publisher_who_is_not_its_owner_does_not_answer(publisher, shown):
    with pytest.raises(NotAllowed):
        give_answer(shown, factories.make_member(publisher, Role.APPROVER))

    assert not Answer.objects.exists()


def test_who_asked_does_not_answer(client, buyer, shown):
    client.force_login(buyer)

    assert client.post(page_of(shown), {"text": GIVEN}).status_code == 404
    assert not Answer.objects.exists()


def test_the_publisher_sees_no_question_before_it_is_shown(client, answerer, asked):
    client.force_login(answerer)

    assert client.get(page_of(asked)).status_code == 404


def test_a_question_that_is_not_shown_is_not_answered(moderator, asked):
    with pytest.raises(NotShownNow):
        give_answer(asked, moderator)

    assert not Answer.objects.exists()


def test_a_newer_answer_corrects_the_one_before(client, answerer, moderator, answered):
    better = give_answer(answered.question, answerer, "Sorry: after ten seconds it is in it.")
    decisions.show(words=better, by=moderator, at=NOON)

    text = client.get(public_page(answered.question)).content.decode()

    assert "after ten seconds" in text
    assert GIVEN not in text


def test_publishers_have_only_so_many_answers_waiting_and_lose_no_words(
    client, answerer, shown, monkeypatch
):
    monkeypatch.setattr(questions, "MOST_ANSWERS_WAITING", 1)
    give_answer(shown, answerer)
    client.force_login(answerer)

    refused = client.post(page_of(shown), {"text": "Only in part, as the description says."})

    assert refused.status_code == 422
    assert "Only in part, as the description says." in refused.content.decode()
    assert Answer.objects.count() == 1


def test_a_link_in_an_answer_is_refused_in_words(client, answerer, shown):
    client.force_login(answerer)

    answer = client.post(page_of(shown), {"text": "Have a look at www.songs.example for that"})

    assert answer.status_code == 422
    assert "No links" in answer.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize("model", [Question, Answer])
def test_the_database_refuses_to_edit_words(answered, model):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(text="Something else altogether.")

    assert not model.objects.filter(text__startswith="Something else").exists()


def test_a_publisher_that_answered_waits_for_no_answer_any_more(client, answerer, given):
    client.force_login(answerer)

    assert "Nobody waits" in client.get(reverse("offers:my-questions")).content.decode()


def test_a_stranger_has_no_answer_to_give(stranger, shown):
    with pytest.raises(NotFound):
        give_answer(shown, stranger)

    assert not Answer.objects.exists()
