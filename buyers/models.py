"""Orders, their lines, and the money coming in and going back."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from common import transitions
from common.ids import new_reference
from common.money import Money
from offers.models import OfferVersion, Purpose


def order_reference() -> str:
    return new_reference("OR")


def line_reference() -> str:
    return new_reference("OL")


class OrderStatus(models.TextChoices):
    """Where an order stands with its buyer."""

    PLACED = "placed", _("Placed")
    AWAITING_APPROVAL = "awaiting_approval", _("Waiting for approval")
    AWAITING_PAYMENT = "awaiting_payment", _("Waiting for payment")
    PAID = "paid", _("Paid")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Order(models.Model):
    """An organisation's purchase: one line now, several when there is a basket."""

    Status = OrderStatus
    TRANSITIONS: transitions.Table = {
        Status.PLACED: frozenset(
            {Status.AWAITING_APPROVAL, Status.AWAITING_PAYMENT, Status.CANCELLED}
        ),
        Status.AWAITING_APPROVAL: frozenset({Status.AWAITING_PAYMENT, Status.CANCELLED}),
        Status.AWAITING_PAYMENT: frozenset({Status.PAID, Status.CANCELLED}),
        Status.PAID: frozenset({Status.CLOSED, Status.CANCELLED}),
        Status.CLOSED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    reference = models.CharField(max_length=16, unique=True, default=order_reference)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="orders")
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=18, choices=Status.choices, default=Status.PLACED)
    currency = models.CharField(max_length=3)
    total_minor_units = models.PositiveBigIntegerField()
    form_key = models.UUIDField(
        default=uuid.uuid4, help_text="From the order form: the same form orders once."
    )
    placed_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            transitions.known("order", OrderStatus),
            models.UniqueConstraint(
                fields=["organisation", "form_key"], name="order_once_per_form"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="order_organisation")]

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        """Rewards, fee and tax of all lines."""
        return Money(self.total_minor_units, self.currency)


class OrderLineStatus(models.TextChoices):
    """Where a line stands with moderators and owners."""

    PENDING = "pending", _("Waiting for payment")
    IN_REVIEW = "in_review", _("In review")
    OPEN = "open", _("Open to HAT owners")
    PAUSED = "paused", _("Paused")
    FILLED = "filled", _("Filled")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


