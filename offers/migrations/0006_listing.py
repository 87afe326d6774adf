"""Search reads one narrow row an offer, which triggers keep: counting and ranking touch no other.

The index answers which rows match the words; ranking reads ``brief`` alone, which is short.
"""

from functools import reduce

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# As published: common.templatetags.ui.BAND_EDGES (a test holds them together).
BANDS = "ARRAY[10,20,50,100,200,500,1000,2000,5000,10000,20000,50000,100000]"

VALUE_SET = """
CREATE FUNCTION offers_value_set(of_facet text, of_members text[]) RETURNS integer
    LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    SELECT id INTO found FROM offers_valueset WHERE facet = of_facet AND members = of_members;
    IF found IS NULL THEN
        INSERT INTO offers_valueset (facet, members) VALUES (of_facet, of_members)
            ON CONFLICT (facet, members) DO NOTHING RETURNING id INTO found;
    END IF;
    IF found IS NULL THEN -- somebody else has written it meanwhile
        SELECT id INTO found FROM offers_valueset WHERE facet = of_facet AND members = of_members;
    END IF;
    RETURN found;
END $$;
"""

LIST = """
CREATE FUNCTION offers_list(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM offers_listing l WHERE l.offer_id = ANY(ids) AND NOT EXISTS (
        SELECT FROM offers_offer o
        WHERE o.id = l.offer_id AND o.status = 'listed' AND o.current_version_id IS NOT NULL
    );
    WITH said AS (
        SELECT o.id, o.category_id, v.published_at, v.created_at, v.reward_minor_units,
            v.fee_minor_units, o.people_available, o.popularity, v.collection, v.period_days,
            v.smallest_group, v.special_category, v.precise_location, v.title, v.summary,
            v.description, c.name AS category, v.words, coalesce(p.name, '') AS publisher,
            coalesce(p.country, 'market') AS country,
            array(SELECT DISTINCT split_part(e, '/', 1) FROM unnest(v.endpoints) e ORDER BY 1)
                AS sources,
            array(SELECT DISTINCT code::text FROM offers_offerfield f,
                unnest(string_to_array(f.sensitivity, ' ')) code
                WHERE f.version_id = v.id AND code <> '' ORDER BY 1) AS kinds,
            array(SELECT DISTINCT purpose::text FROM unnest(v.purposes) purpose ORDER BY 1)
                AS purposes
        FROM offers_offer o
        JOIN offers_offerversion v ON v.id = o.current_version_id
        JOIN offers_category c ON c.id = o.category_id
        LEFT JOIN accounts_organisation p ON p.id = o.publisher_id
        WHERE o.id = ANY(ids) AND o.status = 'listed'
    ), told AS (
        INSERT INTO offers_word (word)
        SELECT DISTINCT lexeme FROM said, unnest(to_tsvector('simple', concat_ws(' ',
            title, summary, category, words, publisher, array_to_string(sources, ' '))))
        WHERE lexeme ~ '^[[:alpha:]]{3,40}$'
        ON CONFLICT (word) DO NOTHING
    )
    INSERT INTO offers_listing (offer_id, category_id, published_at, reward_minor_units,
        fee_minor_units, source_set, kind_set, purpose_set, country_set, people, popularity,
        terms, brief, document)
    SELECT id, category_id, coalesce(published_at, created_at), reward_minor_units,
        fee_minor_units,
        offers_value_set('source', sources), offers_value_set('kind', kinds),
        offers_value_set('purpose', purposes), offers_value_set('country', ARRAY[country]),
        width_bucket(people_available, BANDS), popularity,
        -- Digits: collection (3), period (3), smallest group (3), care (4).
        CASE collection WHEN 'once' THEN 0 WHEN 'daily' THEN 1 ELSE 2 END
            + 3 * CASE WHEN collection = 'once' THEN 0 WHEN period_days <= 31 THEN 1 ELSE 2 END
            + 9 * width_bucket(smallest_group, ARRAY[21, 51])
            + 27 * (special_category::int + 2 * precise_location::int),
        brief,
        brief
            || setweight(to_tsvector('english', concat_ws(E'\\n',
                category, words, publisher, array_to_string(sources, ' '))), 'C')
            || setweight(to_tsvector('english', description), 'D')
    FROM said CROSS JOIN LATERAL (
        SELECT setweight(to_tsvector('english', title), 'A')
            || setweight(to_tsvector('english', summary), 'B') AS brief OFFSET 0
    ) AS short
    ON CONFLICT (offer_id) DO UPDATE SET category_id = EXCLUDED.category_id,
        published_at = EXCLUDED.published_at, reward_minor_units = EXCLUDED.reward_minor_units,
        fee_minor_units = EXCLUDED.fee_minor_units, source_set = EXCLUDED.source_set,
        kind_set = EXCLUDED.kind_set, purpose_set = EXCLUDED.purpose_set,
        country_set = EXCLUDED.country_set, people = EXCLUDED.people,
        popularity = EXCLUDED.popularity, terms = EXCLUDED.terms,
        brief = EXCLUDED.brief, document = EXCLUDED.document;
END $$;
"""

