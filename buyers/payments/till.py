"""The sandbox till's own book: what a real gateway would keep on its side of the wire.

Deterministic: the same key opens the same session and gives the same refund. Whenever a session
ends, a signed webhook is on its way (through the outbox), as a real gateway would send it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from buyers.errors import GatewayRefused
from buyers.models import TillRefund, TillSession, TillSessionStatus
from common import outbox, transitions
from common.errors import NotFound
from common.language import gettext as _

if TYPE_CHECKING:
    from buyers.payments.gateway import CheckoutRequest, RefundRequest

EVENT_KINDS = {
    TillSessionStatus.PAID: "session.paid",
    TillSessionStatus.DECLINED: "session.declined",
    TillSessionStatus.EXPIRED: "session.expired",
}


def open_session(request: CheckoutRequest) -> TillSession:
    """The session of this key, opened now if it is new.

    :raises GatewayRefused: the key was used for another amount.
    """
    facts = {
        "reference": f"till_{_digest(request.key)}",
        "amount_minor_units": request.amount.minor_units,
        "currency": request.amount.currency,
        "description": request.description,
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
    }
    session, _is_new = TillSession.objects.get_or_create(
        idempotency_key=request.key, defaults=facts
    )
    if session.amount_minor_units != request.amount.minor_units:
        raise GatewayRefused(_("The till knows this payment with another amount."))
    return session


def session_named(reference: str) -> TillSession:
    """:raises NotFound: the till has no such session."""
    session = TillSession.objects.filter(reference=reference).first()
    if session is None:
        raise NotFound(_("The till knows no such payment."))
    return session


def finish_session(reference: str, *, status: TillSessionStatus) -> TillSession:
    """Pay, decline or expire an open session.

    :raises InvalidTransition: the session has ended in another way.
    """
    with transaction.atomic():
        session = TillSession.objects.select_for_update().get(reference=reference)
        if session.status == status:
            return session
        transitions.check(
            TillSession.TRANSITIONS,
            current=session.status,
            target=status,
            sentence=_("This payment has ended already, so nothing was changed."),
        )
        session.status = status
        session.save(update_fields=["status"])
        outbox.enqueue("buyers.fire_till_webhook", session_id=session.pk)
    return session


def give_back(request: RefundRequest) -> TillRefund:
    """The refund of this key, made now if it is new.

    :raises GatewayRefused: the session was not paid, or less is left of it.
    """
    with transaction.atomic():
        session = TillSession.objects.select_for_update().get(reference=request.payment_reference)
        refund = TillRefund.objects.filter(idempotency_key=request.key).first()
        if refund is not None:
            return refund
        amount = request.amount.minor_units
        if session.status != TillSessionStatus.PAID:
            raise GatewayRefused(_("Only a paid session can be refunded."))
        if session.refunded_minor_units + amount > session.amount_minor_units:
            raise GatewayRefused(_("More than was paid cannot be refunded."))
        TillSession.objects.filter(pk=session.pk).update(
            refunded_minor_units=F("refunded_minor_units") + amount
        )
        return TillRefund.objects.create(
            session=session,
            reference=f"tillre_{_digest(request.key)}",
            idempotency_key=request.key,
            amount_minor_units=amount,
        )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:24]
