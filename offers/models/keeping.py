"""What people keep of the shop: searches that go on, offers to come back to, and what they miss."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from common import transitions
from common.ids import new_reference
from offers.models.shelf import Offer, Purpose

LONGEST_ADDRESS = 1_500  # of a search that is kept


def request_reference() -> str:
    return new_reference("DR")


class SearchRhythm(models.TextChoices):
    """How often the market tells of new matches."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never: only keep it")


class SavedSearch(models.Model):
    """A search somebody wants to hear of: new matches are told in its rhythm."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=120)
    address = models.CharField(
        max_length=LONGEST_ADDRESS, help_text="Parameters of the catalogue’s address."
    )
    rhythm = models.CharField(
        max_length=8, choices=SearchRhythm.choices, default=SearchRhythm.DAILY
    )
    created_at = models.DateTimeField(default=timezone.now)
    told_until = models.DateTimeField(help_text="What was published before is no news.")
    due_at = models.DateTimeField(null=True, help_text="When to look next; empty: never.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "address"], name="savedsearch_stands_once"),
            models.CheckConstraint(
                condition=models.Q(rhythm__in=SearchRhythm.values), name="savedsearch_rhythm_known"
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm="never", due_at=None)
                | (~models.Q(rhythm="never") & models.Q(due_at__isnull=False)),
                name="savedsearch_due_unless_never",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="savedsearch_due")]

    def __str__(self) -> str:
        return f"search {self.pk}"


class Bookmark(models.Model):
    """An offer that a person wants to find again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bookmarks")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "offer"], name="bookmark_stands_once")
        ]

    def __str__(self) -> str:
        return f"bookmark {self.pk}"


class OfferList(models.Model):
    """Offers that the members of an organisation look at together."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="offer_lists"
    )
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="offerlist_named_once")
        ]

    def __str__(self) -> str:
        return f"list {self.pk}"


class ListedOffer(models.Model):
    """One offer on a shared list, and who put it there."""

    offer_list = models.ForeignKey(OfferList, on_delete=models.CASCADE, related_name="entries")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer_list", "offer"], name="listedoffer_stands_once")
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class DataRequestStatus(models.TextChoices):
    """What became of a request."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class DataRequest(models.Model):
    """Data that an organisation misses on the shelf: publishers and moderators see it."""

    Status = DataRequestStatus
    TRANSITIONS: transitions.Table = {
        Status.OPEN: frozenset({Status.ANSWERED, Status.CLOSED}),
        Status.ANSWERED: frozenset(),
        Status.CLOSED: frozenset(),
    }

    reference = models.CharField(max_length=16, unique=True, default=request_reference)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="data_requests"
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    what = models.TextField(help_text="Which data, in the words of who asks.")
    purpose = models.CharField(max_length=40, choices=Purpose.choices)
    why = models.TextField()
    people = models.PositiveIntegerField()
    budget_minor_units = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="GBP")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    offer = models.ForeignKey(
        Offer, null=True, on_delete=models.PROTECT, related_name="+", help_text="The answer."
    )
    reason = models.CharField(max_length=512, blank=True, help_text="Why it was closed.")

    class Meta:
        constraints = [
            transitions.known("datarequest", DataRequestStatus),
            models.CheckConstraint(
                condition=~models.Q(status="answered") | models.Q(offer__isnull=False),
                name="datarequest_answer_is_an_offer",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="datarequest_queue")]

    def __str__(self) -> str:
        return self.reference
