"""One HAT owner's yes to one order line, with its consent record and its key."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buyers.models import OrderLine
from common import transitions
from common.ids import new_reference
from hats.models import HatOwner


def person_reference() -> str:
    """How this person is called in this dataset, and in no other."""
    return new_reference("P")


class AcceptanceStatus(models.TextChoices):
    """Where a yes stands."""

    ACCEPTED = "accepted", _("Waiting for your HAT")
    CONFIRMED = "confirmed", _("Sharing")
    FULFILLED = "fulfilled", _("Delivered")
    ENDED = "ended", _("Ended")
    LAPSED = "lapsed", _("Not confirmed in time")
    WITHDRAWN = "withdrawn", _("Stopped by you")


class Acceptance(models.Model):
    """``uid`` is also the data debit's id on the HAT; ``mk-<uid>`` is the bundle's name there.

    A live acceptance holds a place of its line. Withdrawn before the first delivery or lapsed,
    the place reopens; after a delivery the place stays paid.
    """

    Status = AcceptanceStatus
    TRANSITIONS: transitions.Table = {
        Status.ACCEPTED: frozenset({Status.CONFIRMED, Status.LAPSED, Status.WITHDRAWN}),
        Status.CONFIRMED: frozenset({Status.FULFILLED, Status.ENDED, Status.WITHDRAWN}),
        Status.FULFILLED: frozenset({Status.ENDED, Status.WITHDRAWN}),
        Status.ENDED: frozenset({Status.WITHDRAWN}),
        Status.LAPSED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="acceptances")
    hat_owner = models.ForeignKey(HatOwner, on_delete=models.PROTECT, related_name="acceptances")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACCEPTED)
    person = models.CharField(max_length=16, default=person_reference)
    holds_place = models.BooleanField(default=True, help_text="Counted in places_taken.")
    accepted_at = models.DateTimeField(default=timezone.now)
    confirm_by = models.DateTimeField(help_text="Lapses after this, and the place reopens.")
    confirmed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True, help_text="First stored delivery.")
    withdrawn_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            transitions.known("acceptance", AcceptanceStatus),
            models.UniqueConstraint(
                fields=["order_line", "hat_owner"],
                condition=~models.Q(status__in=["lapsed"]),
                name="acceptance_one_per_owner_and_line",
            ),
            models.UniqueConstraint(fields=["order_line", "person"], name="acceptance_person_once"),
        ]
        indexes = [
            models.Index(fields=["hat_owner", "-id"], name="acceptance_owner"),
            models.Index(
                fields=["confirm_by"],
                condition=models.Q(status="accepted"),
                name="acceptance_unconfirmed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class ConsentRecord(models.Model):
    """What the owner agreed to, frozen: the shape of ISO/IEC TS 27560, hashed as stored."""

    acceptance = models.OneToOneField(Acceptance, on_delete=models.PROTECT, related_name="consent")
    record_id = models.UUIDField(default=uuid.uuid4, unique=True)
    card = models.JSONField(help_text="The very card the owner saw, block by block.")
    record = models.JSONField(help_text="Schema, parties, purpose, data, retention, rights.")
    sha256 = models.CharField(max_length=64, help_text="Of the canonical JSON of card and record.")
    language = models.CharField(max_length=8, default="en")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.record_id)


class ConsentEvent(models.Model):
    """Given, withdrawn, ended …: appended, never changed (a database trigger refuses it)."""

    class Kind(models.TextChoices):
        GIVEN = "given"
        CONFIRMED = "confirmed"
        WITHDRAWN = "withdrawn"
        LAPSED = "lapsed"
        ENDED = "ended"

    record = models.ForeignKey(ConsentRecord, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DataKey(models.Model):
    """The key that seals one person's data in one line. Destroyed, the data is gone."""

    acceptance = models.OneToOneField(Acceptance, on_delete=models.PROTECT, related_name="data_key")
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | models.Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="datakey_destroyed_means_gone",
            )
        ]

    def __str__(self) -> str:
        return f"key of {self.acceptance_id}"


class Decline(models.Model):
    """A quiet no: the line is not offered to this owner again. Nobody else sees it."""

    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    hat_owner = models.ForeignKey(HatOwner, on_delete=models.CASCADE, related_name="declines")
    declined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_line", "hat_owner"], name="decline_once")
        ]

    def __str__(self) -> str:
        return f"decline {self.pk}"
