"""What came of earlier orders: estimates and measured quality on pages come from here."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

TRIGGER = (
    "CREATE TRIGGER shelf_changed AFTER INSERT OR UPDATE OR DELETE ON offers_outcome"
    " FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();"
)


class Migration(migrations.Migration):
    dependencies = [("offers", "0031_exact_counts_are_forgotten")]
    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_reference", models.CharField(max_length=16, unique=True)),
                ("reward_minor_units", models.PositiveIntegerField(help_text="For one person.")),
                ("currency", models.CharField(max_length=3)),
                ("places", models.PositiveIntegerField()),
                (
                    "people_asked",
                    models.PositiveIntegerField(
                        help_text="Owners who let themselves be counted and could have said yes."
                    ),
                ),
                ("people_agreed", models.PositiveIntegerField(help_text="Those of them who did.")),
                (
                    "hours_open",
                    models.PositiveIntegerField(
                        help_text="Until it was full or closed; one or more."
                    ),
                ),
                ("was_filled", models.BooleanField()),
                ("people_delivered", models.PositiveIntegerField(default=0)),
                (
                    "revision",
                    models.PositiveIntegerField(default=0, help_text="Measured last; 0: none yet."),
                ),
                ("cells", models.PositiveBigIntegerField(default=0)),
                ("cells_filled", models.PositiveBigIntegerField(default=0)),
                (
                    "hours_old",
                    models.PositiveIntegerField(
                        help_text="Age of the newest time in the data when it was sealed.",
                        null=True,
                    ),
                ),
                ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="offers.offer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["offer", "-id"], name="outcome_offer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("people_agreed__lte", models.F("people_asked"))),
                        name="outcome_agreed_were_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cells_filled__lte", models.F("cells"))),
                        name="outcome_filled_are_cells",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours_open__gte", 1)), name="outcome_was_open"
                    ),
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER shelf_changed ON offers_outcome;"),
    ]
