"""What becomes of an organisation's orders when it is suspended, and after."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import moderation
from accounts.models import AuditEntry
from buyers.actions import lines
from buyers.errors import BuyerSuspended, LineNotOpen
from buyers.models import OrderLine
from tests import factories
from tests.buyers.paying import only_line, pay, place
from tests.factories import NOON
from tests.money import fund_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def suspend(organisation, moderator):
    """Suspend the buyer's organisation."""

    def now() -> None:
        moderation.suspend_organisation(
            organisation=organisation,
            reason="A payment was disputed.",
            reason_code="payment",
            by=moderator,
            at=NOON,
        )

    return now


@pytest.fixture
def restore(organisation, moderator):
    def now() -> None:
        moderation.restore_organisation(organisation=organisation, by=moderator, at=NOON)

    return now


def status_of(line: OrderLine) -> str:
    line.refresh_from_db()
    return line.status


def test_suspending_pauses_what_is_open_and_records_it(open_line, organisation, suspend):
    suspend()

    assert status_of(open_line) == "paused"
    entry = AuditEntry.objects.get(action="line.paused")
    assert (entry.from_status, entry.to_status) == ("open", "paused")
    assert entry.organisation == organisation


def test_nobody_can_say_yes_to_a_suspended_organisation(open_line, suspend):
    suspend()

    with pytest.raises(LineNotOpen, match="paused"):
        lines.take_place(order_line_id=open_line.pk, at=NOON)

    open_line.refresh_from_db()
    assert open_line.places_taken == 0


def test_the_offer_s_page_tells_owners_that_it_is_paused(open_line, owner, suspend):
    suspend()
    client = Client()
    client.force_login(owner.user)

    page = client.get(reverse("fulfilment:owner-offer", args=[open_line.reference]))

    assert "The offer is paused" in page.content.decode()


@pytest.mark.parametrize("status", ["pending", "in_review", "paused", "filled", "closed"])
def test_suspending_moves_nothing_that_is_not_open(version, organisation, suspend, status):
    line = factories.make_line(version, organisation, status=status)

    suspend()

    assert status_of(line) == status


def test_suspending_leaves_the_orders_of_others_alone(suspend):
    others = factories.make_line()

    suspend()

    assert status_of(others) == "open"


def test_restoring_reopens_nothing_until_a_moderator_lets_it_go_on(
    open_line, suspend, restore, moderator
):
    suspend()
    restore()
    after_restoring = status_of(open_line)

    lines.resume_line(order_line=open_line, by=moderator, at=NOON)

    assert (after_restoring, status_of(open_line)) == ("paused", "open")


def test_nothing_goes_on_while_the_organisation_is_suspended(open_line, suspend, moderator):
    suspend()

    with pytest.raises(BuyerSuspended):
        lines.resume_line(order_line=open_line, by=moderator, at=NOON)

    assert status_of(open_line) == "paused"


def test_nothing_new_is_cleared_while_the_organisation_is_suspended(
    version, organisation, suspend, moderator
):
    line = factories.make_line(version, organisation, status="in_review", cleared_at=None)
    suspend()

    with pytest.raises(BuyerSuspended):
        lines.clear_line(order_line=line, by=moderator, at=NOON)

    assert (status_of(line), line.cleared_at) == ("in_review", None)


def test_an_order_cleared_before_and_paid_after_waits_for_a_moderator(
    buyer, version, suspend, moderator
):
    order = place(buyer, version)
    line = only_line(order)
    lines.clear_line(order_line=line, by=moderator, at=NOON)
    suspend()

    pay(order)

    assert (status_of(line), line.cleared_at, line.cleared_by) == ("in_review", None, None)


def test_a_place_given_back_after_suspension_reopens_nothing(version, organisation, suspend):
    full = factories.make_line(version, organisation, places=20, places_taken=20, status="filled")
    fund_line(full)
    suspend()

    lines.release_place(order_line=full, at=NOON)

    assert (status_of(full), full.places_taken) == ("paused", 19)


def test_suspending_asks_for_locks_that_writing_the_record_does_not_wait_for(
    organisation, suspend, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as asked:
        suspend()

    locks = [query["sql"] for query in asked.captured_queries if "FOR " in query["sql"]]
    assert [sql for sql in locks if "accounts_organisation" in sql and "NO KEY" in sql]
