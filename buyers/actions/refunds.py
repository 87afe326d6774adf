"""Money on its way back: meant in one transaction, sent after it, done when the gateway says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts import audit
from accounts.access import require_moderator
from accounts.audit import Action
from buyers import notifications
from buyers.errors import PaymentMismatch
from buyers.models import OrderLine, Payment, PaymentStatus, Refund, RefundStatus
from buyers.payments.gateway import RefundFacts, RefundRequest, RefundState
from buyers.payments.registry import gateway_named
from common import outbox, transitions
from common.language import gettext as _
from ledger.actions import Leg, post
from ledger.models import AccountKind
from ledger.queries import REFUND_FAILED, REFUND_INTENDED, REFUND_SUCCEEDED

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

_TARGETS = {
    RefundState.PENDING: RefundStatus.SENT,
    RefundState.SUCCEEDED: RefundStatus.SUCCEEDED,
    RefundState.FAILED: RefundStatus.FAILED,
}
_ACTIONS = {
    RefundStatus.SENT: Action.REFUND_SENT,
    RefundStatus.SUCCEEDED: Action.REFUND_SUCCEEDED,
    RefundStatus.FAILED: Action.REFUND_FAILED,
}


def refund_places(
    *,
    order_line: OrderLine,
    places: int,
    key: str,
    reason: str,
    at: datetime,
    payment: Payment | None = None,
) -> Refund | None:
    """Mean to give back ``places`` of a line that the caller has locked; once for each ``key``.

    None when there is nothing to give back: no places, or a line that nobody paid.

    :param payment: the one to refund; else the one that paid the order.
    :raises django.db.IntegrityError: more than the line still holds.
    """
    amount = order_line.price_of_place.times(max(places, 0))
    payment = payment or _payment_of(order_line)
    if payment is None or not amount:
        return None
    facts = {
        "payment": payment,
        "order_line": order_line,
        "reason": reason,
        "amount_minor_units": amount.minor_units,
        "currency": amount.currency,
        "created_at": at,
    }
    refund, is_new = Refund.objects.get_or_create(key=key, defaults=facts)
    if is_new:
        _intend(refund, at=at)
        _audit(Action.REFUND_INTENDED, refund, was="", at=at)
    return refund


def send_again(*, refund: Refund, by: User, at: datetime) -> None:
    """A moderator has looked at a refund that failed: mean it once more, as a new attempt.

    :raises NotFound: not a moderator.
    :raises InvalidTransition: it has not failed.
    :raises django.db.IntegrityError: the line does not hold that much any more.
    """
    require_moderator(by)
    line = refund.order_line
    assert line is not None  # every refund of ours belongs to a line
    with transaction.atomic():
        OrderLine.objects.select_for_update().get(pk=line.pk)
        refund = Refund.objects.select_for_update().get(pk=refund.pk)
        was, target = refund.status, RefundStatus.INTENDED
        transitions.check(Refund.TRANSITIONS, current=was, target=target)
        refund.status, refund.gateway_reference = target, ""
        refund.attempt += 1
        refund.save(update_fields=["status", "gateway_reference", "attempt"])
        _intend(refund, at=at)
        _audit(Action.REFUND_INTENDED, refund, was=was, at=at, by=by)


def _intend(refund: Refund, *, at: datetime) -> None:
    """Put the money on its way in the book, and have the gateway asked after the commit."""
    _post(refund, REFUND_INTENDED, _legs_of(refund), at=at)
    outbox.enqueue("buyers.send_refund", key=f"refund:{refund.pk}", refund_id=refund.pk)


def send_refund(*, refund: Refund, at: datetime) -> None:
    """Ask the gateway for the refund and write down what it says. Harmless when run twice.

    :raises GatewayUnreachable: nothing is known; to be tried again.
    """
    if refund.status not in {RefundStatus.INTENDED, RefundStatus.SENT}:
        return
    request = RefundRequest(refund.gateway_key, refund.payment.gateway_reference, refund.amount)
    facts = gateway_named(refund.payment.gateway).refund(request)
    settle_refund(refund=refund, facts=facts, at=at)


def check_refund(*, refund: Refund, at: datetime) -> None:
    """Read a refund back from the gateway and follow it.

    :raises GatewayUnreachable: nothing is known; to be tried again.
    """
    facts = gateway_named(refund.payment.gateway).read_refund(refund.gateway_reference)
    settle_refund(refund=refund, facts=facts, at=at)


def settle_refund(*, refund: Refund, facts: RefundFacts, at: datetime) -> None:
    """Follow the gateway's word; old news, or news of an earlier attempt, changes nothing.

    :raises PaymentMismatch: the gateway's refund is over another amount.
    """
    with transaction.atomic():
        asked, refund = refund.attempt, Refund.objects.select_for_update().get(pk=refund.pk)
        if refund.attempt != asked:
            return
        if facts.amount != refund.amount:
            raise PaymentMismatch(_("The gateway's refund is over another amount."))
        target, was = _TARGETS[facts.state], refund.status
        if target not in Refund.TRANSITIONS[was]:
            return
        refund.status, refund.gateway_reference = target, facts.reference
        refund.succeeded_at = at if target == RefundStatus.SUCCEEDED else None
        refund.save(update_fields=["status", "gateway_reference", "succeeded_at"])
        _move(refund, at=at)
        _audit(_ACTIONS[target], refund, was=was, at=at)
        if target == RefundStatus.FAILED:
            notifications.refund_failed(refund)


def _move(refund: Refund, *, at: datetime) -> None:
    line = refund.order_line
    assert line is not None  # every refund of ours belongs to a line
    if refund.status == RefundStatus.SUCCEEDED:
        arrived = [
            Leg(AccountKind.REFUND_IN_TRANSIT, line.reference, -refund.amount),
            Leg(AccountKind.CLEARING, refund.payment.gateway, refund.amount),
        ]
        _post(refund, REFUND_SUCCEEDED, arrived, at=at)
    elif refund.status == RefundStatus.FAILED:
        back = [Leg(leg.kind, leg.reference, -leg.amount) for leg in _legs_of(refund)]
        _post(refund, REFUND_FAILED, back, at=at)


def _legs_of(refund: Refund) -> list[Leg]:
    """From held to in transit."""
    line = refund.order_line
    assert line is not None
    places = refund.amount_minor_units // line.price_of_place.minor_units
    return [
        Leg(AccountKind.HELD_REWARDS, line.reference, line.reward.times(-places)),
        Leg(AccountKind.HELD_FEES, line.reference, (line.fee + line.tax).times(-places)),
        Leg(AccountKind.REFUND_IN_TRANSIT, line.reference, line.price_of_place.times(places)),
    ]


def _post(refund: Refund, kind: str, legs: list[Leg], *, at: datetime) -> None:
    line = refund.order_line
    assert line is not None
    number = str(refund.pk) if refund.attempt == 1 else f"{refund.pk}.{refund.attempt}"
    key = f"refund:{number}:{kind}"
    post(key=key, kind=kind, reference=line.reference, at=at, legs=legs)


def _payment_of(line: OrderLine) -> Payment | None:
    settled = Payment.objects.filter(order=line.order_id, status=PaymentStatus.SETTLED)
    return settled.order_by("settled_at", "pk").first()


def _audit(
    action: Action, refund: Refund, *, was: str, at: datetime, by: User | None = None
) -> None:
    line = refund.order_line
    assert line is not None
    audit.record(
        action,
        refund,
        at=at,
        actor=by,
        organisation=line.order.organisation,
        was=was,
        now=refund.status,
        minor_units=refund.amount_minor_units,
        currency=refund.currency,
    )
