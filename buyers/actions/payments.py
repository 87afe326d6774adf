"""Payments: opened once, settled by what the gateway says when read back, never by a page."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.audit import Action
from buyers import notifications
from buyers.actions import lines, refunds
from buyers.constants import ATTEMPT_LIFE, CHECKOUT_LIFE, RECONCILE_AFTER
from buyers.errors import GatewayUnreachable, OrderRefused, PaymentMismatch
from buyers.models import (
    GatewayEvent,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from buyers.payments.gateway import (
    CheckoutRequest,
    PaymentFacts,
    PaymentState,
    WebhookEvent,
)
from buyers.payments.registry import gateway_named
from common import language, outbox
from common.errors import InvalidTransition
from common.language import gettext as _
from ledger.actions import Leg, post
from ledger.models import AccountKind
from ledger.queries import PAYMENT_SETTLED

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

logger = logging.getLogger(__name__)

_BATCH = 100
_ENDS = {
    PaymentState.FAILED: (PaymentStatus.FAILED, Action.PAYMENT_FAILED),
    PaymentState.EXPIRED: (PaymentStatus.EXPIRED, Action.PAYMENT_EXPIRED),
}
_TASKS = {"payment": "buyers.settle_payment", "refund": "buyers.settle_refund"}


@dataclass(frozen=True)
class Pages:
    """Where the gateway sends the browser back to, as whole addresses."""

    success_url: str
    cancel_url: str


def open_payment(
    *, order: Order, gateway_name: str, pages: Pages, by: User, at: datetime
) -> Payment:
    """A payment page for an order that waits for payment: one, however often it is asked for.

    The row with its idempotency key is stored before the gateway is called, and the gateway is
    called outside any transaction.

    :raises OrderRefused: the order does not wait for payment.
    :raises GatewayUnreachable: the gateway gives no answer; asking again opens the same page.
    """
    payment = _attempt(order, gateway_name, at=at)
    if payment.status == PaymentStatus.OPEN:
        # The page may have ended without our knowing: a declined card wants a new one.
        check_payment(payment=payment, at=at)
        payment = _attempt(order, gateway_name, at=at)
    if payment.status == PaymentStatus.CREATED:
        payment = _open_at_gateway(payment, order, pages, by=by, at=at)
    return payment


def _attempt(order: Order, gateway_name: str, *, at: datetime) -> Payment:
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        if order.status != OrderStatus.AWAITING_PAYMENT:
            raise OrderRefused(_("This order does not wait for payment. Nothing was charged."))
        running = [PaymentStatus.CREATED, PaymentStatus.OPEN]
        payment = order.payments.filter(status__in=running).first()
        if payment is None:
            payment = Payment.objects.create(
                order=order,
                gateway=gateway_name,
                amount_minor_units=order.total_minor_units,
                currency=order.currency,
                created_at=at,
            )
    return payment


def _open_at_gateway(
    payment: Payment, order: Order, pages: Pages, *, by: User, at: datetime
) -> Payment:
    request = CheckoutRequest(
        key=str(payment.idempotency_key),
        order_reference=order.reference,
        amount=payment.amount,
        description=_description(order),
        success_url=pages.success_url,
        cancel_url=pages.cancel_url,
    )
    checkout = gateway_named(payment.gateway).create_checkout(request)
    with transaction.atomic():
        is_first = Payment.objects.filter(pk=payment.pk, status=PaymentStatus.CREATED).update(
            status=PaymentStatus.OPEN,
            gateway_reference=checkout.reference,
            checkout_url=checkout.url,
            checked_at=at,
        )
        payment.refresh_from_db()
        if is_first:
            was = PaymentStatus.CREATED
            _record(Action.PAYMENT_OPENED, payment, order, was=was, at=at, by=by)
    return payment


def _description(order: Order) -> str:
    """In the language of who ordered, whoever pays: the same attempt has to say the same."""
    with language.override(order.placed_by.language):
        return _("HAT Market order {reference}").format(reference=order.reference)


def receive_event(*, gateway_name: str, event: WebhookEvent, at: datetime) -> bool:
    """Keep a verified webhook once and have its object read back; whether it was new."""
    task = _TASKS.get(event.about)
    if task is None:
        logger.warning("webhook.ignored", extra={"gateway": gateway_name, "kind": event.kind})
        return False
    with transaction.atomic():
        facts = {
            "kind": event.kind,
            "gateway_reference": event.reference,
            "received_at": at,
        }
        _event, is_new = GatewayEvent.objects.get_or_create(
            gateway=gateway_name, event_id=event.event_id, defaults=facts
        )
        if is_new:
            key = f"{gateway_name}:{event.reference}"
            outbox.enqueue(task, key=key, gateway=gateway_name, reference=event.reference)
    return is_new


def check_payment(*, payment: Payment, at: datetime) -> None:
    """Read a payment back from the gateway and follow it.

    :raises GatewayUnreachable: nothing is known; to be tried again.
    """
    facts = gateway_named(payment.gateway).read_payment(payment.gateway_reference)
    settle_payment(payment=payment, facts=facts, at=at)


def settle_payment(*, payment: Payment, facts: PaymentFacts, at: datetime) -> None:
    """Follow the gateway's word. Settled stays settled; old news changes nothing.

    :raises PaymentMismatch: another amount, currency or attempt than we asked for.
    """
    if facts.amount != payment.amount or facts.key != str(payment.idempotency_key):
        raise PaymentMismatch(_("The gateway's payment is not the one we asked for."))
    with transaction.atomic():
        order = _locked_order(payment)
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        payment.checked_at = at
        payment.save(update_fields=["checked_at"])
        if facts.state == PaymentState.PAID:
            _settle(payment, order, at=at)
        elif facts.state in _ENDS:
            _end(payment, order, facts.state, at=at)


def _settle(payment: Payment, order: Order, *, at: datetime) -> None:
    if PaymentStatus.SETTLED not in Payment.TRANSITIONS[payment.status]:
        return
    was, payment.status, payment.settled_at = payment.status, PaymentStatus.SETTLED, at
    payment.save(update_fields=["status", "settled_at"])
    _record(Action.PAYMENT_SETTLED, payment, order, was=was, at=at)
    order_lines = list(OrderLine.objects.select_for_update().filter(order=order).order_by("pk"))
    for line in order_lines:
        _hold(line, payment, at=at)
    if order.status == OrderStatus.AWAITING_PAYMENT:
        _mark_paid(order, order_lines, at=at)
    else:
        _send_back(payment, order_lines, at=at)


def _hold(line: OrderLine, payment: Payment, *, at: datetime) -> None:
    legs = [
        Leg(AccountKind.CLEARING, payment.gateway, -line.total),
        Leg(AccountKind.HELD_REWARDS, line.reference, line.reward.times(line.places)),
        Leg(AccountKind.HELD_FEES, line.reference, (line.fee + line.tax).times(line.places)),
    ]
    key = f"payment:{payment.pk}:{line.reference}"
    post(key=key, kind=PAYMENT_SETTLED, reference=line.reference, at=at, legs=legs)


def _mark_paid(order: Order, order_lines: list[OrderLine], *, at: datetime) -> None:
    was, order.status, order.paid_at = order.status, OrderStatus.PAID, at
    order.save(update_fields=["status", "paid_at"])
    audit.record(
        Action.ORDER_PAID,
        order,
        at=at,
        organisation=order.organisation,
        was=was,
        now=order.status,
        minor_units=order.total_minor_units,
        currency=order.currency,
    )
    notifications.paid(order)
    for line in order_lines:
        lines.start_paid_line(order_line=line, at=at)
    for other in order.payments.filter(status=PaymentStatus.OPEN).order_by("pk"):
        key = f"payment:{other.pk}"
        outbox.enqueue("buyers.expire_payment", key=key, payment_id=other.pk)


def _send_back(payment: Payment, order_lines: list[OrderLine], *, at: datetime) -> None:
    """Money for an order that was cancelled or is paid already goes back, all of it."""
    for line in order_lines:
        refunds.refund_places(
            order_line=line,
            places=line.places,
            key=f"late:{payment.pk}:{line.reference}",
            reason="paid too late",
            at=at,
            payment=payment,
        )


def _end(payment: Payment, order: Order, state: PaymentState, *, at: datetime) -> None:
    target, action = _ENDS[state]
    if target not in Payment.TRANSITIONS[payment.status]:
        return
    was, payment.status = payment.status, target
    payment.save(update_fields=["status"])
    _record(action, payment, order, was=was, at=at)


def expire_payment(*, payment: Payment, at: datetime) -> None:
    """Call a payment page off and follow what became of it: it may have been paid just now.

    :raises GatewayUnreachable: nothing is known; to be tried again.
    """
    gateway_named(payment.gateway).expire(payment.gateway_reference)
    check_payment(payment=payment, at=at)


def reconcile(*, at: datetime) -> int:
    """Ask the gateway about all that webhooks may not have told; how many were asked about.

    Paid checkouts are settled, ended ones ended, forgotten ones called off, and refunds on their
    way followed. One that cannot be followed stops nobody else.
    """
    _give_up_attempts(at=at)
    quiet = Q(checked_at__lt=at - RECONCILE_AFTER) | Q(checked_at=None)
    payments = Payment.objects.filter(quiet, status=PaymentStatus.OPEN)
    asked = 0
    for payment in payments.order_by("checked_at", "pk")[:_BATCH]:
        old = payment.created_at < at - CHECKOUT_LIFE
        asked += _follow(payment, expire=old, at=at)
    sent = Refund.objects.filter(status=RefundStatus.SENT).select_related("payment")
    for refund in sent.order_by("pk")[:_BATCH]:
        asked += _follow_refund(refund, at=at)
    return asked


def _give_up_attempts(*, at: datetime) -> None:
    """Attempts whose page was never handed out cannot be paid any more."""
    created = Payment.objects.filter(status=PaymentStatus.CREATED)
    for forgotten in created.filter(created_at__lt=at - ATTEMPT_LIFE).order_by("pk")[:_BATCH]:
        with transaction.atomic():
            order = _locked_order(forgotten)
            payment = Payment.objects.select_for_update().get(pk=forgotten.pk)
            if payment.status == PaymentStatus.CREATED:
                _end(payment, order, PaymentState.EXPIRED, at=at)


def _follow(payment: Payment, *, expire: bool, at: datetime) -> int:
    try:
        if expire:
            expire_payment(payment=payment, at=at)
        else:
            check_payment(payment=payment, at=at)
    except (GatewayUnreachable, PaymentMismatch, InvalidTransition) as problem:
        facts = {"payment_id": payment.pk, "code": problem.code}
        logger.warning("payment.not_reconciled", extra=facts)
        return 0
    return 1


def _follow_refund(refund: Refund, *, at: datetime) -> int:
    try:
        refunds.check_refund(refund=refund, at=at)
    except (GatewayUnreachable, PaymentMismatch) as problem:
        logger.warning(
            "refund.not_reconciled", extra={"refund_id": refund.pk, "code": problem.code}
        )
        return 0
    return 1


def _locked_order(payment: Payment) -> Order:
    people = ("organisation", "placed_by")
    rows = Order.objects.select_for_update(of=("self",)).select_related(*people)
    return rows.get(pk=payment.order_id)


def _record(
    action: Action,
    payment: Payment,
    order: Order,
    *,
    was: str,
    at: datetime,
    by: User | None = None,
) -> None:
    audit.record(
        action,
        payment,
        at=at,
        actor=by,
        organisation=order.organisation,
        was=was,
        now=payment.status,
        minor_units=payment.amount_minor_units,
        currency=payment.currency,
    )
