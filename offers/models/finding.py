"""What search reads: one narrow row an offer on the shelf, and the words people may type.

Triggers of the database keep all of it but the synonyms, which moderators keep (``docs/offers.md``,
“How search works”): the product writes nothing else here.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from offers.models.shelf import Category, Offer

MOST_SETS = 1 << 20  # of values: three of their numbers fit into one


class ValueSet(models.Model):
    """One combination of values that some offer has: ``source``, ``{fitbit,spotify}``.

    A listing names its combination by number, so that counting compares numbers only. Rows are
    never changed.
    """

    id = models.AutoField(primary_key=True)
    facet = models.CharField(max_length=12)
    members = ArrayField(models.TextField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facet", "members"], name="valueset_stands_once"),
            models.CheckConstraint(condition=models.Q(id__lt=MOST_SETS), name="valueset_is_short"),
        ]

    def __str__(self) -> str:
        return f"{self.facet} {self.pk}"


class Listing(models.Model):
    """An offer on the shelf as search sees it; an offer off the shelf has none."""

    offer = models.OneToOneField(Offer, primary_key=True, on_delete=models.CASCADE)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    published_at = models.DateTimeField()
    reward_minor_units = models.PositiveIntegerField()
    fee_minor_units = models.PositiveIntegerField()
    source_set = models.IntegerField(help_text="Data plugs: namespaces of the endpoints read.")
    kind_set = models.IntegerField(help_text="Kinds of data: sensitivities of the fields.")
    purpose_set = models.IntegerField()
    country_set = models.IntegerField(help_text="Of the publisher; “market” for our own shelf.")
    people = models.SmallIntegerField(help_text="Number of the published band of people.")
    popularity = models.SmallIntegerField()
    terms = models.SmallIntegerField(
        help_text="Digits: collection (3), period (3), group (3), care (4), event (2), fresh (6)."
    )
    brief = SearchVectorField(help_text="Title (A) and summary (B): what ranking looks at.")
    document = SearchVectorField(help_text="All that finds the offer.")

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="listing_document", fastupdate=False),
            models.Index(fields=["-published_at", "-offer"], name="listing_newest"),
        ]

    def __str__(self) -> str:
        return f"listing {self.pk}"


class Word(models.Model):
    """A word that some offer has on it, as it is written there: what “did you mean” knows."""

    word = models.CharField(max_length=40, primary_key=True)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="word_trigrams", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word


class Synonym(models.Model):
    """A word people type, and what else it finds: “steps” finds activity."""

    word = models.CharField(max_length=60, unique=True)
    finds = ArrayField(models.CharField(max_length=60))

    def __str__(self) -> str:
        return self.word
