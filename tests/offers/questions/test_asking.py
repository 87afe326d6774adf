"""Asking about an offer, and taking a question back."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Notification, OrganisationStatus, Role
from common.errors import InvalidTransition, NotAllowed
from offers.actions import question_decisions as decisions
from offers.actions import questions
from offers.errors import OwnWork, TooManyAsked
from offers.models import Question, QuestionStatus
from tests import factories
from tests.factories import NOON
from tests.offers.questions.saying import ASKED, ask

FORM = {"text": ASKED, "signed": "kind"}


def form_of(offer):
    return reverse("offers:offer-question-new", args=[offer.slug])


def list_of(offer):
    return reverse("offers:offer-questions", args=[offer.slug])


def test_a_question_waits_for_moderators_who_are_told(client, buyer, moderator, answerer, offer):
    client.force_login(buyer)

    client.post(form_of(offer), FORM)

    question = Question.objects.get()
    assert (question.text, question.status) == (ASKED, QuestionStatus.ASKED)
    notice = Notification.objects.get()
    assert notice.user == moderator
    assert notice.link == reverse("offers:moderation-question", args=[question.reference])
    assert AuditEntry.objects.get(action="question.asked").to_status == "asked"


def test_the_offer_page_leads_to_the_form(client, offer):
    assert (
        form_of(offer)
        in client.get(reverse("offers:offer-detail", args=[offer.slug])).content.decode()
    )


def test_nobody_but_the_own_organisation_reads_what_waits(client, buyer, stranger, asked, offer):
    assert ASKED not in client.get(list_of(offer)).content.decode()
    client.force_login(stranger)
    assert ASKED not in client.get(list_of(offer)).content.decode()
    client.force_login(buyer)
    assert ASKED in client.get(list_of(offer)).content.decode()


@pytest.mark.parametrize(
    ("signed", "words", "absent"),
    [("kind", "Museum, Bristol", "Tidewater"), ("name", "Tidewater Museum, Bristol", "Ines")],
)
def test_who_asks_is_an_organisation_by_kind_or_by_name_and_never_a_person(
    client, buyer, moderator, offer, signed, words, absent
):
    client.force_login(buyer)
    client.post(form_of(offer), FORM | {"signed": signed})
    decisions.show(words=Question.objects.get(), by=moderator, at=NOON)
    client.logout()

    text = client.get(list_of(offer)).content.decode()

    assert words in text
    assert absent not in text


@pytest.mark.parametrize(
    "wrong", [{"text": "Too short?"}, {"text": "x" * 1_001}, {"text": ""}, {"signed": "person"}]
)
def test_what_is_not_said_rightly_is_asked_again(client, buyer, offer, wrong):
    client.force_login(buyer)

    answer = client.post(form_of(offer), FORM | wrong)

    assert answer.status_code == 422
    assert not Question.objects.exists()


def test_a_sixth_open_question_about_one_offer_is_refused_and_its_words_are_kept(
    client, buyer, offer
):
    for number in range(questions.MOST_OPEN):
        ask(offer, buyer, f"{ASKED} {number}")
    client.force_login(buyer)

    answer = client.post(form_of(offer), FORM | {"text": "May I ask about one more thing?"})

    assert answer.status_code == 422
    assert "May I ask about one more thing?" in answer.content.decode()
    assert Question.objects.count() == questions.MOST_OPEN


def test_an_answer_makes_room_for_another_question(buyer, moderator, offer, answered, monkeypatch):
    monkeypatch.setattr(questions, "MOST_OPEN", 1)

    assert ask(offer, buyer).status == QuestionStatus.ASKED


def test_a_question_shown_without_an_answer_takes_room(buyer, offer, shown, monkeypatch):
    monkeypatch.setattr(questions, "MOST_OPEN", 1)

    with pytest.raises(TooManyAsked):
        ask(offer, buyer)

    assert Question.objects.count() == 1


def test_an_organisation_cannot_flood_moderators_over_many_offers(buyer, offer, monkeypatch):
    monkeypatch.setattr(questions, "MOST_WAITING", 1)
    ask(offer, buyer)

    with pytest.raises(TooManyAsked):
        ask(factories.make_version().offer, buyer)

    assert Question.objects.count() == 1


def test_a_question_sent_twice_waits_once(buyer, offer, asked):
    again = ask(offer, buyer)

    assert again == asked
    assert Question.objects.count() == 1


def test_taking_back_makes_no_room_for_more_questions_in_a_day(client, buyer, offer, monkeypatch):
    monkeypatch.setattr(questions, "MOST_A_DAY", 1)
    questions.withdraw(question=ask(offer, buyer), by=buyer, at=NOON)

    with pytest.raises(TooManyAsked):
        ask(offer, buyer)

    assert Question.objects.count() == 1


def test_a_publisher_does_not_ask_itself(offer, answerer):
    with pytest.raises(OwnWork):
        ask(offer, answerer)

    assert not Question.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.BUYER])
def test_asking_takes_somebody_who_may_buy(client, organisation, offer, role):
    client.force_login(factories.make_member(organisation, role))

    answer = client.post(form_of(offer), FORM)

    assert answer.status_code == (403 if role == Role.VIEWER else 302)
    assert Question.objects.count() == (role == Role.BUYER)


def test_a_suspended_organisation_asks_nothing(client, organisation, buyer, offer):
    organisation.status = OrganisationStatus.SUSPENDED
    organisation.save()
    client.force_login(buyer)

    assert client.post(form_of(offer), FORM).status_code == 403
    assert not Question.objects.exists()


def test_a_question_is_taken_back_before_anybody_has_read_it(client, buyer, asked):
    client.force_login(buyer)
    page = client.get(reverse("offers:question", args=[asked.reference])).content.decode()
    assert "Take the question back" in page

    client.post(reverse("offers:question-withdraw", args=[asked.reference]))

    asked.refresh_from_db()
    assert asked.status == QuestionStatus.WITHDRAWN
    assert AuditEntry.objects.get(action="question.withdrawn").from_status == "asked"


def test_what_is_shown_is_not_taken_back(buyer, shown):
    with pytest.raises(InvalidTransition):
        questions.withdraw(question=shown, by=buyer, at=NOON)

    shown.refresh_from_db()
    assert shown.status == QuestionStatus.SHOWN


def test_a_viewer_does_not_take_it_back(client, organisation, asked):
    viewer = factories.make_member(organisation, Role.VIEWER)
    client.force_login(viewer)
    page = client.get(reverse("offers:question", args=[asked.reference])).content.decode()
    assert "Take the question back" not in page

    with pytest.raises(NotAllowed):
        questions.withdraw(question=asked, by=viewer, at=NOON)

    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


def test_a_stranger_neither_reads_nor_takes_back(client, stranger, asked):
    client.force_login(stranger)

    page = client.get(reverse("offers:question", args=[asked.reference]))
    taken = client.post(reverse("offers:question-withdraw", args=[asked.reference]))

    assert (page.status_code, taken.status_code) == (404, 404)
    asked.refresh_from_db()
    assert asked.status == QuestionStatus.ASKED


def test_my_questions_hold_what_my_organisation_asked_and_nothing_else(
    client, buyer, stranger, asked, offer
):
    ask(offer, stranger, "Is the day of each play part of it as well?")
    client.force_login(buyer)

    text = client.get(reverse("offers:my-questions")).content.decode()

    assert ASKED in text
    assert "Is the day of each play" not in text
