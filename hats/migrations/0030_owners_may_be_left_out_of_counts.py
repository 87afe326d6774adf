"""An owner may say not to be counted; everybody is counted until they say so, as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hats", "0003_keys_and_words")]
    operations = [
        migrations.AddField(
            model_name="hatowner",
            name="is_counted",
            field=models.BooleanField(
                default=True,
                help_text="The owner lets themselves be counted among who can fill an offer.",
            ),
        ),
    ]
