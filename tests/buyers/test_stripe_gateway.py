"""The real adapter against Stripe's shapes on loopback; its webhooks need no network at all."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime

import pytest

from buyers.errors import GatewayRefused, GatewayUnreachable
from buyers.models import GatewayEvent
from buyers.payments.gateway import (
    CheckoutRequest,
    ForgedWebhook,
    PaymentState,
    RefundRequest,
    RefundState,
)
from buyers.payments.stripe_gateway import StripeGateway
from common.money import Money
from tests.buyers.stripe_fake import FakeStripe, serve

pytestmark = pytest.mark.enable_socket
SECRET = "whsec_of_the_tests"
REQUEST = CheckoutRequest(
    "key-1", "OR-1", Money(2000), "Order OR-1", "https://shop.test/paid/", "https://shop.test/o/"
)


@pytest.fixture
def stripe():
    fake = FakeStripe()
    server = serve(fake)
    fake.address = f"http://127.0.0.1:{server.server_port}"
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway(stripe) -> StripeGateway:
    return StripeGateway(secret_key="sk_test_1", webhook_secret=SECRET, api_base=stripe.address)


def test_a_checkout_carries_amount_currency_order_and_key(gateway, stripe):
    checkout = gateway.create_checkout(REQUEST)

    session = stripe.sessions[checkout.reference]
    assert (session["amount_total"], session["currency"]) == (2000, "gbp")
    assert (session["client_reference_id"], session["metadata"]) == ("OR-1", {"key": "key-1"})
    assert checkout.url.startswith("https://checkout.stripe.com/")


def test_the_same_key_opens_the_same_checkout(gateway, stripe):
    assert gateway.create_checkout(REQUEST) == gateway.create_checkout(REQUEST)

    assert len(stripe.sessions) == 1


@pytest.mark.parametrize(
    ("session", "intent", "state"),
    [
        ({}, "requires_payment_method", PaymentState.OPEN),
        ({"status": "complete", "payment_status": "paid"}, "succeeded", PaymentState.PAID),
        ({"status": "complete"}, "processing", PaymentState.OPEN),
        ({"status": "complete"}, "requires_payment_method", PaymentState.FAILED),
        ({"status": "expired"}, "canceled", PaymentState.EXPIRED),
    ],
    ids=["open", "paid", "slow method", "slow method failed", "expired"],
)
def test_a_session_is_paid_only_when_the_money_is_there(gateway, stripe, session, intent, state):
    reference = gateway.create_checkout(REQUEST).reference
    stripe.sessions[reference] |= session
    stripe.sessions[reference]["payment_intent"]["status"] = intent

    facts = gateway.read_payment(reference)

    assert (facts.state, facts.amount, facts.key) == (state, Money(2000), "key-1")


def test_expiring_a_paid_session_leaves_it_paid(gateway, stripe):
    reference = gateway.create_checkout(REQUEST).reference
    stripe.pay(reference)

    gateway.expire(reference)

    assert gateway.read_payment(reference).state == PaymentState.PAID


def test_expiring_an_open_session_ends_it(gateway):
    reference = gateway.create_checkout(REQUEST).reference

    gateway.expire(reference)

    assert gateway.read_payment(reference).state == PaymentState.EXPIRED


@pytest.fixture
def paid(gateway, stripe):
    reference = gateway.create_checkout(REQUEST).reference
    stripe.pay(reference)
    return reference


def test_a_refund_is_made_once_even_after_stripe_forgot_the_key(gateway, stripe, paid):
    request = RefundRequest("close:OL-1", paid, Money(500))
    first = gateway.refund(request)
    stripe.forget_keys()

    again = gateway.refund(request)

    assert first == again
    assert len(stripe.refunds) == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("succeeded", RefundState.SUCCEEDED),
        ("pending", RefundState.PENDING),
        ("requires_action", RefundState.PENDING),
        ("failed", RefundState.FAILED),
        ("canceled", RefundState.FAILED),
    ],
)
def test_a_refund_is_what_stripe_says(gateway, stripe, paid, status, state):
    stripe.refund_status = status

    facts = gateway.refund(RefundRequest("close:OL-1", paid, Money(500)))

    assert facts.state == state
    assert gateway.read_refund(facts.reference) == facts


def test_more_than_was_paid_is_refused(gateway, stripe, paid):
    facts = gateway.refund(RefundRequest("close:OL-1", paid, Money(2001)))

    assert facts.state == RefundState.FAILED
    assert stripe.refunds == {}


def test_an_outage_says_that_nothing_is_known(gateway, stripe):
    stripe.down = True

    with pytest.raises(GatewayUnreachable, match="Nothing was paid"):
        gateway.create_checkout(REQUEST)


def test_a_refusal_is_a_refusal(gateway):
    with pytest.raises(GatewayRefused):
        gateway.read_refund("../nothing/here")


def event(**changes) -> bytes:
    thing = {"id": "cs_test_1", "object": "checkout.session"}
    facts = {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": thing},
    }
    return json.dumps(facts | changes).encode()


def signature(body: bytes, *, at: float | None = None, scheme: str = "v1") -> str:
    stamp = int(at or time.time())
    mac = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},{scheme}={mac.hexdigest()}"


def verify(gateway: StripeGateway, body: bytes, header: str):
    headers = {"Stripe-Signature": header}
    return gateway.verify_webhook(body=body, headers=headers, at=datetime.now(UTC))


def test_a_signed_event_names_what_to_read_back(gateway):
    body = event()

    hint = verify(gateway, body, signature(body))

    assert (hint.event_id, hint.about, hint.reference) == ("evt_1", "payment", "cs_test_1")


def test_a_refund_event_names_the_refund(gateway):
    body = event(type="refund.failed", data={"object": {"id": "re_1", "object": "refund"}})

    hint = verify(gateway, body, signature(body))

    assert (hint.about, hint.reference) == ("refund", "re_1")


@pytest.mark.parametrize(
    "changes",
    [
        {"livemode": True},
        {"account": "acct_of_somebody"},
        {"type": "customer.created", "data": {"object": {"id": "cus_1", "object": "customer"}}},
    ],
    ids=["live event on test keys", "another account", "another kind"],
)
def test_an_event_of_another_world_concerns_us_not(gateway, changes):
    body = event(**changes)

    assert verify(gateway, body, signature(body)).about == ""


@pytest.mark.parametrize("case", ["none", "v0", "other body", "an hour old", "in an hour", "half"])
def test_a_forged_event_is_refused(gateway, case):
    body, hour = event(), 3600
    header = {
        "none": "",
        "v0": signature(body, scheme="v0"),
        "other body": signature(body + b" "),
        "an hour old": signature(body, at=time.time() - hour),
        "in an hour": signature(body, at=time.time() + hour),
        "half": signature(body).split(",")[1],
    }[case]

    with pytest.raises(ForgedWebhook):
        verify(gateway, body, header)


@pytest.mark.django_db
@pytest.mark.parametrize(("header", "status", "kept"), [("good", 200, 1), ("bad", 400, 0)])
def test_the_door_for_stripe_keeps_events_that_are_signed(client, settings, header, status, kept):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", SECRET
    body = event()
    headers = {"Stripe-Signature": signature(body) if header == "good" else "t=1,v1=bad"}

    response = client.post(
        "/webhooks/stripe/", body, content_type="application/json", headers=headers
    )

    assert (response.status_code, GatewayEvent.objects.count()) == (status, kept)
