"""Offers that moderators put on the front of the market; kept pages follow."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TRIGGER = (
    "CREATE TRIGGER shelf_changed AFTER INSERT OR UPDATE OR DELETE ON offers_feature"
    " FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0038_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField()),
                ("featured_at", models.DateTimeField()),
                (
                    "featured_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feature",
                        to="offers.offer",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(TRIGGER, migrations.RunSQL.noop),
    ]
