"""What came of earlier orders, as facts the shop may estimate and measure from."""

from django.db import models
from django.utils import timezone

from offers.models.shelf import Offer


class Outcome(models.Model):
    """One order line that has closed, in numbers; written by the app that knows, never shown alone.

    What pages say of them is said of several lines and many people together.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="outcomes")
    line_reference = models.CharField(max_length=16, unique=True)
    reward_minor_units = models.PositiveIntegerField(help_text="For one person.")
    currency = models.CharField(max_length=3)
    places = models.PositiveIntegerField()
    people_asked = models.PositiveIntegerField(
        help_text="Owners who let themselves be counted and could have said yes."
    )
    people_agreed = models.PositiveIntegerField(help_text="Those of them who did.")
    hours_open = models.PositiveIntegerField(help_text="Until it was full or closed; one or more.")
    was_filled = models.BooleanField()
    people_delivered = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0, help_text="Measured last; 0: none yet.")
    cells = models.PositiveBigIntegerField(default=0)
    cells_filled = models.PositiveBigIntegerField(default=0)
    hours_old = models.PositiveIntegerField(
        null=True, help_text="Age of the newest time in the data when it was sealed."
    )
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(people_agreed__lte=models.F("people_asked")),
                name="outcome_agreed_were_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(cells_filled__lte=models.F("cells")),
                name="outcome_filled_are_cells",
            ),
            models.CheckConstraint(condition=models.Q(hours_open__gte=1), name="outcome_was_open"),
        ]
        indexes = [models.Index(fields=["offer", "-id"], name="outcome_offer")]

    def __str__(self) -> str:
        return self.line_reference
