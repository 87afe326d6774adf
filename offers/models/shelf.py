"""The shelf: offers and their immutable versions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from common import transitions
from common.ids import new_reference
from common.language import gettext
from common.money import Money
from offers import limits
from offers.cards import rhythm
from offers.constants import LONGEST_KINDS, RETENTION_DAYS
from offers.facts import FRESHNESS, LONGEST_COVERAGE, Facts
from offers.ratings import MOST_STARS, Rating


def offer_reference() -> str:
    return new_reference("HM")


def no_stars() -> list[int]:
    return [0] * MOST_STARS


class Category(models.Model):
    """A subject on the shelf; ``drawing`` names a symbol of the drawings sprite."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    about = models.TextField(blank=True, default="", help_text="The topic page’s own words.")
    drawing = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return gettext(self.name)

    @property
    def lead(self) -> str:
        """The topic page's own words in the reader's language."""
        return gettext(self.about) if self.about else ""


class Purpose(models.TextChoices):
    """The closed list of purposes; each is a term of the W3C Data Privacy Vocabulary 2.3."""

    ACADEMIC_RESEARCH = "AcademicResearch", _("Academic research and publication")
    SCIENTIFIC_RESEARCH = "ScientificResearch", _("Scientific research, health included")
    PUBLIC_BENEFIT = "PublicBenefit", _("Planning of public services and places")
    OFFICIAL_STATISTICS = "ProvideOfficialStatistics", _("Official statistics")
    MARKET_RESEARCH = (
        "CommercialResearch",
        _("Market research about groups, never about one person"),
    )
    SERVICE_IMPROVEMENT = "ImproveExistingProductsAndServices", _("Improving products and services")
    PRODUCT_DEVELOPMENT = "ResearchAndDevelopment", _("Designing new products and services")


class OfferStatus(models.TextChoices):
    """Whether the offer stands on the shelf."""

    LISTED = "listed"
    PAUSED = "paused"


