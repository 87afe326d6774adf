"""Order and pay as a browser, the till and its webhook would: nothing is settled by hand."""

import uuid
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from buyers.actions import orders, payments
from buyers.actions.orders import Wishes
from buyers.models import Order, OrderLine, Payment, TillSession, TillSessionStatus
from buyers.payments import till
from buyers.payments.till_gateway import sign
from buyers.payments.till_webhook import event_body
from buyers.pricing import quote
from offers.models import OfferVersion
from tests.factories import NOON, make_line

SECRET = "till-secret-of-the-tests-" + "x" * 16
PAGES = payments.Pages("http://shop.test/paid/", "http://shop.test/order/")


def wishes(version: OfferVersion, **changes: Any) -> Wishes:
    values: dict[str, Any] = {
        "places": 20,
        "purpose": version.purposes[0],
        "purpose_words": "To learn when people listen to music.",
        "retention_days": 180,
        "country": "GB",
    }
    return Wishes(**(values | changes))


def place(
    user: User, version: OfferVersion, *, form_key: uuid.UUID | None = None, **changes: Any
) -> Order:
    """An order of the user's organisation at the right price."""
    membership = Membership.objects.select_related("organisation", "user").get(user=user)
    wanted = wishes(version, **changes)
    price = quote(version.reward, version.fee, places=wanted.places, tax_percent=20)
    return orders.place_order(
        membership=membership,
        version=version,
        wishes=wanted,
        agreed=price.total,
        form_key=form_key or uuid.uuid4(),
        tax_percent=20,
        at=NOON,
    )


def open_payment(order: Order, *, at: datetime = NOON) -> Payment:
    return payments.open_payment(
        order=order, gateway_name="till", pages=PAGES, by=order.placed_by, at=at
    )


def at_till(payment: Payment, status: TillSessionStatus = TillSessionStatus.PAID) -> TillSession:
    """Somebody presses a button on the till's page."""
    return till.finish_session(payment.gateway_reference, status=status)


def pay(order: Order, *, at: datetime = NOON) -> Payment:
    """Paid at the till and read back, as the webhook's hint makes the worker do."""
    payment = open_payment(order, at=at)
    at_till(payment)
    payments.check_payment(payment=payment, at=at)
    payment.refresh_from_db()
    return payment


def knock(session: TillSession, *, secret: str = SECRET, body: bytes | None = None) -> int:
    """The till's webhook, as it arrives; the status of the answer."""
    body = event_body(session) if body is None else body
    response = Client().post(
        reverse("webhooks:till"),
        body,
        content_type="application/json",
        headers={"Till-Signature": sign(body, secret=secret, at=timezone.now())},
    )
    return response.status_code


def only_line(order: Order) -> OrderLine:
    return OrderLine.objects.select_related("order__organisation").get(order=order)


def know(organisation: Organisation, version: OfferVersion, moderator: User) -> None:
    """A moderator has let a line of this organisation through before."""
    make_line(version, organisation, status="closed", cleared_by=moderator)
