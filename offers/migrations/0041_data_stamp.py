"""Pages of the data catalogue and of publishers are kept too: the stamp follows what they say.

A publisher has a page as long as anything of it was ever on the shelf, so its name and country
count even where no listing has them.
"""

from django.db import migrations

TABLES = ("offers_datasource", "offers_dataendpoint", "offers_datafield")
TRIGGERS = "".join(
    f"CREATE TRIGGER shelf_changed AFTER INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();"
    for table in TABLES
) + (
    "CREATE TRIGGER shelf_changed_by_name AFTER UPDATE OF name, country ON accounts_organisation"
    " FOR EACH STATEMENT EXECUTE FUNCTION offers_shelf_changed();"
)
BACKWARD = (
    "".join(f"DROP TRIGGER shelf_changed ON {table};" for table in TABLES)
    + "DROP TRIGGER shelf_changed_by_name ON accounts_organisation;"
)


class Migration(migrations.Migration):
    dependencies = [("offers", "0040_how_long_and_where")]
    operations = [migrations.RunSQL(TRIGGERS, BACKWARD)]
