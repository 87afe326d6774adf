"""How many people could fill what the shop asks for, as far as it may be told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PeopleCount(models.Model):
    """The answer to one question: how many people hold all of these endpoints.

    Kept is the lower edge of the published band and nothing finer: no exact number is stored.
    """

    endpoints = ArrayField(models.TextField(), unique=True, help_text="Sorted by name.")
    people = models.PositiveIntegerField(help_text="Lower edge of the band; 0: fewer than ten.")

    def __str__(self) -> str:
        return ", ".join(self.endpoints)
