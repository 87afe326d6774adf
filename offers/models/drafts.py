"""An organisation's own offer while it is being composed."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from accounts.models import Organisation, User
from common.ids import new_reference
from offers.models.shelf import Offer


def draft_reference() -> str:
    return new_reference("DR")


class OfferDraft(models.Model):
    """What has been answered so far, step by step; handed in, it becomes a version of ``offer``.

    The draft stays: what is sent back, or published, is changed in the same draft and handed in
    as the next version.
    """

    reference = models.CharField(max_length=16, unique=True, default=draft_reference)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="drafts")
    offer = models.OneToOneField(Offer, null=True, on_delete=models.PROTECT, related_name="draft")
    answers = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, help_text="By step, as offers.composing reads it."
    )
    pages = models.JSONField(default=dict, help_text="By step, which open page saved it last.")
    is_private = models.BooleanField(default=False, help_text="Found by its code only.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-changed_at"], name="offerdraft_listed")]

    def __str__(self) -> str:
        return self.reference