class OrderLine(models.Model):
    """Places bought of one offer version. Once paid and cleared, owners see it as an open offer.

    Prices are frozen here. ``places_taken`` counts live acceptances and never exceeds
    ``places``: the database refuses it. ``people_delivered`` counts people with at least one
    stored delivery; it never falls.
    """

    Status = OrderLineStatus
    TRANSITIONS: transitions.Table = {
        Status.PENDING: frozenset({Status.IN_REVIEW, Status.OPEN, Status.CANCELLED}),
        Status.IN_REVIEW: frozenset({Status.OPEN, Status.REJECTED, Status.CANCELLED}),
        Status.OPEN: frozenset({Status.PAUSED, Status.FILLED, Status.CLOSED, Status.CANCELLED}),
        Status.PAUSED: frozenset({Status.OPEN, Status.CLOSED, Status.CANCELLED}),
        Status.FILLED: frozenset({Status.OPEN, Status.PAUSED, Status.CLOSED, Status.CANCELLED}),
        Status.CLOSED: frozenset(),
        Status.REJECTED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    reference = models.CharField(max_length=16, unique=True, default=line_reference)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    offer_version = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="lines")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    purpose = models.CharField(max_length=40, choices=Purpose.choices)
    purpose_words = models.CharField(max_length=300, help_text="In the buyer's own words.")
    retention_days = models.PositiveSmallIntegerField(help_text="Kept by the buyer after delivery.")
    country = models.CharField(max_length=2, help_text="Where the data will be kept.")
    places = models.PositiveIntegerField()
    places_minimum = models.PositiveIntegerField(help_text="Nothing is released below this.")
    only_new_people = models.BooleanField(
        default=False, help_text="Nobody from the organisation's other orders of the same offer."
    )
    places_taken = models.PositiveIntegerField(default=0)
    people_delivered = models.PositiveIntegerField(default=0)
    reward_minor_units = models.PositiveIntegerField(help_text="For one person.")
    fee_minor_units = models.PositiveIntegerField(help_text="For one person.")
    tax_minor_units = models.PositiveIntegerField(help_text="On one person's fee.")
    currency = models.CharField(max_length=3)
    closes_at = models.DateTimeField(help_text="No acceptances after this moment.")
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=512, blank=True)

    class Meta:
        constraints = [
            transitions.known("orderline", OrderLineStatus),
            models.CheckConstraint(
                condition=models.Q(places_taken__lte=models.F("places")),
                name="orderline_never_oversold",
            ),
            models.CheckConstraint(
                condition=models.Q(people_delivered__lte=models.F("places")),
                name="orderline_delivered_within_places",
            ),
            models.CheckConstraint(
                condition=models.Q(places_minimum__lte=models.F("places"))
                & models.Q(places_minimum__gte=10),
                name="orderline_minimum_within_places",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_at"], name="orderline_status"),
            models.Index(fields=["offer_version", "status"], name="orderline_offer"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reward(self) -> Money:
        """What one person receives."""
        return Money(self.reward_minor_units, self.currency)

    @property
    def fee(self) -> Money:
        """The market's fee for one person."""
        return Money(self.fee_minor_units, self.currency)

    @property
    def tax(self) -> Money:
        """Tax on one person's fee."""
        return Money(self.tax_minor_units, self.currency)

    @property
    def price_of_place(self) -> Money:
        """All that one place costs."""
        return self.reward + self.fee + self.tax

    @property
    def total(self) -> Money:
        """All that the line costs when every place is filled."""
        return self.price_of_place.times(self.places)


class PaymentStatus(models.TextChoices):
    """By the facts of the gateway."""

    CREATED = "created"
    OPEN = "open"
    SETTLED = "settled"
    FAILED = "failed"
    EXPIRED = "expired"


class Payment(models.Model):
    """One attempt to pay an order. ``idempotency_key`` is stored before the gateway is called."""

    Status = PaymentStatus
    TRANSITIONS: transitions.Table = {
        Status.CREATED: frozenset({Status.OPEN, Status.FAILED, Status.EXPIRED}),
        Status.OPEN: frozenset({Status.SETTLED, Status.FAILED, Status.EXPIRED}),
        Status.SETTLED: frozenset(),
        Status.FAILED: frozenset(),
        Status.EXPIRED: frozenset({Status.SETTLED}),  # late money is taken, then sent back
    }

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.CREATED)
    gateway = models.CharField(max_length=10)
    gateway_reference = models.CharField(max_length=120, blank=True, db_index=True)
    checkout_url = models.CharField(max_length=500, blank=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    amount_minor_units = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="Last read back from the gateway.")

    class Meta:
        constraints = [
            transitions.known("payment", PaymentStatus),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(status__in=["created", "open"]),
                name="payment_one_open_per_order",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~models.Q(gateway_reference=""),
                name="payment_one_per_gateway_object",
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"

    @property
    def amount(self) -> Money:
        """What the order costs."""
        return Money(self.amount_minor_units, self.currency)


class RefundStatus(models.TextChoices):
    """By the facts of the gateway."""

    INTENDED = "intended"
    SENT = "sent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(models.Model):
    """Money on its way back to the buyer. ``key`` names the reason: refunded once for it."""

    Status = RefundStatus
    TRANSITIONS: transitions.Table = {
        Status.INTENDED: frozenset({Status.SENT, Status.SUCCEEDED, Status.FAILED}),
        Status.SENT: frozenset({Status.SUCCEEDED, Status.FAILED}),
        Status.SUCCEEDED: frozenset(),
        Status.FAILED: frozenset({Status.INTENDED}),
    }

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    order_line = models.ForeignKey(OrderLine, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.INTENDED)
    key = models.CharField(max_length=120, unique=True)
    attempt = models.PositiveSmallIntegerField(
        default=1, help_text="Counts on when a moderator has it sent again after it failed."
    )
    reason = models.CharField(max_length=60)
    amount_minor_units = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    gateway_reference = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            transitions.known("refund", RefundStatus),
            models.CheckConstraint(
                condition=models.Q(amount_minor_units__gt=0), name="refund_not_zero"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def gateway_key(self) -> str:
        """What the gateway knows this attempt by; it answers a key it knows as it did before."""
        return self.key if self.attempt == 1 else f"{self.key}:{self.attempt}"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor_units, self.currency)


class GatewayEvent(models.Model):
    """A webhook, stored once: a hint to read an object back from the gateway."""

    gateway = models.CharField(max_length=10)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    gateway_reference = models.CharField(max_length=120)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="gatewayevent_once")
        ]

    def __str__(self) -> str:
        return self.event_id


class TillSessionStatus(models.TextChoices):
    """The sandbox till's own word for a payment."""

    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"


class TillSession(models.Model):
    """The sandbox till's own book: what a real gateway would keep on its side."""

    Status = TillSessionStatus
    TRANSITIONS: transitions.Table = {
        Status.OPEN: frozenset({Status.PAID, Status.DECLINED, Status.EXPIRED}),
        Status.PAID: frozenset(),
        Status.DECLINED: frozenset(),
        Status.EXPIRED: frozenset(),
    }

    reference = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=80, unique=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    amount_minor_units = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=160)
    success_url = models.CharField(max_length=300)
    cancel_url = models.CharField(max_length=300)
    refunded_minor_units = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            transitions.known("tillsession", TillSessionStatus),
            models.CheckConstraint(
                condition=models.Q(refunded_minor_units__lte=models.F("amount_minor_units")),
                name="tillsession_refunds_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TillRefund(models.Model):
    """A refund as the sandbox till keeps it; one per idempotency key."""

    session = models.ForeignKey(TillSession, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=160, unique=True)
    amount_minor_units = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.reference
