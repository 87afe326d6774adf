from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Notification, Role
from buyers.actions import lines
from buyers.actions.lines import Delivery
from buyers.errors import LineFull, LineNotOpen
from buyers.models import OrderLineStatus, OrderStatus, Refund
from common import events
from common.errors import InvalidTransition
from common.models import OutboxMessage
from common.money import Money
from ledger.models import AccountKind
from ledger.queries import balance, line_money
from tests import factories
from tests.factories import NOON
from tests.money import fund_line

pytestmark = pytest.mark.django_db


def take(line, times: int = 1):
    for _ in range(times):
        lines.take_place(order_line_id=line.pk, at=NOON)
    line.refresh_from_db()


def deliver(line, people: int = 2, key: str = "delivery:1"):
    with transaction.atomic():
        deliveries = [Delivery(f"HO-{number}", number) for number in range(people)]
        lines.record_deliveries(order_line=line, deliveries=deliveries, key=key, at=NOON)


def actions_on(line) -> list[str]:
    entries = AuditEntry.objects.filter(subject=f"buyers.orderline:{line.pk}").order_by("pk")
    return [entry.action for entry in entries]


def test_take_place_counts_one_in_one_statement(open_line, django_assert_num_queries):
    with django_assert_num_queries(1):
        line = lines.take_place(order_line_id=open_line.pk, at=NOON)

    assert (line.places_taken, line.status) == (1, OrderLineStatus.OPEN)


def test_take_place_fills_the_line_with_the_last_place_and_tells_the_buyer(open_line):
    take(open_line, times=20)

    assert open_line.status == OrderLineStatus.FILLED
    assert actions_on(open_line) == ["line.filled"]
    assert Notification.objects.get().user == open_line.order.placed_by


def test_take_place_refuses_a_full_line(open_line):
    take(open_line, times=20)

    with pytest.raises(LineFull, match="Every place"):
        take(open_line)

    open_line.refresh_from_db()
    assert open_line.places_taken == 20


@pytest.mark.parametrize("status", ["pending", "in_review", "paused", "closed", "cancelled"])
def test_take_place_refuses_a_line_that_is_not_open(status):
    line = factories.make_line(status=status)

    with pytest.raises(LineNotOpen):
        lines.take_place(order_line_id=line.pk, at=NOON)

    line.refresh_from_db()
    assert line.places_taken == 0


def test_take_place_refuses_at_the_closing_moment(open_line):
    with pytest.raises(LineNotOpen):
        lines.take_place(order_line_id=open_line.pk, at=open_line.closes_at)


def test_release_place_reopens_a_filled_line(open_line):
    take(open_line, times=20)

    lines.release_place(order_line=open_line, at=NOON)

    open_line.refresh_from_db()
    assert (open_line.status, open_line.places_taken) == (OrderLineStatus.OPEN, 19)
    assert actions_on(open_line) == ["line.filled", "line.reopened"]


def test_release_place_after_the_closing_time_does_not_reopen(open_line):
    take(open_line, times=20)

    lines.release_place(order_line=open_line, at=open_line.closes_at)

    open_line.refresh_from_db()
    assert (open_line.status, open_line.places_taken) == (OrderLineStatus.FILLED, 19)


def test_release_place_refuses_when_every_taken_place_was_delivered(open_line):
    fund_line(open_line)
    take(open_line, times=2)
    deliver(open_line)

    with pytest.raises(LineNotOpen):
        lines.release_place(order_line=open_line, at=NOON)

    open_line.refresh_from_db()
    assert open_line.places_taken == 2


def test_release_place_on_a_closed_line_refunds_that_place_once(open_line):
    fund_line(open_line)
    take(open_line, times=3)
    lines.close_line(order_line=open_line, at=NOON)

    lines.release_place(order_line=open_line, at=NOON, key="place:one")

    open_line.refresh_from_db()
    assert open_line.places_taken == 2
    assert Refund.objects.get(key="place:one").amount == Money(99 + 1)
    assert line_money(open_line.reference).held == Money(200)


def test_record_deliveries_pays_each_person_and_the_market(open_line):
    fund_line(open_line)
    take(open_line, times=2)

    deliver(open_line)

    money = line_money(open_line.reference)
    assert (money.rewards, money.fees, money.tax) == (Money(160), Money(32), Money(8))
    assert money.held == Money(1800)
    assert balance(AccountKind.OWNER_PAYABLE, "HO-0", currency="GBP") == Money(80)
    open_line.refresh_from_db()
    assert open_line.people_delivered == 2


def test_record_deliveries_twice_with_one_key_is_once(open_line):
    fund_line(open_line)
    take(open_line, times=2)

    deliver(open_line)
    deliver(open_line)

    assert open_line.people_delivered == 2
    assert line_money(open_line.reference).rewards == Money(160)


def test_record_deliveries_for_two_hundred_people_is_cheap(django_assert_max_num_queries):
    line = factories.make_line(places=200)
    fund_line(line)

    with django_assert_max_num_queries(14):
        deliver(line, people=200)

    assert line_money(line.reference).held == Money(0)


def test_record_deliveries_cannot_spend_what_is_not_held(open_line):
    with pytest.raises(IntegrityError):
        deliver(open_line)

    open_line.refresh_from_db()
    assert open_line.people_delivered == 0


