"""The listing's numbers stand before its texts: reading them no longer walks through the texts.

Columns cannot be moved, so the texts are written anew behind the last number.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE offers_listing RENAME COLUMN brief TO former_brief;
ALTER TABLE offers_listing RENAME COLUMN document TO former_document;
ALTER TABLE offers_listing ADD COLUMN brief tsvector, ADD COLUMN document tsvector;
UPDATE offers_listing SET brief = former_brief, document = former_document;
ALTER TABLE offers_listing DROP COLUMN former_brief, DROP COLUMN former_document;
ALTER TABLE offers_listing ALTER COLUMN brief SET NOT NULL, ALTER COLUMN document SET NOT NULL;
CREATE INDEX listing_document ON offers_listing USING gin (document) WITH (fastupdate = off);
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0036_facts_and_examples")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
