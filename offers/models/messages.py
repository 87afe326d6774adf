"""What members of organisations write to whoever publishes an offer, until it is forgotten."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from common.ids import new_reference
from offers.models.shelf import Offer


def message_reference() -> str:
    return new_reference("MS")


class MessageSubject(models.TextChoices):
    """What a message is about."""

    DATA = "data", _("The data: what is in it, and what is not")
    TERMS = "terms", _("A wish: other fields, other terms")
    ORDER = "order", _("An order, or its delivery")
    PEOPLE = "people", _("How people are asked and told")
    OTHER = "other", _("Something else")


class Message(models.Model):
    """One message: mailed by number, so the words lie here only, and only for a while."""

    reference = models.CharField(max_length=16, unique=True, default=message_reference)
    publisher = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="messages",
        help_text="Who is written to; none for the market itself.",
    )
    offer = models.ForeignKey(Offer, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="messages_sent"
    )
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=8, choices=MessageSubject.choices)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(help_text="Forgotten from then on.")
    mailed_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject__in=MessageSubject.values), name="message_subject_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("created_at")), name="message_ends_later"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "created_at"], name="message_sent"),
            models.Index(fields=["ends_at"], name="message_ends"),
        ]

    def __str__(self) -> str:
        return self.reference