OFFERS_CHANGED = """
CREATE FUNCTION offers_offers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM offers_list(array(
            SELECT id FROM changed WHERE status = 'listed' AND current_version_id IS NOT NULL));
        RETURN NULL;
    END IF;
    PERFORM offers_list(array(
        SELECT id FROM changed JOIN former USING (id)
        WHERE (changed.status, changed.current_version_id, changed.category_id,
               changed.publisher_id)
            IS DISTINCT FROM (former.status, former.current_version_id, former.category_id,
               former.publisher_id)
    ));
    UPDATE offers_listing l
    SET people = width_bucket(changed.people_available, BANDS), popularity = changed.popularity
    FROM changed JOIN former USING (id)
    WHERE l.offer_id = changed.id
        AND (changed.people_available, changed.popularity)
            IS DISTINCT FROM (former.people_available, former.popularity)
        AND (l.people, l.popularity) IS DISTINCT FROM
            (width_bucket(changed.people_available, BANDS), changed.popularity);
    RETURN NULL;
END $$;
CREATE TRIGGER listing_follows_insert AFTER INSERT ON offers_offer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION offers_offers_changed();
CREATE TRIGGER listing_follows_update AFTER UPDATE ON offers_offer
    REFERENCING OLD TABLE AS former NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION offers_offers_changed();
"""

# Column that leads from the changed row to the offers; what the listing says of it.
FOLLOWED = {
    "offers_offerversion": ("o.current_version_id = changed.id", "published_at, title, summary"),
    "offers_category": ("o.category_id = changed.id", "name"),
    "accounts_organisation": ("o.publisher_id = changed.id", "name, country"),
}


def _follows(table: str) -> str:
    join, said = FOLLOWED[table]
    now, was = (", ".join(f"{row}.{part}" for part in said.split(", ")) for row in ROWS)
    text = """
CREATE FUNCTION ITS_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offers_list(array(
        SELECT o.id FROM offers_offer o JOIN changed ON JOIN_HERE
        JOIN former ON former.id = changed.id
        WHERE (SAID_NOW) IS DISTINCT FROM (SAID_BEFORE)
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER listing_follows AFTER UPDATE ON ITS
    REFERENCING OLD TABLE AS former NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ITS_said();
"""
    fills = {"ITS": table, "JOIN_HERE": join, "SAID_NOW": now, "SAID_BEFORE": was}
    return reduce(lambda sql, fill: sql.replace(*fill), fills.items(), text)


