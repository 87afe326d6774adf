"""The outbox: what must happen outside the database, written with what made it necessary."""

import uuid

from django.db import models
from django.utils import timezone

from common import transitions


class OutboxStatus(models.TextChoices):
    """The states of an outbox message."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"


class OutboxMessage(models.Model):
    """One effect to bring about, at least once. The broker only carries its number."""

    Status = OutboxStatus
    TRANSITIONS: transitions.Table = {
        Status.PENDING: frozenset({Status.LEASED}),
        Status.LEASED: frozenset({Status.PENDING, Status.DONE, Status.PARKED}),
        Status.PARKED: frozenset({Status.PENDING}),
        Status.DONE: frozenset(),
    }

    task = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict, help_text="Ids only: never personal data.")
    key = models.CharField(max_length=120, default="", help_text="Equal keys coalesce.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    hinted_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(default=uuid.uuid4, help_text="Fencing token of the last claim.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_problem = models.CharField(max_length=200, default="", help_text="A code, not a text.")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            transitions.known("outboxmessage", OutboxStatus),
            models.UniqueConstraint(
                fields=["task", "key"],
                condition=models.Q(status="pending") & ~models.Q(key=""),
                name="outboxmessage_one_pending_per_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(status="pending"),
                name="outboxmessage_pending_due",
            ),
            models.Index(
                fields=["leased_until"],
                condition=models.Q(status="leased"),
                name="outboxmessage_leases",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk} ({self.status})"


class Heartbeat(models.Model):
    """When a process last proved that it works; read by /readyz."""

    process = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process
