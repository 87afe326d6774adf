"""Coverage, freshness, use cases and worked examples: stated by versions, and counted as filters.

Versions that were published before state nothing and keep their hash; their publisher states it
with the next version. The data catalogue gets usual values by kind of record, which its file, or
its moderators, make exact.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

FRESHNESS = ("minutes", "hours", "day", "week", "change")
WORDS = {
    "minutes": "Minutes old",
    "hours": "Hours old",
    "day": "About a day old",
    "week": "About a week old",
    "change": "As old as the person’s last change",
}
STATED = (
    *("record_kinds", "freshness", "reaches_back_days", "usual_records", "coverage"),
    *("use_cases", "examples"),
)

USUAL = """
UPDATE offers_dataendpoint SET freshness = 'hours', reaches_back_days = 365, records_a_month = 31
WHERE kind IN ('event', 'day');
"""

FROZEN = f"""
CREATE FUNCTION offers_version_states_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('published', 'retired') AND (
        {", ".join(f"NEW.{name}" for name in STATED)}
    ) IS DISTINCT FROM (
        {", ".join(f"OLD.{name}" for name in STATED)}
    ) THEN
        RAISE EXCEPTION 'a published offer version never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offerversion_states_once BEFORE UPDATE ON offers_offerversion
    FOR EACH ROW EXECUTE FUNCTION offers_version_states_once();
"""
THAWED = """
DROP TRIGGER offerversion_states_once ON offers_offerversion;
DROP FUNCTION offers_version_states_once();
"""

# Two more digits of ``terms``: event by event (2), freshness (6; 0 where it is not stated).
SAID = ("v.special_category, v.precise_location,", "v.record_kinds, v.freshness,")
CARE = "+ 27 * (special_category::int + 2 * precise_location::int)"
DIGITS = (
    " + 108 * ('event' = ANY(record_kinds))::int"
    f" + 216 * coalesce(array_position(ARRAY{list(FRESHNESS)}, freshness::text), 0)"
)
RELIST = """
SELECT offers_list(array(
    SELECT id FROM offers_offer WHERE status = 'listed' AND current_version_id IS NOT NULL));
"""


def _rewritten(pairs: list[tuple[str, str]]) -> str:
    """SQL that replaces parts of the function that lists offers, each of which must be there."""
    steps = "".join(
        f"""
    IF position($a${old}$a$ IN text) = 0 THEN RAISE EXCEPTION 'offers_list is not as known'; END IF;
    text := replace(text, $a${old}$a$, $a${new}$a$);"""
        for old, new in pairs
    )
    return f"""
DO $do$ DECLARE text text := pg_get_functiondef('offers_list_public(bigint[])'::regprocedure);
BEGIN{steps}
    EXECUTE text;
END $do$;
{RELIST}"""


COUNTED = _rewritten([(SAID[0], " ".join(SAID)), (CARE, CARE + DIGITS)])
UNCOUNTED = _rewritten([(" ".join(SAID), SAID[0]), (CARE + DIGITS, CARE)])


class Migration(migrations.Migration):
    dependencies = [("offers", "0035_reviews")]
    operations = [
        migrations.AddField(
            model_name="dataendpoint",
            name="freshness",
            field=models.CharField(
                choices=list(WORDS.items()),
                default="change",
                help_text="How old the newest record usually is when it is read.",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="dataendpoint",
            name="reaches_back_days",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="How far back most people’s records go; 0: only how things stand.",
            ),
        ),
        migrations.AddField(
            model_name="dataendpoint",
            name="records_a_month",
            field=models.PositiveIntegerField(
                default=0, help_text="How many most people have at most; 0: one in all."
            ),
        ),
        migrations.AddConstraint(
            model_name="dataendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(freshness__in=FRESHNESS), name="dataendpoint_freshness_known"
            ),
        ),
        migrations.RunSQL(USUAL, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="offerversion",
            name="record_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=8),
                blank=True,
                default=list,
                help_text="How rows come about.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="freshness",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Age of the newest record when read; empty: not stated.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="reaches_back_days",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="How far back; 0: only how things stand.", null=True
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="usual_records",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Of most people, at most: the upper edge of a band.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="coverage",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Which people and places, in words.",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="use_cases",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="What it is good for: headline and text, up to six.",
            ),
        ),
        migrations.AddField(
            model_name="offerversion",
            name="examples",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Questions with the recipes that answer them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.CheckConstraint(
                condition=models.Q(freshness__in=["", *FRESHNESS]),
                name="offerversion_freshness_known",
            ),
        ),
        migrations.AlterField(
            model_name="listing",
            name="terms",
            field=models.SmallIntegerField(
                help_text=(
                    "Digits: collection (3), period (3), group (3), care (4), event (2), fresh (6)."
                )
            ),
        ),
        migrations.RunSQL(FROZEN, THAWED),
        migrations.RunSQL(COUNTED, UNCOUNTED),
    ]
