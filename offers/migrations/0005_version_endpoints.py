"""What a HAT must hold to fill a version, as a column: owners' inboxes are asked for in SQL.

PostgreSQL computes it from the bundle, for what is there already too, so the two never differ.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION offers_bundle_endpoints(bundle jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT coalesce(array_agg(DISTINCT named #>> '{}' ORDER BY named #>> '{}'), '{}')
        FROM jsonb_path_query(bundle, '$.bundle.*.endpoints[*].endpoint') AS named
    );
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0004_shelf_stamp")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION offers_bundle_endpoints(jsonb);"),
        migrations.AddField(
            model_name="offerversion",
            name="endpoints",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("bundle", function="offers_bundle_endpoints"),
                help_text="What a HAT must hold: each endpoint the bundle reads, by name.",
                output_field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.TextField(), size=None
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="offerversion",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["endpoints"], name="offerversion_endpoints"
            ),
        ),
    ]
