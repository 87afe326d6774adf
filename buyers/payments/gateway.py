"""What a payment gateway does for us. Stripe and the sandbox till obey the same interface.

A webhook is only a hint that something changed; what is true is read back from the gateway.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from common.money import Money

# How far a webhook's time stamp may be from our clock, to either side.
WEBHOOK_TOLERANCE_SECONDS = 300


class ForgedWebhook(Exception):
    """Not from the gateway: no signature, a wrong one, or one of another time."""


class PaymentState(enum.Enum):
    """What a checkout is, in the gateway's eyes."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class RefundState(enum.Enum):
    """What a refund is, in the gateway's eyes."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class CheckoutRequest:
    """What is to be paid. ``key`` names the attempt: the same key opens the same checkout."""

    key: str
    order_reference: str
    amount: Money
    description: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True)
class Checkout:
    """A payment page of the gateway."""

    reference: str
    url: str


@dataclass(frozen=True)
class PaymentFacts:
    """A checkout as read back; ``key`` is the one it was opened with."""

    state: PaymentState
    amount: Money
    key: str


@dataclass(frozen=True)
class RefundRequest:
    """What is to go back. The same key is the same refund, however often it is asked for."""

    key: str
    payment_reference: str
    amount: Money


@dataclass(frozen=True)
class RefundFacts:
    """A refund as the gateway keeps it."""

    reference: str
    state: RefundState
    amount: Money


@dataclass(frozen=True)
class WebhookEvent:
    """A verified hint: ``reference`` names the object to read back, if it concerns us at all."""

    event_id: str
    kind: str
    about: str  # "payment", "refund", or "" for what does not concern us
    reference: str


class Gateway(Protocol):
    """One outside system that takes money and gives it back.

    Every method that speaks to it raises ``GatewayUnreachable`` when nothing is known.
    """

    name: str

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Open a payment page, once for each key."""

    def read_payment(self, reference: str) -> PaymentFacts:
        """The checkout as it stands now."""

    def expire(self, reference: str) -> None:
        """Call a checkout off; one that has ended already is left as it is."""

    def refund(self, request: RefundRequest) -> RefundFacts:
        """Give money back, once for each key."""

    def read_refund(self, reference: str) -> RefundFacts:
        """The refund as it stands now."""

    def verify_webhook(
        self, *, body: bytes, headers: Mapping[str, str], at: datetime
    ) -> WebhookEvent:
        """Check the raw bytes.

        :raises ForgedWebhook: not from the gateway, or not of this time.
        """
