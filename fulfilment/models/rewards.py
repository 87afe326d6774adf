"""What an owner earns for an acceptance."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import transitions
from common.money import Money
from fulfilment.models.acceptances import Acceptance


class RewardStatus(models.TextChoices):
    """Held until the first delivery, then the owner's for good."""

    HELD = "held", _("Held for you")
    EARNED = "earned", _("Earned")
    PAYABLE = "payable", _("Ready to pay out")
    PAID = "paid", _("Paid out")
    RELEASED = "released", _("Not earned")


class Reward(models.Model):
    """One reward for one acceptance. The money itself is in the ledger."""

    Status = RewardStatus
    TRANSITIONS: transitions.Table = {
        Status.HELD: frozenset({Status.EARNED, Status.RELEASED}),
        Status.EARNED: frozenset({Status.PAYABLE}),
        Status.PAYABLE: frozenset({Status.PAID}),
        Status.PAID: frozenset(),
        Status.RELEASED: frozenset(),
    }

    acceptance = models.OneToOneField(Acceptance, on_delete=models.PROTECT, related_name="reward")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.HELD)
    amount_minor_units = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now)
    earned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [transitions.known("reward", RewardStatus)]

    def __str__(self) -> str:
        return f"reward {self.pk}"

    @property
    def amount(self) -> Money:
        """What the owner receives."""
        return Money(self.amount_minor_units, self.currency)
