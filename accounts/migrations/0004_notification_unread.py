"""How many notices somebody has not read stands on each of their pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_invitation")]
    operations = [
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("read_at", None)),
                fields=["user"],
                name="notification_unread",
            ),
        ),
    ]
