"""People are kept as what may be shown of them, for each part of what an offer asks for."""

import django.contrib.postgres.fields
from django.db import migrations, models

TRIGGER = (
    "CREATE TRIGGER shelf_changed AFTER INSERT OR UPDATE OR DELETE ON offers_peoplecount"
    " FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();"
)


class Migration(migrations.Migration):
    dependencies = [("offers", "0022_private_offers_are_not_listed")]
    operations = [
        migrations.CreateModel(
            name="PeopleCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "endpoints",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        help_text="Sorted by name.",
                        size=None,
                        unique=True,
                    ),
                ),
                (
                    "people",
                    models.PositiveIntegerField(
                        help_text="Lower edge of the band; 0: fewer than ten."
                    ),
                ),
            ],
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER shelf_changed ON offers_peoplecount;"),
        migrations.AlterField(
            model_name="offer",
            name="people_available",
            field=models.PositiveIntegerField(
                default=0, help_text="Lower edge of the published band of people who can fill it."
            ),
        ),
    ]
