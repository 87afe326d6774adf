"""Many at once, on real connections: what must happen once happens once."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from buyers.actions import lines
from buyers.errors import LineFull
from buyers.models import GatewayEvent, Order, OrderLine, Payment, Refund, TillSession
from common.errors import DomainError
from common.models import OutboxMessage
from ledger.models import Entry
from ledger.queries import drifted_accounts, line_money
from tests import factories
from tests.buyers.paying import at_till, knock, only_line, open_payment, pay, place
from tests.factories import NOON
from tests.money import fund_line
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db(transaction=True)


def together(times: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in as many threads, each with its own connection; refusals are results."""

    def one(number: int) -> object:
        try:
            return work(number)
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_fifty_people_on_the_last_place_are_one_winner_and_forty_nine_clear_refusals():
    line = factories.make_line(places_taken=19)

    results = together(50, lambda _: lines.take_place(order_line_id=line.pk, at=NOON))

    line.refresh_from_db()
    assert (line.places_taken, line.status) == (20, "filled")
    assert sum(isinstance(result, OrderLine) for result in results) == 1
    assert sum(isinstance(result, LineFull) for result in results) == 49


def test_twenty_pay_clicks_at_once_are_one_payment_and_one_session(buyer, version):
    order = place(buyer, version)

    results = together(20, lambda _: open_payment(order).checkout_url)

    assert len(set(results)) == 1
    assert (Payment.objects.count(), TillSession.objects.count()) == (1, 1)


def test_twenty_order_clicks_at_once_are_one_order(buyer, version):
    key = uuid.uuid4()

    results = together(20, lambda _: place(buyer, version, form_key=key).pk)

    assert len(set(results)) == 1
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 1)


def test_the_same_webhook_twenty_times_at_once_is_one_effect(buyer, version):
    order = place(buyer, version)
    session = at_till(open_payment(order))
    OutboxMessage.objects.all().delete()

    answers = together(20, lambda _: knock(session))
    together(4, lambda _: run_outbox())

    order.refresh_from_db()
    assert set(answers) == {200}
    assert (order.status, GatewayEvent.objects.count(), Entry.objects.count()) == ("paid", 1, 1)


def test_closing_twenty_times_at_once_refunds_once(open_line):
    fund_line(open_line)

    together(20, lambda _: lines.close_line(order_line=open_line, at=NOON))

    assert Refund.objects.count() == 1
    assert line_money(open_line.reference).held.minor_units == 0


def test_takes_and_a_close_at_once_never_refund_a_taken_place(buyer, version):
    order = place(buyer, version)
    pay(order)
    line = only_line(order)
    OrderLine.objects.update(status="open", cleared_at=NOON, opened_at=NOON)

    def work(number: int) -> None:
        if number % 4 == 0:
            lines.close_line(order_line=line, at=NOON)
        else:
            lines.take_place(order_line_id=line.pk, at=NOON)

    together(20, work)

    line.refresh_from_db()
    money = line_money(line.reference)
    assert money.held.minor_units == 100 * line.places_taken
    assert money.refunded.minor_units == 100 * (20 - line.places_taken)
    assert drifted_accounts() == []


def test_releases_on_a_closed_line_at_once_refund_each_place_once(open_line):
    fund_line(open_line)
    OrderLine.objects.filter(pk=open_line.pk).update(places_taken=8)
    lines.close_line(order_line=open_line, at=NOON)

    def release(number: int) -> None:
        lines.release_place(order_line=open_line, at=NOON, key=f"place:{number % 8}")

    together(16, release)

    open_line.refresh_from_db()
    money = line_money(open_line.reference)
    assert (open_line.places_taken, money.held.minor_units) == (0, 0)
    assert money.refunded == money.paid
