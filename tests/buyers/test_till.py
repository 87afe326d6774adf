import pytest
from django.test import Client
from django.urls import reverse

from buyers.errors import GatewayRefused, GatewayUnreachable
from buyers.models import GatewayEvent, Order, OrderStatus, TillSession, TillSessionStatus
from buyers.payments import till_webhook
from buyers.payments.gateway import CheckoutRequest, PaymentState, RefundRequest, RefundState
from buyers.payments.registry import gateway_named
from common.errors import InvalidTransition
from common.money import Money
from tests.buyers.paying import SECRET, at_till, open_payment, place
from tests.factories import NOON
from tests.outbox import run_outbox

REQUEST = CheckoutRequest("key-1", "OR-1", Money(2000), "Order OR-1", "/paid/", "/order/")


@pytest.fixture
def gateway():
    return gateway_named("till")


@pytest.fixture
def session(buyer, version) -> TillSession:
    payment = open_payment(place(buyer, version))
    return TillSession.objects.get(reference=payment.gateway_reference)


def press(session: TillSession, answer: str):
    return Client().post(reverse("till:session", args=[session.reference]), {"answer": answer})


@pytest.mark.django_db
def test_the_same_key_opens_the_same_session(gateway):
    assert gateway.create_checkout(REQUEST) == gateway.create_checkout(REQUEST)

    assert TillSession.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_not_used_for_two_amounts(gateway):
    gateway.create_checkout(REQUEST)
    other = CheckoutRequest("key-1", "OR-1", Money(1), "Order OR-1", "/paid/", "/order/")

    with pytest.raises(GatewayRefused):
        gateway.create_checkout(other)


@pytest.mark.django_db
def test_the_same_refund_key_gives_money_back_once(gateway):
    checkout = gateway.create_checkout(REQUEST)
    TillSession.objects.update(status=TillSessionStatus.PAID)
    request = RefundRequest("refund-1", checkout.reference, Money(500))

    assert gateway.refund(request) == gateway.refund(request)

    assert TillSession.objects.get().refunded_minor_units == 500


@pytest.mark.django_db
def test_more_than_was_paid_is_not_given_back(gateway):
    checkout = gateway.create_checkout(REQUEST)
    TillSession.objects.update(status=TillSessionStatus.PAID)
    gateway.refund(RefundRequest("refund-1", checkout.reference, Money(1500)))

    facts = gateway.refund(RefundRequest("refund-2", checkout.reference, Money(501)))

    assert facts.state == RefundState.FAILED
    assert TillSession.objects.get().refunded_minor_units == 1500


@pytest.mark.django_db
def test_expiring_a_paid_session_leaves_it_paid(gateway, session):
    at_till_session(session)

    gateway.expire(session.reference)

    assert gateway.read_payment(session.reference).state == PaymentState.PAID


def at_till_session(session: TillSession):
    press(session, "pay")


@pytest.mark.django_db
def test_the_page_names_the_amount_and_that_no_real_money_moves(session):
    page = Client().get(reverse("till:session", args=[session.reference])).content.decode()

    assert "£20.00" in page
    assert "no real money" in page
    assert 'type="text"' not in page


@pytest.mark.django_db
def test_paying_sends_the_browser_to_the_shop_and_changes_no_order(session):
    response = press(session, "pay")

    session.refresh_from_db()
    assert response.url == session.success_url
    assert session.status == TillSessionStatus.PAID

    assert Order.objects.get().status == OrderStatus.AWAITING_PAYMENT


@pytest.mark.django_db
def test_pressing_pay_twice_pays_once(session):
    press(session, "pay")

    assert press(session, "pay").url == session.success_url


@pytest.mark.django_db
def test_a_declined_session_cannot_be_paid_any_more(session):
    press(session, "decline")

    response = press(session, "pay")

    session.refresh_from_db()
    assert (response.status_code, session.status) == (409, TillSessionStatus.DECLINED)


@pytest.mark.django_db
def test_leaving_changes_nothing(session):
    response = press(session, "leave")

    session.refresh_from_db()
    assert (response.url, session.status) == (session.cancel_url, TillSessionStatus.OPEN)


@pytest.mark.django_db
def test_there_is_no_till_where_stripe_takes_the_money(session, settings):
    settings.PAYMENT_GATEWAY = "stripe"

    assert Client().get(reverse("till:session", args=[session.reference])).status_code == 404


@pytest.mark.django_db
def test_the_till_does_not_change_its_mind(buyer, version):
    payment = open_payment(place(buyer, version))
    at_till(payment, TillSessionStatus.DECLINED)

    with pytest.raises(InvalidTransition):
        at_till(payment)


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_the_till_tells_the_shop_over_real_http(session, live_server, settings):
    settings.SITE_URL = live_server.url
    press(session, "pay")

    run_outbox()

    assert GatewayEvent.objects.get().event_id == f"{session.reference}:session.paid"

    assert Order.objects.get().status == OrderStatus.PAID


@pytest.mark.enable_socket
@pytest.mark.django_db
def test_a_shop_that_does_not_answer_is_tried_again(session):
    session.status = TillSessionStatus.PAID

    with pytest.raises(GatewayUnreachable):
        till_webhook.fire(session, url="http://127.0.0.1:9/", secret=SECRET, at=NOON)
