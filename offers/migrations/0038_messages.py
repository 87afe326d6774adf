"""Messages to publishers; and what pages say of a publisher is never older than it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import offers.models.messages

# Pages that are kept name the publisher of an offer: how it is reached, how far we know it.
PUBLISHER_CHANGED = """
CREATE TRIGGER shelf_changed
    AFTER UPDATE OF kind, city, website, contact_email, shows_address, status, verified_at
    ON accounts_organisation FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();
"""
BACKWARD = "DROP TRIGGER shelf_changed ON accounts_organisation;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_shows_address"),
        ("offers", "0037_listing_numbers_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=offers.models.messages.message_reference, max_length=16, unique=True
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("data", "The data: what is in it, and what is not"),
                            ("terms", "A wish: other fields, other terms"),
                            ("order", "An order, or its delivery"),
                            ("people", "How people are asked and told"),
                            ("other", "Something else"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(help_text="Forgotten from then on.")),
                ("mailed_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                (
                    "offer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.offer",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages_sent",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "publisher",
                    models.ForeignKey(
                        help_text="Who is written to; none for the market itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "created_at"], name="message_sent"),
                    models.Index(fields=["ends_at"], name="message_ends"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject__in", ["data", "terms", "order", "people", "other"])
                        ),
                        name="message_subject_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("created_at"))),
                        name="message_ends_later",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PUBLISHER_CHANGED, BACKWARD),
    ]
