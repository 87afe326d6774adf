"""Search, feeds and maps read the listing: an offer found by its code only has no row there."""

from django.db import migrations

FORWARD = """
ALTER FUNCTION offers_list(bigint[]) RENAME TO offers_list_public;
CREATE FUNCTION offers_list(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM offers_listing l USING offers_offer o
    WHERE o.id = l.offer_id AND o.id = ANY(ids) AND o.invitation_code IS NOT NULL;
    PERFORM offers_list_public(array(
        SELECT wanted FROM unnest(ids) AS wanted WHERE NOT EXISTS (
            SELECT FROM offers_offer o WHERE o.id = wanted AND o.invitation_code IS NOT NULL
        )
    ));
END $$;
SELECT offers_list(array(SELECT id FROM offers_offer WHERE invitation_code IS NOT NULL));
"""
BACKWARD = """
DROP FUNCTION offers_list(bigint[]);
ALTER FUNCTION offers_list_public(bigint[]) RENAME TO offers_list;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0021_drafts_and_private_offers"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