ROWS = ("changed", "former")
STAMPED = "".join(
    f"CREATE TRIGGER shelf_changed AFTER INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();"
    for table in ("offers_listing", "offers_synonym")
)
SYNONYMS = """
CREATE FUNCTION offers_any_of(phrases text[]) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    phrase text;
    found tsquery := ''::tsquery;
BEGIN
    FOREACH phrase IN ARRAY phrases LOOP
        found := found || phraseto_tsquery('english', phrase);
    END LOOP;
    RETURN found;
END $$;
ALTER TABLE offers_synonym
    ADD COLUMN target tsquery GENERATED ALWAYS AS (plainto_tsquery('english', word)) STORED,
    ADD COLUMN substitute tsquery GENERATED ALWAYS AS (
        plainto_tsquery('english', word) || offers_any_of(finds::text[])
    ) STORED;
CREATE FUNCTION offers_query(words text) RETURNS tsquery LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    asked tsquery := websearch_to_tsquery('english', words);
BEGIN
    IF numnode(asked) = 0 THEN
        RETURN asked;
    END IF;
    -- Only words that were typed are widened: a synonym of a synonym is not meant.
    RETURN ts_rewrite(asked, format(
        'SELECT target, substitute FROM offers_synonym WHERE %L::tsquery @> target'
        ' AND numnode(target) > 0 ORDER BY id', asked));
END $$;
"""
BACKWARD = (
    "".join(
        f"DROP TRIGGER listing_follows ON {table}; DROP FUNCTION {table}_said();"
        for table in FOLLOWED
    )
    + """
DROP TRIGGER listing_follows_insert ON offers_offer;
DROP TRIGGER listing_follows_update ON offers_offer;
DROP FUNCTION offers_offers_changed();
DROP FUNCTION offers_list(bigint[]);
DROP FUNCTION offers_value_set(text, text[]);
DROP FUNCTION offers_query(text);
ALTER TABLE offers_synonym DROP COLUMN target, DROP COLUMN substitute;
DROP FUNCTION offers_any_of(text[]);
"""
)
FILL = """
SELECT offers_list(array(
    SELECT id FROM offers_offer WHERE status = 'listed' AND current_version_id IS NOT NULL));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0005_version_endpoints"),
        ("accounts", "0004_notification_unread"),
    ]
    operations = [
        migrations.RemoveIndex(model_name="offerversion", name="offerversion_search"),
        migrations.RemoveField(model_name="offerversion", name="search"),
        migrations.AddField(
            model_name="offer",
            name="popularity",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Band of how many organisations bought places lately: 0 to 4.",
            ),
        ),
        migrations.CreateModel(
            name="ValueSet",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("facet", models.CharField(max_length=12)),
                (
                    "members",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="valueset",
            constraint=models.UniqueConstraint(
                fields=("facet", "members"), name="valueset_stands_once"
            ),
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="word_trigrams", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=60, unique=True)),
                (
                    "finds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="offers.offer",
                    ),
                ),
                ("published_at", models.DateTimeField()),
                ("reward_minor_units", models.PositiveIntegerField()),
                ("fee_minor_units", models.PositiveIntegerField()),
                (
                    "source_set",
                    models.IntegerField(help_text="Data plugs: namespaces of the endpoints read."),
                ),
                (
                    "kind_set",
                    models.IntegerField(help_text="Kinds of data: sensitivities of the fields."),
                ),
                ("purpose_set", models.IntegerField()),
                (
                    "country_set",
                    models.IntegerField(help_text="Of the publisher; “market” for our own shelf."),
                ),
                (
                    "people",
                    models.SmallIntegerField(help_text="Number of the published band of people."),
                ),
                ("popularity", models.SmallIntegerField()),
                (
                    "terms",
                    models.SmallIntegerField(
                        help_text="Digits: collection (3), period (3), group (3), care (4)."
                    ),
                ),
                (
                    "brief",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="Title (A) and summary (B): what ranking looks at."
                    ),
                ),
                (
                    "document",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="All that finds the offer."
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="offers.category",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["document"], name="listing_document"
                    ),
                    models.Index(fields=["-published_at", "-offer"], name="listing_newest"),
                ],
            },
        ),
        migrations.RunSQL(STAMPED, migrations.RunSQL.noop),
        migrations.RunSQL(
            SYNONYMS
            + VALUE_SET
            + (LIST + OFFERS_CHANGED).replace("BANDS", BANDS)
            + "".join(map(_follows, FOLLOWED)),
            BACKWARD,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
