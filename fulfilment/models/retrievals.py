"""One reading of one debit, and the sealed bytes it brought."""

import uuid

from django.db import models
from django.utils import timezone

from common import transitions
from fulfilment.models.acceptances import Acceptance
from fulfilment.models.debits import DataDebit


class RetrievalStatus(models.TextChoices):
    """The outcome of one reading."""

    DUE = "due"
    LEASED = "leased"
    STORED = "stored"
    EMPTY = "empty"
    CONDITIONS_UNMET = "conditions_unmet"
    REFUSED = "refused"
    BROKEN = "broken"
    PARKED = "parked"


class Retrieval(models.Model):
    """Claimed in batches by lease; committed only while ``lease`` is still the claimer's."""

    Status = RetrievalStatus
    TRANSITIONS: transitions.Table = {
        Status.DUE: frozenset({Status.LEASED, Status.REFUSED}),
        Status.LEASED: frozenset(
            {
                Status.DUE,
                Status.STORED,
                Status.EMPTY,
                Status.CONDITIONS_UNMET,
                Status.REFUSED,
                Status.BROKEN,
                Status.PARKED,
            }
        ),
        Status.BROKEN: frozenset({Status.LEASED, Status.PARKED, Status.REFUSED}),
        Status.PARKED: frozenset({Status.DUE}),
        Status.STORED: frozenset(),
        Status.EMPTY: frozenset(),
        Status.CONDITIONS_UNMET: frozenset(),
        Status.REFUSED: frozenset(),
    }

    debit = models.ForeignKey(DataDebit, on_delete=models.PROTECT, related_name="retrievals")
    number = models.PositiveSmallIntegerField(default=1, help_text="First reading, second …")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DUE)
    due_at = models.DateTimeField(default=timezone.now)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True, help_text="A code, never a text.")
    records = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0, help_text="Records refused, with reason.")
    dropped = models.PositiveIntegerField(default=0, help_text="Values beyond what was agreed.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            transitions.known("retrieval", RetrievalStatus),
            models.UniqueConstraint(fields=["debit", "number"], name="retrieval_numbered_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(status__in=["due", "broken"]),
                name="retrieval_due",
            ),
            models.Index(
                fields=["leased_until"],
                condition=models.Q(status="leased"),
                name="retrieval_leases",
            ),
        ]

    def __str__(self) -> str:
        return f"retrieval {self.pk}"


def block_id() -> uuid.UUID:
    return uuid.uuid4()


class SealedBlock(models.Model):
    """All that one retrieval stored, sealed with the person's data key.

    The plain bytes are JSON: ``{"<property>": [{"e": endpoint, "r": record id, "d": data}, …]}``.
    ``digest`` is the SHA-256 of the HAT's raw answer, for proof.
    """

    retrieval = models.OneToOneField(Retrieval, on_delete=models.PROTECT, related_name="block")
    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="blocks")
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    records = models.PositiveIntegerField()
    stored_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"block {self.pk}"
