"""A field may reveal several things at once: room for all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offers", "0041_data_stamp")]
    operations = [
        migrations.AlterField(
            model_name="datafield",
            name="sensitivity",
            field=models.CharField(blank=True, help_text="Marks: ID, LOC, HEALTH …", max_length=40),
        ),
        migrations.AlterField(
            model_name="offerfield",
            name="sensitivity",
            field=models.CharField(blank=True, help_text="Of data-shapes: LOC …", max_length=40),
        ),
    ]
