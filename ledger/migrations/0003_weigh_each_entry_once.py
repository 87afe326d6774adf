"""Weigh an entry once at commit, not once for each of its postings.

The deferred trigger runs for every posting, and each run used to sum the whole entry: paying two
hundred people was two hundred sums of two hundred rows. A setting that ends with the transaction
now names the entry weighed last; any further posting clears it, so nothing can slip in behind
the scales, and a rolled-back savepoint brings back the name together with the state it stood for.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ledger_must_weigh_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('ledger.weighed_entry', '', true);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_entry_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('ledger.weighed_entry', true) = NEW.entry_id::text THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT 1 FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
        WHERE p.entry_id = NEW.entry_id GROUP BY a.currency HAVING sum(p.amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger entry % is not balanced', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM set_config('ledger.weighed_entry', NEW.entry_id::text, true);
    RETURN NULL;
END $$;

CREATE TRIGGER posting_is_weighed_again BEFORE INSERT ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_must_weigh_again();
"""

BACKWARD = """
DROP TRIGGER posting_is_weighed_again ON ledger_posting;
DROP FUNCTION ledger_must_weigh_again();

CREATE OR REPLACE FUNCTION ledger_entry_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
        WHERE p.entry_id = NEW.entry_id GROUP BY a.currency HAVING sum(p.amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger entry % is not balanced', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_balanced_and_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
