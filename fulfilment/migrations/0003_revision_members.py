"""Whose rows a revision holds, and when a dataset was purged."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0002_consent_is_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="dataset",
            name="purged_at",
            field=models.DateTimeField(help_text="Files, keys and blocks are gone.", null=True),
        ),
        migrations.AlterField(
            model_name="dataset",
            name="stale_since",
            field=models.DateTimeField(
                help_text="Last change that no revision reflects yet; it only grows.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="datasetfile",
            name="wrapped_key",
            field=models.BinaryField(help_text="Empty: destroyed, so the bytes open no more."),
        ),
        migrations.CreateModel(
            name="RevisionMembers",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "acceptance_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="fulfilment.datasetrevision",
                    ),
                ),
            ],
        ),
    ]
