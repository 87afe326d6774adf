"""A refund that failed can be sent again: its attempts are counted, one key each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("buyers", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="refund",
            name="attempt",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="Counts on when a moderator has it sent again after it failed."
            ),
        ),
    ]
