"""Search finds an offer by its fields, and the fields of a published version never change."""

import functools

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION offers_field_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM offers_offerversion
        WHERE id = OLD.version_id AND status IN ('published', 'retired')
    ) THEN
        RAISE EXCEPTION 'the fields of a published offer version never change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER offerfield_is_frozen BEFORE UPDATE OR DELETE ON offers_offerfield
    FOR EACH ROW EXECUTE FUNCTION offers_field_frozen();
"""

BACKWARD = """
DROP TRIGGER offerfield_is_frozen ON offers_offerfield;
DROP FUNCTION offers_field_frozen();
"""


CONFIG = django.contrib.postgres.search.SearchConfig("english")
PARTS = [
    django.contrib.postgres.search.SearchVector(column, weight=weight, config="english")
    for column, weight in [("title", "A"), ("summary", "B"), ("words", "B"), ("description", "C")]
]


class Migration(migrations.Migration):
    dependencies = [("offers", "0002_published_versions_are_frozen")]
    operations = [
        migrations.RemoveIndex(model_name="offerversion", name="offerversion_search"),
        migrations.RemoveField(model_name="offerversion", name="search"),
        migrations.AddField(
            model_name="offerversion",
            name="words",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Names and meanings of the fields, and the subject.",
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=functools.reduce(
                    lambda one, other: django.contrib.postgres.search.CombinedSearchVector(
                        one, "||", other, CONFIG
                    ),
                    PARTS,
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="offerversion",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="offerversion_search"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="people_counted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
