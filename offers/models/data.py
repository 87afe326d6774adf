"""The data catalogue: what HATs can hold, source by source, down to the field."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from offers.constants import LONGEST_KINDS
from offers.datafiles import example_text
from offers.facts import FRESHNESS, FRESHNESS_WORDS, reach_words
from offers.models.shelf import Category, OfferField


class DataKind(models.TextChoices):
    """What one record is about."""

    EVENT = "event", _("Something that happened")
    DAY = "day", _("The state of one day")
    STATE = "state", _("How things stand; the newest record counts")
    ANSWER = "answer", _("What the person wrote about themselves")


class FilterBy(models.TextChoices):
    """By which question a field can be narrowed; each has a form, a filter and words."""

    NOTHING = "", _("Cannot be narrowed")
    NUMBER = "number", _("From, up to")
    CHOICE = "choice", _("One of its known values")
    WORDS = "words", _("Has these words")
    YES_NO = "yes-no", _("Yes or no")
    ELEMENT = "element", _("The list includes this")
    DAY = "day", _("Days in text, such as 2026-02-11")
    MOMENT = "moment", _("Moments in text, such as 2026-02-11T08:14:52.331Z")
    SECONDS = "seconds", _("Moments as seconds since 1970")


class DataSource(models.Model):
    """A data plug, or what owners write themselves."""

    namespace = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    words = models.CharField(max_length=300, help_text="Where the data comes from, for buyers.")
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.namespace


class DataEndpoint(models.Model):
    """One kind of record. ``people`` is shown as a band only."""

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="endpoints")
    path = models.CharField(max_length=120, unique=True, help_text="As HATs name it.")
    name = models.CharField(max_length=60, help_text="Several of it: Nights of sleep.")
    record = models.CharField(max_length=200, help_text="What one record is, in words.")
    table = models.SlugField(max_length=40, help_text="Its table in the files of an offer.")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=DataKind.choices)
    natural_key = models.CharField(max_length=120, blank=True)
    time_field = models.CharField(max_length=120, blank=True, help_text="Path to sort by.")
    time_format = models.CharField(max_length=120, blank=True, help_text="In words.")
    volume = models.CharField(max_length=120, help_text="How often a record is written.")
    freshness = models.CharField(
        max_length=8,
        choices=FRESHNESS_WORDS,
        help_text="How old the newest record usually is when it is read.",
    )
    reaches_back_days = models.PositiveSmallIntegerField(
        default=0, help_text="How far back most people’s records go; 0: only how things stand."
    )
    records_a_month = models.PositiveIntegerField(
        default=0, help_text="How many most people have at most; 0: one in all."
    )
    note = models.CharField(max_length=300, blank=True, help_text="What else one must know.")
    position = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField(default=0)
    people_counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DataKind.values), name="dataendpoint_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(freshness__in=FRESHNESS), name="dataendpoint_freshness_known"
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def reach(self) -> str:
        """How far back, in words."""
        return reach_words(self.reaches_back_days)


class DataField(models.Model):
    """One field of a record, in plain words."""

    endpoint = models.ForeignKey(DataEndpoint, on_delete=models.CASCADE, related_name="fields")
    path = models.CharField(max_length=120, help_text="In the record, as a mapping reads it.")
    column = models.CharField(max_length=60, help_text="Its column in the files of an offer.")
    name = models.CharField(max_length=60)
    meaning = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=OfferField.Kind.choices)
    unit = models.CharField(max_length=40, blank=True)
    examples = models.JSONField(help_text="Invented values, as a HAT would answer them.")
    may_be_missing = models.BooleanField(default=False)
    sensitivity = models.CharField(
        max_length=LONGEST_KINDS, blank=True, help_text="Marks: ID, LOC, HEALTH …"
    )
    is_special = models.BooleanField(default=False, help_text="GDPR article 9.")
    is_precise_location = models.BooleanField(default=False)
    filter_by = models.CharField(
        max_length=8, choices=FilterBy.choices, default=FilterBy.NOTHING, blank=True
    )
    values = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, help_text="All it can be."
    )
    kept_back = models.CharField(
        max_length=200, blank=True, help_text="Why no offer may take it; empty: offers may."
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "path"], name="datafield_one_per_path"),
            models.UniqueConstraint(fields=["endpoint", "column"], name="datafield_one_per_column"),
            models.CheckConstraint(
                condition=models.Q(kind__in=OfferField.Kind.values), name="datafield_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(filter_by__in=FilterBy.values), name="datafield_filter_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.path}"

    @property
    def can_be_taken(self) -> bool:
        """Whether a new offer may ask for it."""
        return self.retired_at is None and not self.kept_back

    @property
    def example(self) -> str:
        """The first invented value, as a cell would show it."""
        return example_text(self.examples)
