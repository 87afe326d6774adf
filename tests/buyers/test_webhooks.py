import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role
from buyers.actions import payments
from buyers.models import GatewayEvent, OrderStatus, PaymentStatus, TillSession, TillSessionStatus
from buyers.payments.gateway import PaymentFacts, PaymentState
from buyers.payments.till_gateway import sign
from buyers.payments.till_webhook import event_body
from common.models import OutboxMessage
from ledger.models import Entry
from ledger.queries import line_money
from tests import factories
from tests.buyers.paying import SECRET, at_till, knock, only_line, open_payment, place
from tests.factories import NOON
from tests.outbox import run_outbox


@pytest.fixture
def order(buyer, version):
    return place(buyer, version)


@pytest.fixture
def session(order) -> TillSession:
    """Paid at the till; its webhook has not arrived."""
    paid = at_till(open_payment(order))
    OutboxMessage.objects.all().delete()
    return paid


@pytest.mark.django_db
def test_a_webhook_is_kept_and_has_the_payment_read_back(order, session):
    assert knock(session) == 200
    assert GatewayEvent.objects.get().gateway_reference == session.reference
    order.refresh_from_db()
    assert order.status == OrderStatus.AWAITING_PAYMENT

    run_outbox()

    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


@pytest.mark.django_db
def test_the_same_webhook_twenty_times_is_one_event_and_one_effect(session):
    answers = {knock(session) for _ in range(20)}
    run_outbox()

    assert answers == {200}
    assert (GatewayEvent.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_webhook_of_a_lie_settles_nothing(order):
    payment = open_payment(order)
    session = TillSession.objects.get(reference=payment.gateway_reference)
    session.status = TillSessionStatus.PAID  # said, but not so in the till's book

    knock(session)
    run_outbox()

    order.refresh_from_db()
    assert (order.status, Entry.objects.count()) == (OrderStatus.AWAITING_PAYMENT, 0)


def _headers(body: bytes, **changes) -> dict[str, str]:
    signature = sign(body, secret=changes.get("secret", SECRET), at=changes["at"])
    return {"Till-Signature": signature}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "forgery",
    ["no header", "empty", "garbage", "other secret", "other body", "old", "future", "no stamp"],
)
def test_a_forged_webhook_is_refused_and_leaves_no_row(session, forgery):
    body, now = event_body(session), timezone.now()
    hour = timedelta(hours=1)
    good = _headers(body, at=now)["Till-Signature"]
    header = {
        "empty": "",
        "garbage": "t=soon,v1=ä",
        "other secret": _headers(body, at=now, secret="another" * 6)["Till-Signature"],
        "other body": good,
        "old": _headers(body, at=now - hour)["Till-Signature"],
        "future": _headers(body, at=now + hour)["Till-Signature"],
        "no stamp": good.split(",")[1],
    }.get(forgery)
    headers = {} if header is None else {"Till-Signature": header}
    sent = json.dumps(json.loads(body)).encode() + b" " if forgery == "other body" else body

    response = Client().post(
        reverse("webhooks:till"), sent, content_type="application/json", headers=headers
    )

    assert response.status_code == 400
    assert (GatewayEvent.objects.count(), OutboxMessage.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_webhook_about_a_payment_we_never_opened_is_taken_and_changes_nothing(session):
    stranger = TillSession(reference="till_of_somebody_else", status=TillSessionStatus.PAID)
    stranger.amount_minor_units, stranger.currency = 1, "GBP"

    assert knock(stranger) == 200
    run_outbox()

    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_a_gateway_that_is_not_set_up_has_no_door(session, settings):
    settings.PAYMENT_GATEWAY = "stripe"

    assert knock(session) == 404
    assert GatewayEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_webhook_is_only_taken_by_post():
    assert Client().get(reverse("webhooks:till")).status_code == 405


STATES = [PaymentState.OPEN, PaymentState.EXPIRED, PaymentState.PAID, PaymentState.PAID]


class TestTheOrderOfEventsDoesNotMatter(TestCase):
    @settings(max_examples=24, deadline=None)
    @given(st.permutations(STATES))
    def test_a_paid_order_ends_paid_once(self, states):
        organisation = factories.make_organisation()
        order = place(factories.make_member(organisation, Role.BUYER), factories.make_version())
        payment = open_payment(order)
        key = str(payment.idempotency_key)

        for state in states:
            facts = PaymentFacts(state, payment.amount, key)
            payments.settle_payment(payment=payment, facts=facts, at=NOON)

        payment.refresh_from_db()
        order.refresh_from_db()
        assert (payment.status, order.status) == (PaymentStatus.SETTLED, OrderStatus.PAID)
        assert line_money(only_line(order).reference).paid == order.total
