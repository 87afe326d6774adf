"""Numbers counted before were exact; the next count, minutes away, writes bands alone."""

from django.db import migrations

FORGET = """
UPDATE offers_offer SET people_available = 0, people_counted_at = NULL
WHERE people_counted_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0030_people_counts")]
    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
