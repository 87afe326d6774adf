"""Stripe Checkout and refunds; the one module that speaks to Stripe (API 2026-10-28, stripe 16).

Sessions and refunds carry our keys in their metadata, so that an unknown outcome is looked up and
not guessed. Stripe forgets idempotency keys after 24 hours; the metadata it keeps.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import stripe

from buyers.errors import GatewayRefused, GatewayUnreachable
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
from common.language import gettext as _
from common.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

SIGNATURE_HEADER = "Stripe-Signature"
_ABOUT = {"checkout.session": "payment", "refund": "refund"}
_REFUND_STATES = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
_REFUSALS = (stripe.InvalidRequestError, stripe.CardError)


class StripeGateway:
    """Holds one account's keys; ``api_base`` leads elsewhere in tests only."""

    name = "stripe"

    def __init__(self, *, secret_key: str, webhook_secret: str, api_base: str = "") -> None:
        self._webhook_secret = webhook_secret
        self._live = secret_key.startswith(("sk_live_", "rk_live_"))
        addresses: Any = {"base_addresses": {"api": api_base}} if api_base else {}
        self._client = stripe.StripeClient(secret_key, max_network_retries=1, **addresses)

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        product = {"name": request.description}
        price = {
            "currency": request.amount.currency.lower(),
            "unit_amount": request.amount.minor_units,
            "product_data": product,
        }
        params: Any = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "client_reference_id": request.order_reference,
            "metadata": {"key": request.key},
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
        }
        with _our_errors():
            session = self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": request.key}
            )
        return Checkout(session.id, session.url or "")

    def read_payment(self, reference: str) -> PaymentFacts:
        session = self._session(reference)
        amount = Money(session.amount_total or 0, (session.currency or "").upper())
        return PaymentFacts(_payment_state(session), amount, _key(session.metadata))

    def expire(self, reference: str) -> None:
        try:
            with _our_errors():
                self._client.v1.checkout.sessions.expire(reference)
        except GatewayRefused:
            return  # it has ended: how, is read back

    def refund(self, request: RefundRequest) -> RefundFacts:
        session = self._session(request.payment_reference)
        intent: Any = session.payment_intent
        known = self._refund_of(request.key, intent.id)
        if known is not None:
            return _refund_facts(known)
        params: Any = {
            "payment_intent": intent.id,
            "amount": request.amount.minor_units,
            "metadata": {"key": request.key},
        }
        try:
            with _our_errors():
                refund = self._client.v1.refunds.create(params, {"idempotency_key": request.key})
        except GatewayRefused:
            return RefundFacts("", RefundState.FAILED, request.amount)
        return _refund_facts(refund)

    def read_refund(self, reference: str) -> RefundFacts:
        with _our_errors():
            return _refund_facts(self._client.v1.refunds.retrieve(reference))

    def verify_webhook(
        self, *, body: bytes, headers: Mapping[str, str], at: datetime
    ) -> WebhookEvent:
        header = headers.get(SIGNATURE_HEADER, "")
        try:
            stripe.WebhookSignature.verify_header(body, header, self._webhook_secret)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as problem:
            raise ForgedWebhook("The signature is not Stripe's.") from problem
        # Stripe's own check lets time stamps of the future pass.
        if abs(at.timestamp() - _stamp(header)) > WEBHOOK_TOLERANCE_SECONDS:
            raise ForgedWebhook("The signature is of another time.")
        return self._event(json.loads(body))

    def _event(self, event: dict[str, Any]) -> WebhookEvent:
        """What belongs to another account, or to test mode, is none of our business (T42)."""
        thing = event.get("data", {}).get("object", {})
        ours = event.get("livemode") is self._live and not event.get("account")
        about = _ABOUT.get(thing.get("object", ""), "") if ours else ""
        return WebhookEvent(event["id"], event["type"], about, thing.get("id", ""))

    def _session(self, reference: str) -> stripe.checkout.Session:
        params: Any = {"expand": ["payment_intent"]}
        with _our_errors():
            return self._client.v1.checkout.sessions.retrieve(reference, params)

    def _refund_of(self, key: str, payment_intent: str) -> stripe.Refund | None:
        params: Any = {"payment_intent": payment_intent, "limit": 100}
        with _our_errors():
            for refund in self._client.v1.refunds.list(params).auto_paging_iter():
                if _key(refund.metadata) == key:
                    return refund
        return None


@contextmanager
def _our_errors() -> Iterator[None]:
    """A refusal stays a refusal; whatever else happens means that nothing is known."""
    try:
        yield
    except _REFUSALS as problem:
        raise GatewayRefused(_("The payment service refused this.")) from problem
    except stripe.StripeError as problem:
        raise GatewayUnreachable(
            _("The payment service gives no answer. Nothing was paid; please try again soon.")
        ) from problem


def _payment_state(session: stripe.checkout.Session) -> PaymentState:
    """Paid means that the money is there: a finished form with a slow method is still open."""
    if session.payment_status == "paid":
        return PaymentState.PAID
    if session.status == "expired":
        return PaymentState.EXPIRED
    intent: Any = session.payment_intent
    if session.status == "complete" and intent and intent.status == "requires_payment_method":
        return PaymentState.FAILED
    return PaymentState.OPEN


def _refund_facts(refund: stripe.Refund) -> RefundFacts:
    state = _REFUND_STATES.get(refund.status or "", RefundState.PENDING)
    return RefundFacts(refund.id, state, Money(refund.amount, refund.currency.upper()))


def _key(metadata: stripe.StripeObject | None) -> str:
    """Our key of the attempt, kept among the object's metadata."""
    return str(metadata["key"]) if metadata and "key" in metadata else ""


def _stamp(header: str) -> int:
    return int(dict(part.split("=", 1) for part in header.split(","))["t"])
