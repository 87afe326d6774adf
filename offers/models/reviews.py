"""What organisations that got the data say of an offer, and what its publisher answers."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from common import transitions
from common.ids import new_reference
from common.language import gettext
from offers.models.shelf import Offer, OfferVersion, Purpose
from offers.ratings import MOST_STARS, icons_of


def review_reference() -> str:
    return new_reference("RV")


class Delivery(models.Model):
    """An organisation has got data of an offer: written by the app that knows, never shown alone.

    It says who may review, since when, and which version they know.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="deliveries")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(
        OfferVersion, on_delete=models.CASCADE, related_name="+", help_text="The newest they got."
    )
    delivered_at = models.DateTimeField(help_text="When data of that version was first there.")
    reminded_at = models.DateTimeField(null=True, help_text="When we asked for a review, once.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "organisation"], name="delivery_one_per_organisation"
            )
        ]
        indexes = [
            models.Index(
                fields=["delivered_at"],
                condition=models.Q(reminded_at=None),
                name="delivery_to_remind",
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class ReviewStatus(models.TextChoices):
    """What became of a review; a changed one is written anew and replaces the former."""

    WRITTEN = "written"
    SHOWN = "shown"
    TURNED_DOWN = "turned_down"
    HIDDEN = "hidden"
    REPLACED = "replaced"


class Review(models.Model):
    """What one organisation says of an offer. Its words never change: they are written anew."""

    class Stars(models.IntegerChoices):
        EXCELLENT = 5, _("Excellent")
        GOOD = 4, _("Good")
        FAIR = 3, _("Fair")
        WEAK = 2, _("Weak")
        POOR = 1, _("Poor")

    Status = ReviewStatus
    TRANSITIONS: transitions.Table = {
        Status.WRITTEN: frozenset({Status.SHOWN, Status.TURNED_DOWN, Status.REPLACED}),
        Status.SHOWN: frozenset({Status.HIDDEN, Status.REPLACED}),
        Status.TURNED_DOWN: frozenset(),
        Status.HIDDEN: frozenset(),
        Status.REPLACED: frozenset(),
    }

    reference = models.CharField(max_length=16, unique=True, default=review_reference)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="reviews")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField(choices=Stars.choices)
    as_described = models.PositiveSmallIntegerField(null=True, choices=Stars.choices)
    completeness = models.PositiveSmallIntegerField(null=True, choices=Stars.choices)
    ease = models.PositiveSmallIntegerField(null=True, choices=Stars.choices)
    headline = models.CharField(max_length=80)
    text = models.TextField()
    used_for = models.CharField(max_length=40, choices=Purpose.choices, blank=True)
    shows_name = models.BooleanField(default=False, help_text="Else kind and place are shown.")
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.WRITTEN)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=512, blank=True, help_text="Why it is not shown.")

    class Meta:
        constraints = [
            transitions.known("review", ReviewStatus),
            models.UniqueConstraint(
                fields=["offer", "organisation"],
                condition=models.Q(status="shown"),
                name="review_one_shown",
            ),
            models.UniqueConstraint(
                fields=["offer", "organisation"],
                condition=models.Q(status="written"),
                name="review_one_waiting",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__range": (1, MOST_STARS)}),
                    name=f"review_{name}_in_stars",
                )
                for name in ("stars", "as_described", "completeness", "ease")
            ),
        ]
        indexes = [
            models.Index(fields=["offer", "status", "-id"], name="review_shown"),
            models.Index(
                fields=["id"], condition=models.Q(status="written"), name="review_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def icons(self) -> list[str]:
        """Its stars as five icons."""
        return icons_of(2 * self.stars)

    @property
    def author(self) -> str:
        """Who says it, as the organisation chose to be called; never a person."""
        if self.shows_name:
            return self.organisation.name
        return described(self.organisation)


def described(organisation: Organisation) -> str:
    """What it is and where, for who does not want to be named: ``Charity, Leeds``."""
    return ", ".join(filter(None, [gettext(organisation.kind), organisation.city]))


class ReviewAnswerStatus(models.TextChoices):
    """What became of an answer."""

    WRITTEN = "written"
    SHOWN = "shown"
    TURNED_DOWN = "turned_down"
    HIDDEN = "hidden"


class ReviewAnswer(models.Model):
    """What the publisher, or the market, says to one review; one of them stands at a time."""

    Status = ReviewAnswerStatus
    TRANSITIONS: transitions.Table = {
        Status.WRITTEN: frozenset({Status.SHOWN, Status.TURNED_DOWN}),
        Status.SHOWN: frozenset({Status.HIDDEN}),
        Status.TURNED_DOWN: frozenset(),
        Status.HIDDEN: frozenset(),
    }

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_by_market = models.BooleanField(default=False)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.WRITTEN)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=512, blank=True, help_text="Why it is not shown.")

    class Meta:
        constraints = [
            transitions.known("reviewanswer", ReviewAnswerStatus),
            models.UniqueConstraint(
                fields=["review"],
                condition=models.Q(status__in=("written", "shown")),
                name="reviewanswer_one_stands",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class ReviewReport(models.Model):
    """An organisation asks moderators to look at a shown review again."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="reports")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=512)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, help_text="A moderator has decided about it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "organisation"], name="reviewreport_once_per_organisation"
            )
        ]
        indexes = [
            models.Index(
                fields=["review"], condition=models.Q(settled_at=None), name="reviewreport_open"
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
