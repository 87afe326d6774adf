"""Nothing a published version says can be changed: only its status may move on."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

FORWARD = """
CREATE FUNCTION offers_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('published', 'retired') AND (
        NEW.title, NEW.summary, NEW.description, NEW.for_people, NEW.bundle, NEW.conditions,
        NEW.purposes, NEW.never, NEW.reward_minor_units, NEW.fee_minor_units, NEW.currency,
        NEW.collection, NEW.period_days, NEW.smallest_group, NEW.special_category,
        NEW.precise_location, NEW.content_hash
    ) IS DISTINCT FROM (
        OLD.title, OLD.summary, OLD.description, OLD.for_people, OLD.bundle, OLD.conditions,
        OLD.purposes, OLD.never, OLD.reward_minor_units, OLD.fee_minor_units, OLD.currency,
        OLD.collection, OLD.period_days, OLD.smallest_group, OLD.special_category,
        OLD.precise_location, OLD.content_hash
    ) THEN
        RAISE EXCEPTION 'a published offer version never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offerversion_is_frozen BEFORE UPDATE ON offers_offerversion
    FOR EACH ROW EXECUTE FUNCTION offers_version_frozen();
"""

BACKWARD = """
DROP TRIGGER offerversion_is_frozen ON offers_offerversion;
DROP FUNCTION offers_version_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0001_initial")]
    operations = [TrigramExtension(), migrations.RunSQL(FORWARD, BACKWARD)]
