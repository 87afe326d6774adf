"""What somebody agreed to, and when it changed, can be neither rewritten nor deleted."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION fulfilment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER consentrecord_is_append_only BEFORE UPDATE OR DELETE ON fulfilment_consentrecord
    FOR EACH ROW EXECUTE FUNCTION fulfilment_refuse_change();
CREATE TRIGGER consentevent_is_append_only BEFORE UPDATE OR DELETE ON fulfilment_consentevent
    FOR EACH ROW EXECUTE FUNCTION fulfilment_refuse_change();
"""

BACKWARD = """
DROP TRIGGER consentevent_is_append_only ON fulfilment_consentevent;
DROP TRIGGER consentrecord_is_append_only ON fulfilment_consentrecord;
DROP FUNCTION fulfilment_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
