"""The periodic work of buyers, called as the scheduler calls it, on real rows."""

from datetime import timedelta

import pytest
import time_machine

from buyers import tasks
from buyers.models import OrderStatus, PaymentStatus, Refund
from common.models import OutboxMessage
from common.money import Money
from ledger.queries import line_money
from tests.buyers.paying import at_till, open_payment, place
from tests.factories import NOON
from tests.money import fund_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(buyer, version):
    return place(buyer, version)


def test_reconcile_payments_settles_a_payment_whose_webhook_was_lost(order):
    at_till(open_payment(order))
    OutboxMessage.objects.all().delete()

    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        tasks.reconcile_payments()

    order.refresh_from_db()
    assert (order.status, order.paid_at) == (OrderStatus.PAID, NOON + timedelta(minutes=1))
    assert order.payments.get().status == PaymentStatus.SETTLED


def test_reconcile_payments_changes_nothing_where_nobody_has_paid(order):
    open_payment(order)

    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        tasks.reconcile_payments()

    order.refresh_from_db()
    assert order.status == OrderStatus.AWAITING_PAYMENT
    assert order.payments.get().status == PaymentStatus.OPEN


def test_close_due_lines_closes_what_is_over_and_refunds_empty_places(open_line):
    fund_line(open_line)
    after = open_line.closes_at + timedelta(seconds=1)

    with time_machine.travel(after, tick=False):
        tasks.close_due_lines()

    open_line.refresh_from_db()
    assert (open_line.status, open_line.closed_at) == ("closed", after)
    assert Refund.objects.get().amount == Money(2000)
    assert line_money(open_line.reference).held == Money(0)


def test_close_due_lines_leaves_open_what_has_time_left(open_line):
    fund_line(open_line)

    with time_machine.travel(open_line.closes_at - timedelta(seconds=1), tick=False):
        tasks.close_due_lines()

    open_line.refresh_from_db()
    assert open_line.status == "open"
    assert Refund.objects.count() == 0


def test_close_due_lines_twice_refunds_once(open_line):
    fund_line(open_line)

    with time_machine.travel(open_line.closes_at + timedelta(hours=1), tick=False):
        tasks.close_due_lines()
        tasks.close_due_lines()

    assert Refund.objects.get().amount == Money(2000)
