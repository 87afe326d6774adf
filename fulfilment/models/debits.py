"""The agreement on the HAT that lets values be read. What the HAT says wins."""

from django.db import models
from django.utils import timezone

from common import transitions
from fulfilment.models.acceptances import Acceptance


class DataDebitStatus(models.TextChoices):
    """The debit as last read on the HAT."""

    INTENDED = "intended"
    PROPOSED = "proposed"
    ENABLED = "enabled"
    DISABLED = "disabled"
    ENDED = "ended"
    REFUSED = "refused"


class DataDebit(models.Model):
    """One debit for one acceptance: its id on the HAT is the acceptance's ``uid``.

    ``next_check_at`` is when the market asks the HAT again whether the owner has confirmed.
    """

    Status = DataDebitStatus
    TRANSITIONS: transitions.Table = {
        Status.INTENDED: frozenset({Status.PROPOSED, Status.REFUSED, Status.ENDED}),
        Status.PROPOSED: frozenset({Status.ENABLED, Status.REFUSED, Status.ENDED}),
        Status.ENABLED: frozenset({Status.DISABLED, Status.ENDED}),
        Status.DISABLED: frozenset({Status.ENABLED, Status.ENDED}),
        Status.ENDED: frozenset(),
        Status.REFUSED: frozenset(),
    }

    acceptance = models.OneToOneField(Acceptance, on_delete=models.PROTECT, related_name="debit")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.INTENDED)
    bundle_name = models.CharField(max_length=60, unique=True)
    bundle_hash = models.CharField(max_length=64)
    intended_at = models.DateTimeField(default=timezone.now)
    proposed_at = models.DateTimeField(null=True)
    enabled_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="As the HAT says.")
    next_check_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)
    refusal = models.CharField(max_length=60, blank=True, help_text="A code.")

    class Meta:
        constraints = [transitions.known("datadebit", DataDebitStatus)]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=models.Q(next_check_at__isnull=False),
                name="datadebit_due_check",
            )
        ]

    def __str__(self) -> str:
        return self.bundle_name
