"""Moderators: the queue by risk and the case, through the front door."""

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from buyers.models import OrderLineStatus, Refund
from buyers.queries import owner_card_for
from tests import factories
from tests.money import fund_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def line(version, organisation):
    """Paid, and waiting for a moderator."""
    waiting = factories.make_line(
        version, organisation, status="in_review", cleared_at=None, opened_at=None
    )
    fund_line(waiting)
    return waiting


def case(line, action: str = "case") -> str:
    return reverse(f"buyers:moderation-{action}", args=[line.reference])


def test_an_empty_queue_says_so(desk):
    page = desk.get(reverse("buyers:moderation-queue")).content.decode()

    assert "Nothing waits for you" in page


def test_the_queue_puts_the_gravest_first_and_says_why(desk):
    plain = factories.make_line(
        factories.make_version(title="Plain songs"), status="in_review", cleared_at=None
    )
    delicate = factories.make_version(
        title="Nights of sleep", special_category=True, smallest_group=50
    )
    grave = factories.make_line(delicate, places=50, status="in_review", cleared_at=None)

    page = desk.get(reverse("buyers:moderation-queue")).content.decode()

    assert page.index(grave.reference) < page.index(plain.reference)
    assert "Special category" in page


@pytest.mark.parametrize("count", [1, 20])
def test_the_queue_asks_the_database_the_same_for_one_and_for_twenty(
    desk, count, django_assert_max_num_queries
):
    for _ in range(count):
        factories.make_line(status="in_review", cleared_at=None)
    desk.get(reverse("buyers:moderation-queue"))

    with django_assert_max_num_queries(6):
        desk.get(reverse("buyers:moderation-queue"))


@pytest.mark.parametrize("who", ["buyer", "stranger"])
def test_the_room_of_moderators_does_not_exist_for_others(client, request, line, who):
    client.force_login(request.getfixturevalue(who))

    statuses = {
        client.get(reverse("buyers:moderation-queue")).status_code,
        client.get(case(line)).status_code,
        client.post(case(line), {"decision": "clear"}).status_code,
        client.post(case(line, "pause")).status_code,
    }

    line.refresh_from_db()
    assert (statuses, line.status) == ({404}, OrderLineStatus.IN_REVIEW)


def test_the_case_shows_the_very_card_that_owners_will_see(desk, line):
    response = desk.get(case(line))

    page = response.content.decode()
    assert response.context["card"] == owner_card_for(line)
    assert "To learn when people listen to music" in page
    assert "Tidewater Museum, Bristol" in page


def test_letting_it_go_live_opens_it(desk, line, moderator):
    desk.post(case(line), {"decision": "clear"})

    line.refresh_from_db()
    assert (line.status, line.cleared_by) == (OrderLineStatus.OPEN, moderator)


def test_refusing_with_reasons_refunds_and_tells(desk, line):
    reasons = ["The purpose is too wide or unclear", "We could not verify who is asking"]

    desk.post(case(line), {"decision": "reject", "reasons": reasons, "words": "Please say more."})

    line.refresh_from_db()
    assert line.decision_reason == (
        "The purpose is too wide or unclear; We could not verify who is asking. Please say more."
    )
    assert Refund.objects.get().amount == line.total


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "reject"},
        {"decision": "reject", "words": "   "},
        {"decision": "reject", "reasons": ["I feel like it"]},
        {"decision": "maybe"},
        {},
    ],
)
def test_a_decision_without_a_reason_or_of_another_kind_changes_nothing(desk, line, form):
    response = desk.post(case(line), form)

    line.refresh_from_db()
    assert (response.status_code, line.status) == (422, OrderLineStatus.IN_REVIEW)
    assert Refund.objects.count() == 0


def test_a_case_that_a_colleague_decided_meanwhile_is_not_decided_again(desk, line):
    desk.post(case(line), {"decision": "clear"})

    response = desk.post(case(line), {"decision": "reject", "words": "Too late."})

    line.refresh_from_db()
    assert (response.status_code, line.status) == (409, OrderLineStatus.OPEN)


def test_a_live_line_is_paused_and_goes_on(desk, open_line):
    desk.post(case(open_line, "pause"))
    open_line.refresh_from_db()
    paused = open_line.status

    desk.post(case(open_line, "resume"))

    open_line.refresh_from_db()
    assert (paused, open_line.status) == (OrderLineStatus.PAUSED, OrderLineStatus.OPEN)
    assert "Pause it" in desk.get(case(open_line)).content.decode()


def test_live_lines_have_their_own_list(desk, open_line, line):
    page = desk.get(reverse("buyers:moderation-queue") + "?show=live").content.decode()

    assert open_line.reference in page
    assert line.reference not in page


@pytest.mark.parametrize("decision", ["clear", "reject"])
def test_nobody_decides_about_an_order_of_their_own_organisation(desk, line, moderator, decision):
    Membership.objects.create(
        user=moderator, organisation=line.order.organisation, role=Role.VIEWER
    )

    response = desk.post(case(line), {"decision": decision, "words": "Because."})

    line.refresh_from_db()
    assert (response.status_code, line.status) == (403, OrderLineStatus.IN_REVIEW)
    assert line.cleared_at is None
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(("action", "status"), [("pause", "open"), ("resume", "paused")])
def test_nobody_pauses_or_resumes_an_order_of_their_own_organisation(
    desk, version, organisation, moderator, action, status
):
    live = factories.make_line(version, organisation, status=status)
    Membership.objects.create(user=moderator, organisation=organisation, role=Role.VIEWER)

    response = desk.post(case(live, action))

    live.refresh_from_db()
    assert (response.status_code, live.status) == (403, status)


def test_the_case_of_ones_own_organisation_says_who_decides_and_has_no_form(desk, line, moderator):
    Membership.objects.create(
        user=moderator, organisation=line.order.organisation, role=Role.VIEWER
    )

    page = desk.get(case(line)).content.decode()

    assert "another moderator decides" in page
    assert 'value="clear"' not in page
