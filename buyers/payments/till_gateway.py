"""The sandbox till behind the gateway interface: takes no real money."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from django.urls import reverse

from buyers.errors import GatewayRefused
from buyers.models import TillRefund, TillSession, TillSessionStatus
from buyers.payments import till
from buyers.payments.gateway import (
    WEBHOOK_TOLERANCE_SECONDS,
    Checkout,
    CheckoutRequest,
    ForgedWebhook,
    PaymentFacts,
    PaymentState,
    RefundFacts,
    RefundRequest,
    RefundState,
    WebhookEvent,
)
from common.errors import InvalidTransition
from common.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SIGNATURE_HEADER = "Till-Signature"
_STATES = {
    TillSessionStatus.OPEN: PaymentState.OPEN,
    TillSessionStatus.PAID: PaymentState.PAID,
    TillSessionStatus.DECLINED: PaymentState.FAILED,
    TillSessionStatus.EXPIRED: PaymentState.EXPIRED,
}


def sign(body: bytes, *, secret: str, at: datetime) -> str:
    """The signature header: ``t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">``."""
    stamp = int(at.timestamp())
    return f"t={stamp},v1={_mac(stamp, body, secret)}"


class TillGateway:
    """Speaks to the till that lives in this same house."""

    name = "till"

    def __init__(self, *, secret: str, site_url: str) -> None:
        self._secret, self._site_url = secret, site_url

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        session = till.open_session(request)
        page = reverse("till:session", args=[session.reference])
        return Checkout(session.reference, self._site_url + page)

    def read_payment(self, reference: str) -> PaymentFacts:
        session = TillSession.objects.get(reference=reference)
        amount = Money(session.amount_minor_units, session.currency)
        state = _STATES[TillSessionStatus(session.status)]
        return PaymentFacts(state, amount, session.idempotency_key)

    def expire(self, reference: str) -> None:
        try:
            till.finish_session(reference, status=TillSessionStatus.EXPIRED)
        except InvalidTransition:
            return  # it has ended: how, is read back

    def refund(self, request: RefundRequest) -> RefundFacts:
        try:
            refund = till.give_back(request)
        except GatewayRefused:
            return RefundFacts("", RefundState.FAILED, request.amount)
        return self._facts(refund, request.amount.currency)

    def read_refund(self, reference: str) -> RefundFacts:
        refund = TillRefund.objects.select_related("session").get(reference=reference)
        return self._facts(refund, refund.session.currency)

    def verify_webhook(
        self, *, body: bytes, headers: Mapping[str, str], at: datetime
    ) -> WebhookEvent:
        stamp, given = _parsed(headers.get(SIGNATURE_HEADER, ""))
        if not hmac.compare_digest(given, _mac(stamp, body, self._secret)):
            raise ForgedWebhook("The signature is not the till's.")
        if abs(at.timestamp() - stamp) > WEBHOOK_TOLERANCE_SECONDS:
            raise ForgedWebhook("The signature is of another time.")
        event = json.loads(body)
        return WebhookEvent(event["id"], event["kind"], "payment", event["session"])

    @staticmethod
    def _facts(refund: TillRefund, currency: str) -> RefundFacts:
        amount = Money(refund.amount_minor_units, currency)
        return RefundFacts(refund.reference, RefundState.SUCCEEDED, amount)


def _parsed(header: str) -> tuple[int, str]:
    """:raises ForgedWebhook: not of the form ``t=…,v1=…``."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and given.isascii()):
        raise ForgedWebhook("The signature is missing or unreadable.")
    return int(stamp), given


def _mac(stamp: int, body: bytes, secret: str) -> str:
    message = f"{stamp}.".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
