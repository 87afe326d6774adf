"""How long and where an offer lets data be kept; frozen with everything else it says."""

import django.contrib.postgres.fields
from django.db import migrations, models

OFFERS_VERSION_LIMITS = """
CREATE FUNCTION offers_version_limits_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('published', 'retired') AND (
        NEW.longest_retention_days, NEW.countries
    ) IS DISTINCT FROM (
        OLD.longest_retention_days, OLD.countries
    ) THEN
        RAISE EXCEPTION 'a published offer version never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offerversion_limits_are_frozen BEFORE UPDATE ON offers_offerversion
    FOR EACH ROW EXECUTE FUNCTION offers_version_limits_frozen();
"""
BACKWARD = """
DROP TRIGGER offerversion_limits_are_frozen ON offers_offerversion;
DROP FUNCTION offers_version_limits_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0039_features")]
    operations = [
        migrations.AddField(
            model_name="offerversion",
            name="longest_retention_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="After delivery; empty: as long as the market allows.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="countries",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=2),
                blank=True,
                default=list,
                help_text="Where the data may be kept; empty: in any country of the list.",
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("longest_retention_days", None),
                    ("longest_retention_days__gte", 30),
                    _connector="OR",
                ),
                name="offerversion_retention_floor",
            ),
        ),
        migrations.RunSQL(OFFERS_VERSION_LIMITS, BACKWARD),
    ]
