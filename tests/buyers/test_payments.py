from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Notification
from buyers.actions import lines, orders, payments
from buyers.errors import OrderRefused, PaymentMismatch
from buyers.models import (
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    TillSession,
    TillSessionStatus,
)
from buyers.payments.gateway import PaymentFacts, PaymentState
from common.money import Money
from ledger.models import AccountKind, Entry
from ledger.queries import balance, line_money
from tests import factories
from tests.buyers.paying import at_till, know, only_line, open_payment, pay, place
from tests.factories import NOON
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db
DECLINED, EXPIRED = TillSessionStatus.DECLINED, TillSessionStatus.EXPIRED


@pytest.fixture
def order(buyer, version):
    return place(buyer, version)


def test_open_payment_opens_one_page_for_the_price_of_the_order(order):
    payment = open_payment(order)

    session = TillSession.objects.get()
    assert payment.status == PaymentStatus.OPEN
    assert payment.checkout_url == f"http://shop.test/till/{session.reference}/"
    assert (session.amount_minor_units, session.currency) == (2000, "GBP")


def test_open_payment_again_leads_to_the_same_page(order):
    assert open_payment(order) == open_payment(order)

    assert (Payment.objects.count(), TillSession.objects.count()) == (1, 1)


def test_open_payment_after_a_declined_card_opens_a_new_page(order):
    declined = open_payment(order)
    at_till(declined, DECLINED)

    again = open_payment(order)

    declined.refresh_from_db()
    assert (declined.status, again.status) == (PaymentStatus.FAILED, PaymentStatus.OPEN)
    assert again.checkout_url != declined.checkout_url


def test_open_payment_finds_out_that_the_order_is_paid_already(order):
    at_till(open_payment(order))

    with pytest.raises(OrderRefused):
        open_payment(order)

    order.refresh_from_db()
    assert (order.status, TillSession.objects.count()) == (OrderStatus.PAID, 1)


@pytest.mark.parametrize("status", ["awaiting_approval", "paid", "closed", "cancelled"])
def test_open_payment_refuses_an_order_that_does_not_wait_for_payment(order, status):
    order.status = status
    order.save()

    with pytest.raises(OrderRefused):
        open_payment(order)

    assert Payment.objects.count() == 0


def test_a_paid_session_holds_the_money_for_the_line_and_asks_a_moderator(order, buyer):
    pay(order)

    order.refresh_from_db()
    line = only_line(order)
    assert (order.status, order.paid_at, line.status) == (OrderStatus.PAID, NOON, "in_review")
    money = line_money(line.reference)
    assert (money.paid, money.held) == (Money(2000), Money(2000))
    assert balance(AccountKind.HELD_REWARDS, line.reference, currency="GBP") == Money(1600)
    assert Notification.objects.get().user == buyer


def test_settling_twice_is_once(order):
    payment = pay(order)

    payments.check_payment(payment=payment, at=NOON)

    assert Entry.objects.count() == 1
    assert AuditEntry.objects.filter(action="payment.settled").count() == 1


def test_a_line_cleared_before_the_money_opens_with_it(order, moderator):
    lines.clear_line(order_line=only_line(order), by=moderator, at=NOON)

    pay(order)

    assert only_line(order).status == "open"


def test_an_ordinary_order_of_a_known_buyer_clears_itself(order, organisation, version, moderator):
    know(organisation, version, moderator)

    pay(order)

    line = only_line(order)
    assert (line.status, line.cleared_by) == ("open", None)
    cleared = AuditEntry.objects.get(action="line.cleared")
    assert cleared.details == {"by_rule": True}


@pytest.mark.parametrize("flag", ["special_category", "precise_location"])
def test_an_order_of_delicate_data_never_clears_itself(buyer, organisation, moderator, flag):
    know(organisation, factories.make_version(), moderator)
    order = place(buyer, factories.make_version(smallest_group=50, **{flag: True}), places=50)

    pay(order)

    assert only_line(order).status == "in_review"


def test_an_order_of_a_retired_version_never_clears_itself(order, organisation, version, moderator):
    know(organisation, version, moderator)
    version.status = "retired"
    version.save(update_fields=["status"])

    pay(order)

    assert only_line(order).status == "in_review"


def test_an_unverified_organisation_never_clears_itself(order, organisation, version, moderator):
    know(organisation, version, moderator)
    organisation.status = "unverified"
    organisation.save()

    pay(order)

    assert only_line(order).status == "in_review"


