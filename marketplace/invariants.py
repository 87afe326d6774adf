"""What must always hold, as queries: each returns the rows that break it, so none when all is well.

The numbers are those of the threat model's list of invariants; I1 and I2 also compare with the
outside (``manage.py trade`` does that against the sandbox HATs' own books).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.db import connection, models

from common.transitions import Table


@dataclass(frozen=True)
class Invariant:
    """One rule: the query selects what breaks it, one row a violation."""

    number: str
    sentence: str
    query: str


INVARIANTS = (
    Invariant(
        "I1",
        "each acceptance has one data debit, whose bundle is named after it",
        """SELECT a.id FROM fulfilment_acceptance a
           LEFT JOIN fulfilment_datadebit d ON d.acceptance_id = a.id
           WHERE d.id IS NULL OR d.bundle_name <> 'mk-' || a.uid""",
    ),
    Invariant(
        "I2",
        "each stored retrieval has its sealed block, and nothing else has one",
        """SELECT r.id FROM fulfilment_retrieval r
           LEFT JOIN fulfilment_sealedblock b ON b.retrieval_id = r.id
           WHERE (r.status = 'stored') <> (b.id IS NOT NULL)""",
    ),
    Invariant(
        "I3",
        "places taken are the acceptances that hold one, and never more than were bought",
        """SELECT l.id FROM buyers_orderline l
           LEFT JOIN fulfilment_acceptance a ON a.order_line_id = l.id AND a.holds_place
           GROUP BY l.id
           HAVING l.places_taken <> count(a.id) OR l.places_taken > l.places""",
    ),
    Invariant(
        "I3",
        "people delivered are the acceptances that were delivered",
        """SELECT l.id FROM buyers_orderline l
           LEFT JOIN fulfilment_acceptance a
             ON a.order_line_id = l.id AND a.delivered_at IS NOT NULL
           GROUP BY l.id HAVING l.people_delivered <> count(a.id)""",
    ),
    Invariant(
        "I4",
        "each entry of the ledger sums to zero in each currency",
        """SELECT p.entry_id FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
           GROUP BY p.entry_id, a.currency HAVING sum(p.amount) <> 0""",
    ),
    Invariant(
        "I4",
        "each balance is the sum of its postings",
        """SELECT a.id FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id
           GROUP BY a.id HAVING a.balance <> coalesce(sum(p.amount), 0)""",
    ),
    Invariant(
        "I4",
        "what is held for a line is its places without delivery that were not refunded",
        """SELECT l.id FROM buyers_orderline l
           JOIN ledger_account h ON h.kind = 'held_rewards' AND h.reference = l.reference
           LEFT JOIN LATERAL (
             SELECT coalesce(sum(r.amount_minor_units), 0) AS minor FROM buyers_refund r
             WHERE r.order_line_id = l.id AND r.status <> 'failed'
           ) back ON true
           JOIN ledger_account f ON f.kind = 'held_fees' AND f.reference = l.reference
           WHERE h.balance + f.balance <>
             (l.places - l.people_delivered)::bigint
             * (l.reward_minor_units + l.fee_minor_units + l.tax_minor_units) - back.minor
             AND EXISTS (SELECT 1 FROM ledger_posting p WHERE p.account_id = h.id)""",
    ),
    Invariant(
        "I5",
        "each settled payment is in the ledger once, with its whole amount",
        """SELECT o.id FROM buyers_order o JOIN buyers_payment p ON p.order_id = o.id
           WHERE p.status = 'settled' AND o.paid_at IS NOT NULL AND p.amount_minor_units <> (
             SELECT coalesce(-sum(g.amount), 0) FROM ledger_entry e
             JOIN ledger_posting g ON g.entry_id = e.id JOIN ledger_account a ON a.id = g.account_id
             WHERE a.kind = 'clearing' AND g.amount < 0 AND e.reference IN (
               SELECT reference FROM buyers_orderline WHERE order_id = o.id))""",
    ),
    Invariant(
        "I5",
        "the sandbox till took what the payments say",
        """SELECT p.id FROM buyers_payment p
           LEFT JOIN buyers_tillsession t ON t.reference = p.gateway_reference
           WHERE p.gateway = 'till' AND p.status = 'settled'
             AND (t.status IS DISTINCT FROM 'paid'
                  OR t.amount_minor_units <> p.amount_minor_units)""",
    ),
    Invariant(
        "I5",
        "the sandbox till sent back what the refunds say",
        """SELECT t.id FROM buyers_tillsession t
           LEFT JOIN buyers_payment p ON p.gateway = 'till' AND p.gateway_reference = t.reference
           LEFT JOIN buyers_refund r ON r.payment_id = p.id AND r.status = 'succeeded'
           GROUP BY t.id HAVING t.refunded_minor_units < coalesce(sum(r.amount_minor_units), 0)""",
    ),
    Invariant(
        "I6",
        "nothing is stored for somebody after the withdrawal",
        """SELECT b.id FROM fulfilment_sealedblock b
           JOIN fulfilment_acceptance a ON a.id = b.acceptance_id
           WHERE a.withdrawn_at IS NOT NULL AND b.stored_at > a.withdrawn_at""",
    ),
    Invariant(
        "I6",
        "a withdrawn person's key is destroyed",
        """SELECT a.id FROM fulfilment_acceptance a
           LEFT JOIN fulfilment_datakey k ON k.acceptance_id = a.id
           WHERE a.status = 'withdrawn' AND (k.id IS NULL OR k.wrapped IS NOT NULL)""",
    ),
    Invariant(
        "I7",
        "no revision that can be downloaded holds somebody who withdrew",
        """SELECT r.id FROM fulfilment_datasetrevision r
           JOIN fulfilment_revisionmembers m ON m.revision_id = r.id
           WHERE r.status = 'sealed' AND EXISTS (
             SELECT 1 FROM fulfilment_acceptance a
             WHERE a.id = ANY (m.acceptance_ids) AND a.withdrawn_at IS NOT NULL)""",
    ),
    Invariant(
        "I7",
        "no revision is released below the smallest group",
        """SELECT r.id FROM fulfilment_datasetrevision r
           JOIN fulfilment_dataset d ON d.id = r.dataset_id
           JOIN buyers_orderline l ON l.id = d.order_line_id
           WHERE r.status = 'sealed' AND r.people < l.places_minimum""",
    ),
    Invariant(
        "I9",
        "nothing waits in the outbox for more than ten minutes without a reason",
        """SELECT id FROM common_outboxmessage
           WHERE status IN ('pending', 'leased') AND due_at < now() - interval '10 minutes'
             AND last_problem = ''""",
    ),
    Invariant(
        "I12",
        "each delivery rests on a consent that was given before it",
        """SELECT b.id FROM fulfilment_sealedblock b
           LEFT JOIN fulfilment_consentrecord c ON c.acceptance_id = b.acceptance_id
           WHERE c.id IS NULL OR c.given_at > b.stored_at""",
    ),
)


def violations() -> Iterator[str]:
    """One line for each rule that is broken, with the first rows that break it."""
    for invariant in (*INVARIANTS, *_legal_histories()):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({invariant.query}) AS broken LIMIT 5")  # noqa: S608
            rows = cursor.fetchall()
        if rows:
            shown = ", ".join(str(row[0]) for row in rows)
            yield f"{invariant.number}: {invariant.sentence}: broken by {shown}"


def _legal_histories() -> Iterator[Invariant]:
    """I8: the audit's last word on each row is its status, and every step was allowed."""
    for model in _machines():
        label, table = model._meta.label_lower, model._meta.db_table
        start = str(cast("models.CharField[str, str]", model._meta.get_field("status")).default)
        yield Invariant(
            "I8",
            f"the last recorded step of each {label} is its status",
            f"""SELECT m.id FROM {table} m LEFT JOIN LATERAL (
                  SELECT e.to_status FROM accounts_auditentry e
                  WHERE e.subject = '{label}:' || m.id AND e.to_status <> ''
                  ORDER BY e.id DESC LIMIT 1) last ON true
                WHERE m.status <> coalesce(last.to_status, '{start}')""",  # noqa: S608
        )
        allowed = ", ".join(
            f"('{was}', '{now}')" for was, after in table_of(model).items() for now in after
        )
        yield Invariant(
            "I8",
            f"each recorded step of a {label} was allowed",
            f"""SELECT e.id FROM accounts_auditentry e
                WHERE e.subject LIKE '{label}:%%' AND e.from_status <> '' AND e.to_status <> ''
                  AND e.from_status <> e.to_status
                  AND (e.from_status, e.to_status) NOT IN (VALUES {allowed})""",  # noqa: S608
        )


UNAUDITED = {"common.outboxmessage", "buyers.tillsession"}  # queue and the till's own book


def table_of(model: type[models.Model]) -> Table:
    """The model's transition table."""
    return cast("Table", vars(model)["TRANSITIONS"])


def _machines() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if hasattr(model, "TRANSITIONS") and model._meta.label_lower not in UNAUDITED:
            yield model
