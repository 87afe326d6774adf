"""What moderators put on the front of the market for a while."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from offers.models.shelf import Offer


class Feature(models.Model):
    """An offer on the home page, up to and with a day."""

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="feature")
    until = models.DateField()
    featured_at = models.DateTimeField()
    featured_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"feature {self.pk}"