def test_an_order_of_an_offer_off_the_shelf_never_clears_itself(
    order, organisation, version, moderator
):
    know(organisation, version, moderator)
    version.offer.status = "paused"
    version.offer.save()

    pay(order)

    assert only_line(order).status == "in_review"


@pytest.mark.parametrize(
    ("ending", "status"), [(DECLINED, PaymentStatus.FAILED), (EXPIRED, PaymentStatus.EXPIRED)]
)
def test_a_session_that_ends_unpaid_leaves_the_order_waiting(order, ending, status):
    payment = open_payment(order)
    at_till(payment, ending)

    payments.check_payment(payment=payment, at=NOON)

    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, order.status) == (status, OrderStatus.AWAITING_PAYMENT)
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("amount", "key"),
    [(Money(1999), None), (Money(2000, "EUR"), None), (Money(2000), "another attempt")],
    ids=["amount", "currency", "attempt"],
)
def test_a_payment_that_is_not_ours_settles_nothing(order, amount, key):
    payment = open_payment(order)
    facts = PaymentFacts(PaymentState.PAID, amount, key or str(payment.idempotency_key))

    with pytest.raises(PaymentMismatch):
        payments.settle_payment(payment=payment, facts=facts, at=NOON)

    payment.refresh_from_db()
    assert (payment.status, Entry.objects.count()) == (PaymentStatus.OPEN, 0)


def test_money_for_a_cancelled_order_goes_back_and_the_order_stays_cancelled(order, buyer):
    payment = open_payment(order)
    orders.cancel_order(order=order, by=buyer, at=NOON)
    at_till(payment)

    payments.check_payment(payment=payment, at=NOON)
    run_outbox()

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    money = line_money(only_line(order).reference)
    assert (money.paid, money.held, money.refunded) == (Money(2000), Money(0), Money(2000))
    assert TillSession.objects.get().refunded_minor_units == 2000


def test_an_expired_page_paid_after_all_pays_the_order_that_still_waits(order):
    payment = open_payment(order)
    key = str(payment.idempotency_key)
    for state in (PaymentState.EXPIRED, PaymentState.PAID):
        facts = PaymentFacts(state, payment.amount, key)
        payments.settle_payment(payment=payment, facts=facts, at=NOON)

    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_a_second_payment_of_a_paid_order_goes_back(order):
    late = open_payment(order)
    key = str(late.idempotency_key)
    expired = PaymentFacts(PaymentState.EXPIRED, late.amount, key)
    payments.settle_payment(payment=late, facts=expired, at=NOON)
    pay(order)

    paid = PaymentFacts(PaymentState.PAID, late.amount, key)
    payments.settle_payment(payment=late, facts=paid, at=NOON)

    refund = Refund.objects.get()
    assert (refund.payment, refund.amount) == (late, Money(2000))
    assert line_money(only_line(order).reference).held == Money(2000)


def test_the_reconciler_finds_a_payment_whose_webhook_was_lost(order):
    payment = open_payment(order)
    at_till(payment)

    asked = payments.reconcile(at=NOON + timedelta(minutes=1))

    order.refresh_from_db()
    assert (asked, order.status) == (1, OrderStatus.PAID)


def test_the_reconciler_leaves_a_page_alone_that_was_just_asked_about(order):
    open_payment(order)

    assert payments.reconcile(at=NOON + timedelta(seconds=10)) == 0


def test_the_reconciler_calls_a_forgotten_page_off(order):
    payment = open_payment(order)

    payments.reconcile(at=NOON + timedelta(hours=25))

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.EXPIRED
    assert TillSession.objects.get().status == EXPIRED


def test_the_reconciler_gives_up_an_attempt_whose_page_never_came(order):
    payment = Payment.objects.create(
        order=order, gateway="till", amount_minor_units=2000, currency="GBP", created_at=NOON
    )

    payments.reconcile(at=NOON + timedelta(hours=21))

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.EXPIRED


def test_one_payment_that_does_not_fit_stops_no_other(order, buyer, version):
    wrong = open_payment(order)
    TillSession.objects.update(amount_minor_units=1)
    right = open_payment(place(buyer, version))
    at_till(wrong)
    at_till(right)

    asked = payments.reconcile(at=NOON + timedelta(minutes=1))

    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (asked, wrong.status, right.status) == (1, PaymentStatus.OPEN, PaymentStatus.SETTLED)


def test_expire_payment_takes_the_money_that_came_just_before(order):
    payment = open_payment(order)
    at_till(payment)

    payments.expire_payment(payment=payment, at=NOON)

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SETTLED
    assert OrderLine.objects.get().status == "in_review"
