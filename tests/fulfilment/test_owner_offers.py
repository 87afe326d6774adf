"""Offers to an owner: which are shown, the card, yes, no thanks, and what others may see."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from buyers.models import OrderLine, OrderLineStatus
from buyers.queries import owner_card_for
from common.models import OutboxMessage
from fulfilment.models import Acceptance, AcceptanceStatus, Decline
from offers.cards import card_hash
from offers.models import Offer
from tests import factories
from tests.factories import NOON
from tests.fulfilment.owner_pages import as_person, forms, text
from tests.fulfilment.steps import say_yes

__all__ = ["as_person"]

SLEEP = {
    "name": "sleep-1",
    "bundle": {"nights": {"endpoints": [{"endpoint": "fitbit/sleep", "mapping": {"at": "at"}}]}},
}


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def url(line, name="offer"):
    return reverse(f"fulfilment:owner-{name}", args=[line.reference])


def yes_to(line):
    return {"card_hash": card_hash(owner_card_for(line))}


# -- which offers -----------------------------------------------------------------------------
def offers_shown(client):
    return list(client.get(reverse("fulfilment:owner-inbox")).context["page"].object_list)


@pytest.fixture
def more(open_line):
    """A second order of the same by the same organisation, of new people alone."""
    return factories.make_line(
        open_line.offer_version, open_line.order.organisation, only_new_people=True
    )


def test_who_shares_it_already_is_not_asked_where_new_people_are_wanted(
    open_line, more, owner, as_person
):
    say_yes(open_line, owner, at=NOON)

    assert offers_shown(as_person(owner)) == []


def test_everybody_else_is_asked_where_new_people_are_wanted(open_line, more, owner, as_person):
    say_yes(open_line, factories.make_hat_owner(), at=NOON)

    assert offers_shown(as_person(owner)) == [more, open_line]


def test_a_yes_that_lapsed_keeps_nobody_from_being_asked(open_line, more, owner, as_person):
    say_yes(open_line, owner, at=NOON)
    Acceptance.objects.update(status=AcceptanceStatus.LAPSED, holds_place=False)

    assert more in offers_shown(as_person(owner))


def test_an_order_of_another_organisation_asks_everybody(open_line, owner, as_person):
    theirs = factories.make_line(
        open_line.offer_version, factories.make_organisation("Other Ltd"), only_new_people=True
    )
    say_yes(open_line, owner, at=NOON)

    assert offers_shown(as_person(owner)) == [theirs]


def test_the_inbox_shows_open_lines_that_the_hat_can_fill(open_line, owner, as_person):
    factories.make_line(factories.make_version(bundle=SLEEP))

    assert offers_shown(as_person(owner)) == [open_line]


@pytest.mark.parametrize("status", [s for s in OrderLineStatus.values if s != OrderLineStatus.OPEN])
def test_the_inbox_shows_no_line_that_takes_no_answer(owner, as_person, status):
    factories.make_line(status=status)

    assert offers_shown(as_person(owner)) == []


def test_the_inbox_shows_no_line_past_its_closing_time(owner, as_person):
    factories.make_line(closes_at=NOON)

    assert offers_shown(as_person(owner)) == []


def test_the_inbox_shows_no_line_that_was_answered(open_line, owner, as_person):
    second = factories.make_line()
    client = as_person(owner)
    say_yes(open_line, owner, at=NOON)
    client.post(url(second, "decline"))

    assert offers_shown(client) == []


def test_the_inbox_shows_a_line_again_whose_yes_lapsed(open_line, owner, as_person):
    say_yes(open_line, owner, at=NOON)
    Acceptance.objects.update(status=AcceptanceStatus.LAPSED)

    assert offers_shown(as_person(owner)) == [open_line]


def test_answers_of_others_change_nothing_in_the_inbox(open_line, owner, as_person):
    somebody = factories.make_hat_owner()
    as_person(somebody).post(url(open_line, "decline"))

    assert offers_shown(as_person(owner)) == [open_line]


def test_the_inbox_costs_the_same_for_one_offer_and_for_twenty(
    version, organisation, owner, as_person, django_assert_num_queries
):
    factories.make_line(version, organisation)
    client = as_person(owner)
    client.get(reverse("fulfilment:owner-inbox"))
    with django_assert_num_queries(5):
        client.get(reverse("fulfilment:owner-inbox"))
    for _ in range(20):
        factories.make_line(factories.make_version(), factories.make_organisation())

    with django_assert_num_queries(5):
        page = client.get(reverse("fulfilment:owner-inbox"))

    assert page.context["page"].paginator.count == 21
    assert len(page.context["page"].object_list) == 20


def test_the_empty_inbox_says_so(owner, as_person):
    assert "No offer waits for you" in text(as_person(owner).get(reverse("fulfilment:owner-inbox")))


# -- the card ---------------------------------------------------------------------------------
def test_the_page_shows_the_very_card_of_the_consent_record(open_line, owner, as_person):
    client = as_person(owner)
    shown = client.get(url(open_line)).context["card"]

    client.post(url(open_line, "accept"), yes_to(open_line))

    assert Acceptance.objects.get().consent.card == shown


def test_the_two_answers_are_of_one_class_and_each_form_carries_card_and_token(
    open_line, owner, as_person
):
    answers = forms(as_person(owner).get(url(open_line)))

    assert len(answers) == 2  # beside the card, and at the foot of a phone
    for form in answers:
        assert form.count('class="btn btn-answer"') == 2
        assert form.count("<button") == 2
        assert "csrfmiddlewaretoken" in form
        assert yes_to(open_line)["card_hash"] in form


def test_the_number_of_people_is_not_told_before_the_smallest_group(open_line, owner, as_person):
    OrderLine.objects.update(places=100, places_taken=19)

    assert as_person(owner).get(url(open_line)).context["people_so_far"] == 0


def test_the_number_of_people_is_rounded_down(open_line, owner, as_person):
    OrderLine.objects.update(places=100, places_taken=44)

    assert as_person(owner).get(url(open_line)).context["people_so_far"] == 40


@pytest.mark.parametrize("status", ["filled", "paused", "closed"])
def test_the_page_of_a_line_that_takes_no_answers_has_no_buttons(owner, as_person, status):
    line = factories.make_line(status=status)

    page = as_person(owner).get(url(line))

    assert page.status_code == 200
    assert forms(page) == []
    assert "Nothing was shared" in text(page)


@pytest.mark.parametrize("status", ["pending", "in_review", "rejected"])
def test_a_line_that_never_opened_does_not_exist_for_owners(owner, as_person, status):
    line = factories.make_line(status=status, opened_at=None)
    client = as_person(owner)

    answers = [
        client.get(url(line)),
        client.get(url(line, "values")),
        client.post(url(line, "accept"), yes_to(line)),
        client.post(url(line, "decline")),
    ]

    assert [a.status_code for a in answers] == [404] * 4
    assert not Acceptance.objects.exists()
    assert not Decline.objects.exists()


def test_a_line_that_the_hat_cannot_fill_takes_no_yes(owner, as_person):
    line = factories.make_line(factories.make_version(bundle=SLEEP))

    answer = as_person(owner).post(url(line, "accept"), yes_to(line))

    assert answer.status_code == 404
    assert not Acceptance.objects.exists()


def test_the_page_of_an_offer_accepted_before_leads_to_the_yes(open_line, owner, as_person):
    acceptance = say_yes(open_line, owner, at=NOON)

    answer = as_person(owner).get(url(open_line))

    assert answer.url == reverse("fulfilment:owner-acceptance", args=[acceptance.uid])


# -- yes --------------------------------------------------------------------------------------
def test_yes_leads_to_its_page_and_asks_the_hat_after_the_commit(open_line, owner, as_person):
    answer = as_person(owner).post(url(open_line, "accept"), yes_to(open_line))

    acceptance = Acceptance.objects.get()
    assert answer.url == reverse("fulfilment:owner-acceptance", args=[acceptance.uid])
    assert OutboxMessage.objects.get().task == "fulfilment.propose_debit"


def test_a_double_click_on_yes_is_one_yes(open_line, owner, as_person):
    client, data = as_person(owner), yes_to(open_line)

    answers = [client.post(url(open_line, "accept"), data) for _ in range(2)]

    open_line.refresh_from_db()
    assert answers[0].url == answers[1].url
    assert Acceptance.objects.count() == 1
    assert open_line.places_taken == 1


@pytest.mark.parametrize("data", [{}, {"card_hash": "x"}, {"card_hash": "0" * 64}])
def test_a_yes_to_another_card_is_refused_and_shows_the_card_again(
    open_line, owner, as_person, data
):
    client = as_person(owner)

    answer = client.post(url(open_line, "accept"), data, follow=True)

    assert answer.redirect_chain == [(url(open_line), 302)]
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    assert not Acceptance.objects.exists()


def test_a_card_that_changed_on_the_way_is_refused(open_line, owner, as_person):
    data = yes_to(open_line)
    OrderLine.objects.update(purpose_words="To learn something else.")

    answer = as_person(owner).post(url(open_line, "accept"), data, follow=True)

    assert "have changed since you opened the page" in text(answer)
    assert not Acceptance.objects.exists()


def test_yes_to_a_line_that_has_just_filled_says_so_kindly(open_line, owner, as_person):
    OrderLine.objects.update(status="filled", places_taken=20)

    answer = as_person(owner).post(url(open_line, "accept"), yes_to(open_line), follow=True)

    open_line.refresh_from_db()
    assert "Nothing was shared" in text(answer)
    assert open_line.places_taken == 20
    assert not Acceptance.objects.exists()


def test_yes_from_a_hat_that_is_not_connected_is_refused(open_line, owner, as_person):
    owner.status = "frozen"
    owner.save()

    answer = as_person(owner).post(url(open_line, "accept"), yes_to(open_line))

    assert answer.status_code == 409
    assert not Acceptance.objects.exists()


# -- no thanks --------------------------------------------------------------------------------
def test_no_thanks_is_quiet(open_line, owner, as_person):
    as_person(owner).post(url(open_line, "decline"))

    entry = AuditEntry.objects.get()
    open_line.refresh_from_db()
    assert (entry.owner_user, entry.organisation) == (owner.user, None)
    assert open_line.places_taken == 0
    assert not OutboxMessage.objects.exists()


def test_a_double_click_on_no_thanks_is_one_no(open_line, owner, as_person):
    client = as_person(owner)

    answers = [client.post(url(open_line, "decline")) for _ in range(2)]

    assert {a.url for a in answers} == {reverse("fulfilment:owner-inbox")}
    assert Decline.objects.count() == 1


def test_what_was_declined_stands_in_a_list_and_can_be_thought_about_again(
    open_line, owner, as_person
):
    client = as_person(owner)
    client.post(url(open_line, "decline"))
    listed = client.get(reverse("fulfilment:owner-declined")).context["page"].object_list

    client.post(url(open_line, "reconsider"))

    assert [d.order_line for d in listed] == [open_line]
    assert offers_shown(client) == [open_line]
    assert not Decline.objects.exists()


def test_thinking_again_without_a_no_changes_nothing(open_line, owner, as_person):
    as_person(owner).post(url(open_line, "reconsider"))

    assert not AuditEntry.objects.exists()


def test_the_declined_list_shows_only_what_is_still_open(open_line, owner, as_person):
    client = as_person(owner)
    client.post(url(open_line, "decline"))

    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        client = as_person(owner)
        page = client.get(reverse("fulfilment:owner-declined"))

    assert "Nothing here" in text(page)


def test_a_no_may_become_a_yes(open_line, owner, as_person):
    client = as_person(owner)
    client.post(url(open_line, "decline"))

    client.post(url(open_line, "accept"), yes_to(open_line))

    assert Acceptance.objects.get().hat_owner == owner


# -- others -----------------------------------------------------------------------------------
PAGES = ["offer", "values"]
ANSWERS = ["accept", "decline", "reconsider"]


@pytest.mark.parametrize("who", ["buyer", "stranger", "moderator"])
def test_the_pages_do_not_exist_for_anybody_without_a_hat(request, open_line, as_person, who):
    client = as_person(request.getfixturevalue(who))

    codes = [client.get(url(open_line, name)).status_code for name in PAGES]
    codes += [client.post(url(open_line, n), yes_to(open_line)).status_code for n in ANSWERS]
    codes += [client.get(reverse(f"fulfilment:owner-{n}")).status_code for n in LISTS]

    assert codes == [404] * len(codes)
    assert not Acceptance.objects.exists()
    assert not Decline.objects.exists()


LISTS = ["home", "inbox", "declined", "over", "earnings", "access-log"]


@pytest.mark.parametrize("name", LISTS)
def test_the_pages_ask_for_a_log_in(client, db, name):
    assert client.get(reverse(f"fulfilment:owner-{name}")).url.startswith("/account/login/")


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_given_by_post_only(open_line, owner, as_person, name):
    assert as_person(owner).get(url(open_line, name)).status_code == 405


def test_an_offer_off_the_shelf_still_runs_for_owners(open_line, owner, as_person):
    Offer.objects.update(status="paused")

    assert offers_shown(as_person(owner)) == [open_line]
