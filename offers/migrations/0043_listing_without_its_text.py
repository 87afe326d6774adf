"""Counting reads a third of the pages: the words that find an offer no longer stand in its row.

PostgreSQL moves texts out of a row from 2 kB on only; a listing has less. So each row carries a
ballast, which makes PostgreSQL look for what can be moved and is itself pressed to some thirty
bytes. The longest text goes, ``document``: only the index reads it, and searches for phrases. What
stays, the numbers and the short text for ranking, is below the size to be reached.

Three numbers of combinations are counted as one, so each is below a million.
"""

from django.db import migrations, models

BALLAST = 2_100  # characters: more than 2 kB
SIZE = 400  # bytes of a row to be reached

FORWARD = f"""
ALTER TABLE offers_listing SET (toast_tuple_target = {SIZE});
ALTER TABLE offers_listing ALTER COLUMN document SET STORAGE EXTERNAL;
ALTER TABLE offers_listing ADD COLUMN ballast text NOT NULL
    GENERATED ALWAYS AS (repeat('.', {BALLAST})) STORED;
"""
# The second column of this name is made only so that rows are written anew, texts and all.
BACKWARD = """
ALTER TABLE offers_listing DROP COLUMN ballast;
ALTER TABLE offers_listing RESET (toast_tuple_target);
ALTER TABLE offers_listing ALTER COLUMN document SET STORAGE EXTENDED;
ALTER TABLE offers_listing ADD COLUMN ballast boolean GENERATED ALWAYS AS (true) STORED;
ALTER TABLE offers_listing DROP COLUMN ballast;
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0042_all_that_a_field_can_reveal")]
    operations = [
        migrations.AddConstraint(
            model_name="valueset",
            constraint=models.CheckConstraint(
                condition=models.Q(("id__lt", 1_048_576)), name="valueset_is_short"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
