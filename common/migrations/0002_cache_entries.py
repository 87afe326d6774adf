"""The table of Django's database cache: rate limits and the like, shared by all processes."""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE cache_entries (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX cache_entries_expires ON cache_entries (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE cache_entries;")]
