"""The money book: double entry, append-only, balanced by the database (see migration 0002).

Amounts are minor units of one currency. A posting's amount is positive when it increases a
liability or income account and negative when it decreases one; asset accounts (``CLEARING``)
are negative when the platform holds money, so that every entry sums to zero.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    """What an account holds."""

    CLEARING = "clearing", _("Money at the gateway")  # reference: gateway name
    HELD_REWARDS = "held_rewards", _("Held for an order line: rewards")  # reference: line
    HELD_FEES = "held_fees", _("Held for an order line: fee and tax")  # reference: line
    OWNER_PAYABLE = "owner_payable", _("Earned by a HAT owner")  # reference: owner
    FEE_INCOME = "fee_income", _("Market fees earned")
    TAX_PAYABLE = "tax_payable", _("Tax on fees, owed")
    REFUND_IN_TRANSIT = "refund_in_transit", _("Refund on its way")  # reference: order


# These may never fall below zero: what is not there cannot be paid out.
NEVER_NEGATIVE = (
    AccountKind.HELD_REWARDS,
    AccountKind.HELD_FEES,
    AccountKind.OWNER_PAYABLE,
    AccountKind.FEE_INCOME,
    AccountKind.TAX_PAYABLE,
    AccountKind.REFUND_IN_TRANSIT,
)


class Account(models.Model):
    """One purse. ``balance`` is moved by a trigger on postings and by nothing else."""

    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    reference = models.CharField(max_length=40, default="")
    currency = models.CharField(max_length=3)
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference", "currency"], name="account_one_per_purpose"
            ),
            models.CheckConstraint(
                condition=models.Q(balance__gte=0) | ~models.Q(kind__in=NEVER_NEGATIVE),
                name="account_never_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=AccountKind.values), name="account_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}".strip()


class Entry(models.Model):
    """One movement of money, told once: a second entry with the same key is the same movement."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=40, db_index=True, help_text="The order line.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One leg of an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="posting_not_zero")
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.account_id}"