class Offer(models.Model):
    """A product on the shelf. What it says is in its current, published version."""

    Status = OfferStatus
    TRANSITIONS: transitions.Table = {
        Status.LISTED: frozenset({Status.PAUSED}),
        Status.PAUSED: frozenset({Status.LISTED}),
    }

    reference = models.CharField(max_length=16, unique=True, default=offer_reference)
    slug = models.SlugField(max_length=80, unique=True)
    publisher = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offers",
        help_text="Empty: the market's own shelf.",
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="offers")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.LISTED)
    current_version = models.ForeignKey(
        "OfferVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    people_available = models.PositiveIntegerField(
        default=0, help_text="Lower edge of the published band of people who can fill it."
    )
    people_counted_at = models.DateTimeField(null=True, blank=True)
    popularity = models.PositiveSmallIntegerField(
        default=0, help_text="Band of how many organisations bought places lately: 0 to 4."
    )
    invitation_code = models.CharField(
        max_length=16,
        null=True,
        blank=True,
        unique=True,
        help_text="Private offers are found by this code only; empty: everybody finds it.",
    )
    star_counts = ArrayField(
        models.PositiveIntegerField(),
        size=MOST_STARS,
        default=no_stars,
        help_text="How many shown reviews gave one star, two, and so on.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [transitions.known("offer", OfferStatus)]
        indexes = [
            models.Index(fields=["status", "category", "-id"], name="offer_shelf"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_private(self) -> bool:
        """Whether it is found by its code only."""
        return bool(self.invitation_code)

    @property
    def rating(self) -> Rating:
        """What its shown reviews say together."""
        return Rating(self.star_counts)


class Shelf(models.Model):
    """One row whose stamp a trigger renews with every change of what the shop shows."""

    stamp = models.UUIDField()

    def __str__(self) -> str:
        return str(self.stamp)


class OfferVersionStatus(models.TextChoices):
    """The life of a version."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    RETIRED = "retired"


class Collection(models.TextChoices):
    """How often the data is read."""

    ONCE = "once", _("Once")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")


class OfferVersion(models.Model):
    """What an offer says, frozen and hashed when published; nothing published ever changes."""

    Status = OfferVersionStatus
    TRANSITIONS: transitions.Table = {
        Status.DRAFT: frozenset({Status.SUBMITTED}),
        Status.SUBMITTED: frozenset({Status.PUBLISHED, Status.SENT_BACK}),
        Status.SENT_BACK: frozenset({Status.DRAFT}),
        Status.PUBLISHED: frozenset({Status.RETIRED}),
        Status.RETIRED: frozenset(),
    }

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=200, help_text="One line for the card.")
    description = models.TextField(help_text="Plain words, for buyers.")
    for_people = models.TextField(help_text="What owners read: what is and is not included.")
    bundle = models.JSONField(help_text="In the HAT's own bundle language.")
    conditions = models.JSONField(null=True, blank=True)
    purposes = ArrayField(models.CharField(max_length=40), help_text="Allowed purposes.")
    never = ArrayField(models.CharField(max_length=120), default=list, help_text="Forbidden uses.")
    reward_minor_units = models.PositiveIntegerField()
    fee_minor_units = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="GBP")
    collection = models.CharField(max_length=6, choices=Collection.choices)
    period_days = models.PositiveSmallIntegerField(help_text="How long the debit stays open.")
    smallest_group = models.PositiveSmallIntegerField(default=20)
    longest_retention_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="After delivery; empty: as long as the market allows."
    )
    countries = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        help_text="Where the data may be kept; empty: in any country of the list.",
    )
    special_category = models.BooleanField(default=False, help_text="GDPR article 9.")
    precise_location = models.BooleanField(default=False)
    sample = models.JSONField(default=list, help_text="Invented answers, in the HAT's own form.")
    record_kinds = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, help_text="How rows come about."
    )
    freshness = models.CharField(
        max_length=8,
        blank=True,
        default="",
        help_text="Age of the newest record when read; empty: not stated.",
    )
    reaches_back_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How far back; 0: only how things stand."
    )
    usual_records = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of most people, at most: the upper edge of a band."
    )
    coverage = models.CharField(
        max_length=LONGEST_COVERAGE,
        blank=True,
        default="",
        help_text="Which people and places, in words.",
    )
    use_cases = models.JSONField(
        default=list, blank=True, help_text="What it is good for: headline and text, up to six."
    )
    examples = models.JSONField(
        default=list, blank=True, help_text="Questions with the recipes that answer them."
    )
    content_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=512, blank=True)
    words = models.TextField(
        blank=True, default="", help_text="Names and meanings of the fields, and the subject."
    )
    endpoints = models.GeneratedField(
        expression=models.Func("bundle", function="offers_bundle_endpoints"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
        help_text="What a HAT must hold: each endpoint the bundle reads, by name.",
    )

    class Meta:
        constraints = [
            transitions.known("offerversion", OfferVersionStatus),
            models.UniqueConstraint(fields=["offer", "number"], name="offerversion_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(smallest_group__gte=10), name="offerversion_group_floor"
            ),
            models.CheckConstraint(
                condition=models.Q(special_category=False) | models.Q(smallest_group__gte=50),
                name="offerversion_special_group_floor",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published") | ~models.Q(content_hash=""),
                name="offerversion_published_is_hashed",
            ),
            models.CheckConstraint(
                condition=models.Q(longest_retention_days=None)
                | models.Q(longest_retention_days__gte=RETENTION_DAYS[0]),
                name="offerversion_retention_floor",
            ),
            models.CheckConstraint(
                condition=models.Q(collection__in=Collection.values),
                name="offerversion_collection_known",
            ),
            models.CheckConstraint(
                condition=models.Q(freshness__in=["", *FRESHNESS]),
                name="offerversion_freshness_known",
            ),
        ]
        indexes = [
            GinIndex(fields=["endpoints"], name="offerversion_endpoints"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} v{self.number}"

    @property
    def reward(self) -> Money:
        """What one person receives."""
        return Money(self.reward_minor_units, self.currency)

    @property
    def fee(self) -> Money:
        """The market's fee for one person, before tax."""
        return Money(self.fee_minor_units, self.currency)

    @property
    def price(self) -> Money:
        """Reward and fee for one person, before tax."""
        return self.reward + self.fee

    @property
    def retention_words(self) -> str:
        """How long an order may keep the data at most: ``6 months``."""
        return limits.retention_words(self.longest_retention_days)

    @property
    def place_words(self) -> str:
        """Where an order may keep it: ``in Germany or in France``."""
        return limits.place_words(self.countries)

    @property
    def rhythm(self) -> str:
        """How often and how long: ``Once``, ``Daily, 30 days``."""
        return rhythm(self.collection, period_days=self.period_days)

    @property
    def facts(self) -> Facts | None:
        """Coverage and freshness; ``None`` where nothing of it was stated."""
        if not self.freshness:
            return None
        return Facts(
            record_kinds=self.record_kinds,
            freshness=self.freshness,
            reaches_back_days=self.reaches_back_days or 0,
            usual_records=self.usual_records or 0,
            coverage=self.coverage,
        )


class OfferField(models.Model):
    """One column of the file to come, in plain words."""

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("kind of field", "text")
        WHOLE = "whole number", pgettext_lazy("kind of field", "whole number")
        DECIMAL = "decimal", pgettext_lazy("kind of field", "decimal")
        TIME = "date and time", pgettext_lazy("kind of field", "date and time")
        DATE = "date", pgettext_lazy("kind of field", "date")
        YES_NO = "yes or no", pgettext_lazy("kind of field", "yes or no")
        LIST = "list", pgettext_lazy("kind of field", "list")

    version = models.ForeignKey(OfferVersion, on_delete=models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField()
    table = models.CharField(max_length=60, help_text="The bundle's property.")
    path = models.CharField(max_length=120, help_text="Destination path in the mapping.")
    name = models.CharField(max_length=60)
    meaning = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    unit = models.CharField(max_length=40, blank=True)
    example = models.CharField(max_length=120)
    may_be_missing = models.BooleanField(default=False)
    sensitivity = models.CharField(
        max_length=LONGEST_KINDS, blank=True, help_text="Of data-shapes: LOC …"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "table", "path"], name="offerfield_one_per_column"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "text",
                        "whole number",
                        "decimal",
                        "date and time",
                        "date",
                        "yes or no",
                        "list",
                    ]
                ),
                name="offerfield_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table}.{self.path}"
