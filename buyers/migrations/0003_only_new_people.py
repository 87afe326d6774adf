"""An organisation that tried an offer can order more of it, of other people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("buyers", "0002_refund_attempt")]
    operations = [
        migrations.AddField(
            model_name="orderline",
            name="only_new_people",
            field=models.BooleanField(
                default=False,
                help_text="Nobody from the organisation's other orders of the same offer.",
            ),
        ),
    ]
