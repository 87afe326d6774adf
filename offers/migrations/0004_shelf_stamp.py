"""A stamp that changes with the shelf, so that rendered pages can be kept until then.

The stamp is renewed in the transaction of the change: nobody sees it before the change itself. It
is random, so a restored or rolled-back database never meets pages of another state.
"""

from django.db import migrations, models

TABLES = ("offers_category", "offers_offer", "offers_offerversion", "offers_offerfield")

FUNCTION = """
CREATE FUNCTION offers_shelf_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO offers_shelf (id, stamp) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET stamp = gen_random_uuid();
    RETURN NULL;
END $$;
"""
TRIGGERS = "".join(
    f"CREATE TRIGGER shelf_changed AFTER INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();"
    for table in TABLES
)
BACKWARD = (
    "".join(f"DROP TRIGGER shelf_changed ON {table};" for table in TABLES)
    + "DROP FUNCTION offers_shelf_changed();"
)


class Migration(migrations.Migration):
    dependencies = [("offers", "0003_fields_are_searched_and_frozen")]
    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stamp", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(FUNCTION + TRIGGERS, BACKWARD),
    ]
