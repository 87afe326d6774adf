"""What moderators let through, turn down, hide and leave; what others report."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Notification, Role
from common.errors import InvalidTransition, NotFound
from marketplace.invariants import violations
from offers.actions import question_decisions as decisions
from offers.actions import questions
from offers.errors import NotShownNow, OwnWork, ReasonMissing
from offers.models import AnswerStatus, Question, QuestionReport, QuestionStatus
from tests import factories
from tests.factories import NOON
from tests.offers.questions.saying import ASKED, GIVEN, ask

QUEUE = reverse("offers:moderation-questions")


def case_of(question):
    return reverse("offers:moderation-question", args=[question.reference])


def report_of(question, answer=None):
    page = reverse("offers:offer-question-report", args=[question.offer.slug, question.reference])
    return f"{page}?answer={answer.pk}" if answer else page


def public_text(client, question):
    client.logout()
    page = reverse("offers:offer-questions", args=[question.offer.slug])
    return client.get(page).content.decode()


def test_a_moderator_finds_it_in_the_queue_and_shows_it_to_everybody(client, moderator, asked):
    client.force_login(moderator)
    assert case_of(asked) in client.get(QUEUE).content.decode()

    client.post(case_of(asked), {"about": "0", "decision": "show"})

    assert ASKED in public_text(client, asked)
    assert AuditEntry.objects.get(action="question.shown").from_status == "asked"


def test_what_is_turned_down_is_not_shown_and_who_asked_learns_why(client, buyer, moderator, asked):
    client.force_login(moderator)
    client.post(
        case_of(asked),
        {"about": "0", "decision": "turn_down", "reasons": "It is not about this offer."},
    )

    assert ASKED not in public_text(client, asked)
    assert Notification.objects.get(user=buyer).line == "It is not about this offer."
    client.force_login(buyer)
    page = client.get(reverse("offers:question", args=[asked.reference])).content.decode()
    assert "It is not about this offer." in page


@pytest.mark.parametrize("decision", ["turn_down", "hide"])
def test_a_no_without_a_reason_is_asked_for_one(client, moderator, asked, decision):
    client.force_login(moderator)

    answer = client.post(case_of(asked), {"about": "0", "decision": decision})

    assert answer.status_code == 422
    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


def test_turning_down_without_words_is_refused(moderator, asked):
    with pytest.raises(ReasonMissing):
        decisions.turn_down(words=asked, reason=" ", by=moderator, at=NOON)

    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


def test_a_decision_about_an_answer_that_is_not_there_is_refused(client, moderator, asked):
    client.force_login(moderator)

    answer = client.post(case_of(asked), {"about": "999999", "decision": "show"})

    assert answer.status_code == 404
    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


def test_what_came_of_it_is_told_to_owners_once_who_asked_has_left(
    organisation, buyer, moderator, asked
):
    head = factories.make_member(organisation, Role.OWNER)
    buyer.memberships.all().delete()

    decisions.turn_down(words=asked, reason="It misleads.", by=moderator, at=NOON)

    assert Notification.objects.get(notice="question_not_shown").user == head


def test_an_answer_turned_down_is_told_to_who_gave_it(moderator, answerer, given):
    decisions.turn_down(words=given, reason="It misleads.", by=moderator, at=NOON)

    given.question.refresh_from_db()
    assert given.question.answer is None
    assert Notification.objects.get(user=answerer, notice="question_not_shown").line == (
        "It misleads."
    )


def test_nobody_decides_twice(moderator, shown):
    with pytest.raises(InvalidTransition):
        decisions.turn_down(words=shown, reason="Too late.", by=moderator, at=NOON)

    shown.refresh_from_db()
    assert shown.status == QuestionStatus.SHOWN


def test_who_decides_too_late_learns_who_was_first_and_keeps_the_words(client, moderator, asked):
    client.force_login(moderator)
    first = factories.make_user("Lea Frost", is_moderator=True)
    decisions.show(words=asked, by=first, at=NOON)
    words = "It asks for a name."

    answer = client.post(case_of(asked), {"about": "0", "decision": "turn_down", "words": words})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Decided by Lea Frost on" in page
    assert words in page
    asked.refresh_from_db()
    assert asked.status == QuestionStatus.SHOWN


@pytest.mark.parametrize("whose", ["organisation", "publisher"])
def test_a_moderator_does_not_decide_for_an_own_organisation(
    moderator, organisation, publisher, asked, whose
):
    own = {"organisation": organisation, "publisher": publisher}[whose]
    Membership.objects.create(user=moderator, organisation=own, role=Role.VIEWER)

    with pytest.raises(OwnWork):
        decisions.show(words=asked, by=moderator, at=NOON)

    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


@pytest.mark.parametrize("person", ["buyer", "answerer"])
def test_nobody_else_has_a_queue(client, request, asked, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(QUEUE).status_code == 404
    assert client.post(case_of(asked), {"about": "0", "decision": "show"}).status_code == 404
    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


def test_who_is_no_moderator_shows_nothing_by_any_way(buyer, asked):
    with pytest.raises(NotFound):
        decisions.show(words=asked, by=buyer, at=NOON)

    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


# -- reports -------------------------------------------------------------------------------------


def test_a_report_brings_a_question_back_to_moderators(client, stranger, moderator, shown):
    client.force_login(stranger)
    client.post(report_of(shown), {"kind": "wrong", "words": "Nobody skips songs."})

    report = QuestionReport.objects.get()
    assert report.reason == "It is wrong or misleads. Nobody skips songs."
    assert Notification.objects.filter(user=moderator, subject__startswith="A report").exists()
    client.force_login(moderator)
    assert "Reported" in client.get(QUEUE).content.decode()
    assert "Nobody skips songs." in client.get(case_of(shown)).content.decode()


def test_a_viewer_reports_too(client, organisation, shown):
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    client.post(report_of(shown), {"kind": "conduct"})

    assert QuestionReport.objects.count() == 1


def test_nobody_reports_twice(client, stranger, reported):
    client.force_login(stranger)

    answer = client.post(report_of(reported), {"kind": "conduct"})

    assert answer.status_code == 409
    assert QuestionReport.objects.count() == 1


def test_a_question_and_its_answer_are_reported_each(client, stranger, reported, moderator):
    answer = questions.give_answer(question=reported, text=GIVEN, by=moderator, at=NOON)
    client.force_login(stranger)

    client.post(report_of(reported, answer), {"kind": "wrong"})

    assert QuestionReport.objects.filter(answer=answer).count() == 1


def test_something_else_needs_words(client, stranger, shown):
    client.force_login(stranger)

    assert client.post(report_of(shown), {"kind": "other"}).status_code == 422
    assert not QuestionReport.objects.exists()


def test_a_report_left_keeps_the_question_and_leaves_the_queue(client, moderator, reported):
    client.force_login(moderator)

    client.post(case_of(reported), {"about": "0", "decision": "leave"})

    assert QuestionReport.objects.get().settled_at
    assert "Nothing waits for you" in client.get(QUEUE).content.decode()
    assert ASKED in public_text(client, reported)


def test_leaving_what_nobody_reported_is_refused(moderator, shown):
    with pytest.raises(InvalidTransition):
        decisions.leave(words=shown, by=moderator, at=NOON)

    assert not AuditEntry.objects.filter(action="question.left_shown").exists()


def test_what_is_hidden_is_gone_and_its_writer_learns_why(client, buyer, moderator, reported):
    decisions.hide(words=reported, reason="It is about a person.", by=moderator, at=NOON)

    assert ASKED not in public_text(client, reported)
    assert QuestionReport.objects.get().settled_at
    assert Notification.objects.get(user=buyer).line == "It is about a person."


def test_reports_of_its_answers_are_settled_with_a_hidden_question(
    client, stranger, moderator, answered
):
    client.force_login(stranger)
    client.post(report_of(answered.question, answered), {"kind": "wrong"})

    decisions.hide(words=answered.question, reason="A name.", by=moderator, at=NOON)

    assert not QuestionReport.objects.filter(settled_at=None).exists()


def test_an_answer_hidden_gives_way_to_the_one_before(client, moderator, answerer, answered):
    newer = questions.give_answer(
        question=answered.question, text="Everything is in it, always.", by=moderator, at=NOON
    )

    other = factories.make_moderator()
    decisions.hide(words=newer, reason="It is wrong.", by=other, at=NOON)

    text = public_text(client, answered.question)
    assert "Everything is in it" not in text
    assert GIVEN in text


def test_an_answer_to_a_hidden_question_is_not_shown_any_more(moderator, given):
    decisions.hide(words=given.question, reason="It is rude.", by=moderator, at=NOON)

    with pytest.raises(NotShownNow):
        decisions.show(words=given, by=moderator, at=NOON)

    given.refresh_from_db()
    assert given.status == AnswerStatus.GIVEN


def test_what_is_not_shown_is_not_reported(client, stranger, asked):
    client.force_login(stranger)

    assert client.post(report_of(asked), {"kind": "wrong"}).status_code == 404
    assert not QuestionReport.objects.exists()


def test_what_is_hidden_while_somebody_writes_a_report_is_not_reported(stranger, shown):
    Question.objects.filter(pk=shown.pk).update(status=QuestionStatus.HIDDEN)

    with pytest.raises(NotShownNow):
        questions.report(
            question=shown,
            answer=None,
            membership=stranger.memberships.get(),
            reason="x",
            at=NOON,
        )

    assert not QuestionReport.objects.exists()


def test_every_step_is_in_the_record(buyer, moderator, offer, answered):
    questions.withdraw(question=ask(offer, buyer), by=buyer, at=NOON)
    decisions.turn_down(words=ask(offer, buyer), reason="Rude.", by=moderator, at=NOON)
    decisions.hide(words=answered, reason="Wrong.", by=moderator, at=NOON)
    decisions.hide(words=answered.question, reason="Wrong.", by=moderator, at=NOON)

    broken = [one for one in violations() if "offers.question" in one or "offers.answer" in one]
    assert broken == []


def test_the_queue_costs_the_same_for_one_and_for_many(
    client, moderator, buyer, asked, django_assert_num_queries
):
    client.force_login(moderator)
    with django_assert_num_queries(3):
        client.get(QUEUE)
    for _ in range(15):
        ask(factories.make_version().offer, buyer)

    with django_assert_num_queries(3):
        client.get(QUEUE)