def test_close_line_refunds_the_empty_places_and_closes_the_order(open_line):
    fund_line(open_line)
    take(open_line, times=5)

    lines.close_line(order_line=open_line, at=NOON)

    open_line.refresh_from_db()
    open_line.order.refresh_from_db()
    assert (open_line.status, open_line.order.status) == (
        OrderLineStatus.CLOSED,
        OrderStatus.CLOSED,
    )
    money = line_money(open_line.reference)
    assert (money.held, money.refunded, money.paid) == (Money(500), Money(1500), Money(2000))
    assert OutboxMessage.objects.filter(task="buyers.send_refund").count() == 1
    assert "£15.00" in Notification.objects.get(notice="order_closed").line


def test_close_line_twice_is_once(open_line):
    fund_line(open_line)

    lines.close_line(order_line=open_line, at=NOON)
    lines.close_line(order_line=open_line, at=NOON + timedelta(days=1))

    assert Refund.objects.count() == 1
    assert actions_on(open_line) == ["line.closed"]


def test_close_line_lets_higher_apps_give_places_back_first(open_line, monkeypatch):
    fund_line(open_line)
    take(open_line, times=20)
    monkeypatch.setattr(
        events,
        "_subscribers",
        {
            events.OrderLineClosing: [
                lambda event: lines.release_place(order_line=open_line, at=event.at)
            ]
        },
    )

    lines.close_line(order_line=open_line, at=NOON)

    open_line.refresh_from_db()
    assert (open_line.status, open_line.places_taken) == (OrderLineStatus.CLOSED, 19)
    assert line_money(open_line.reference).refunded == Money(100)


def test_close_line_refuses_a_line_that_was_never_open():
    line = factories.make_line(status=OrderLineStatus.IN_REVIEW)
    fund_line(line)

    with pytest.raises(InvalidTransition):
        lines.close_line(order_line=line, at=NOON)

    assert Refund.objects.count() == 0


def test_clear_line_opens_a_paid_line_and_says_until_when(moderator):
    line = factories.make_line(status=OrderLineStatus.IN_REVIEW, cleared_at=None)

    lines.clear_line(order_line=line, by=moderator, at=NOON)

    line.refresh_from_db()
    assert (line.status, line.opened_at) == (OrderLineStatus.OPEN, NOON)
    assert line.closes_at == NOON + timedelta(days=28)
    assert actions_on(line) == ["line.cleared", "line.opened"]


def test_clear_line_before_the_money_waits_for_the_money(moderator):
    line = factories.make_line(status=OrderLineStatus.PENDING, cleared_at=None)

    lines.clear_line(order_line=line, by=moderator, at=NOON)

    line.refresh_from_db()
    assert (line.status, line.cleared_by) == (OrderLineStatus.PENDING, moderator)


@pytest.mark.parametrize("status", ["open", "paused", "filled", "closed", "rejected"])
def test_clear_line_refuses_what_was_decided(status, moderator):
    line = factories.make_line(status=status, cleared_at=None)

    with pytest.raises(InvalidTransition):
        lines.clear_line(order_line=line, by=moderator, at=NOON)

    line.refresh_from_db()
    assert (line.status, line.cleared_at) == (status, None)


def test_reject_line_refunds_everything_and_tells_why(moderator):
    line = factories.make_line(status=OrderLineStatus.IN_REVIEW, cleared_at=None)
    fund_line(line)

    lines.reject_line(order_line=line, by=moderator, reason="The purpose is unclear.", at=NOON)

    line.refresh_from_db()
    assert (line.status, line.decision_reason) == ("rejected", "The purpose is unclear.")
    assert line_money(line.reference).refunded == Money(2000)
    assert "The purpose is unclear." in Notification.objects.get().line


def test_reject_line_refuses_an_open_line(open_line, moderator):
    fund_line(open_line)

    with pytest.raises(InvalidTransition):
        lines.reject_line(order_line=open_line, by=moderator, reason="Late.", at=NOON)

    open_line.refresh_from_db()
    assert (open_line.status, open_line.decision_reason) == ("open", "")
    assert Refund.objects.count() == 0


def test_a_paused_line_takes_nobody_until_it_is_resumed(open_line, moderator):
    lines.pause_line(order_line=open_line, by=moderator, at=NOON)
    with pytest.raises(LineNotOpen, match="paused"):
        take(open_line)

    lines.resume_line(order_line=open_line, by=moderator, at=NOON)

    take(open_line)
    assert open_line.places_taken == 1


def test_resume_line_refuses_a_line_that_is_not_paused(moderator):
    line = factories.make_line(status=OrderLineStatus.IN_REVIEW)

    with pytest.raises(InvalidTransition):
        lines.resume_line(order_line=line, by=moderator, at=NOON)


def test_who_has_left_hears_no_more_and_the_owners_do(open_line):
    placed_by = open_line.order.placed_by
    owner = factories.make_member(open_line.order.organisation, Role.OWNER)
    placed_by.memberships.all().delete()

    lines.close_line(order_line=open_line, at=NOON)

    assert [notice.user for notice in Notification.objects.all()] == [owner]
