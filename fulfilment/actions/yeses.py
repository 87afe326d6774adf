"""Writing a yes: the rows that stand or fall together, in one statement.

On a line that everybody wants, each statement is paid for hundreds of times a second: written
row by row through the models, a yes costs five times as much. What each row means is in the
models; the message and the entries are those of ``common.outbox`` and ``accounts.audit``.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from django.db import connection

from fulfilment.models import Acceptance, ConsentRecord
from fulfilment.queries.acceptances import bundle_hash_of

# When the outbox has given a proposal up (after about six hours), the sweep takes it up again.
PROPOSE_AGAIN_AFTER: Final = timedelta(hours=6)

_WRITE: Final = """
WITH yes AS (
    INSERT INTO fulfilment_acceptance
        (uid, order_line_id, hat_owner_id, status, person, holds_place, accepted_at, confirm_by)
    VALUES (%(uid)s, %(line)s, %(owner)s, 'accepted', %(person)s, true, %(at)s, %(confirm_by)s)
    RETURNING id
), consent AS (
    INSERT INTO fulfilment_consentrecord
        (acceptance_id, record_id, card, record, sha256, language, given_at)
    SELECT id, %(record_id)s, %(card)s::jsonb, %(record)s::jsonb, %(sha256)s, %(language)s, %(at)s
    FROM yes RETURNING id
), given AS (
    INSERT INTO fulfilment_consentevent (record_id, kind, at)
    SELECT id, 'given', %(at)s FROM consent
), data_key AS (
    INSERT INTO fulfilment_datakey (acceptance_id, wrapped, created_at)
    SELECT id, %(wrapped)s, %(at)s FROM yes
), reward AS (
    INSERT INTO fulfilment_reward (acceptance_id, status, amount_minor_units, currency, created_at)
    SELECT id, 'held', %(reward)s, %(currency)s, %(at)s FROM yes
), debit AS (
    INSERT INTO fulfilment_datadebit
        (acceptance_id, status, bundle_name, bundle_hash, intended_at, next_check_at, checks,
         refusal)
    SELECT id, 'intended', %(bundle_name)s, %(bundle_hash)s, %(at)s, %(propose_again_at)s, 0, ''
    FROM yes RETURNING id
), message AS (
    INSERT INTO common_outboxmessage
        (task, arguments, key, status, created_at, due_at, lease, attempts, last_problem)
    SELECT 'fulfilment.propose_debit', jsonb_build_object('debit_id', id), '', 'pending',
           now(), now(), gen_random_uuid(), 0, ''
    FROM debit
), record AS (
    INSERT INTO accounts_auditentry
        (at, action, subject, actor_id, organisation_id, owner_user_id, from_status, to_status,
         details)
    SELECT %(at)s, 'acceptance.accepted', 'fulfilment.acceptance:' || id, %(user)s,
           %(organisation)s, %(user)s, '', 'accepted', '{}'::jsonb
    FROM yes
    UNION ALL
    SELECT %(at)s, 'debit.intended', 'fulfilment.datadebit:' || id, NULL,
           %(organisation)s, %(user)s, '', 'intended', '{}'::jsonb
    FROM debit
)
SELECT id FROM yes
"""


def write_yes(acceptance: Acceptance, consent: ConsentRecord, *, wrapped_key: bytes) -> None:
    """Write yes, consent record and event, key, held reward, intended debit, message and audit.

    The acceptance gets its number.

    :raises django.db.IntegrityError: this owner has said yes to this line before.
    """
    at, line, owner = acceptance.accepted_at, acceptance.order_line, acceptance.hat_owner
    values: dict[str, Any] = {
        "uid": acceptance.uid,
        "line": line.pk,
        "owner": owner.pk,
        "user": owner.user_id,
        "organisation": line.order.organisation_id,
        "person": acceptance.person,
        "at": at,
        "confirm_by": acceptance.confirm_by,
        "record_id": consent.record_id,
        "card": _json(consent.card),
        "record": _json(consent.record),
        "sha256": consent.sha256,
        "language": consent.language,
        "wrapped": wrapped_key,
        "reward": line.reward_minor_units,
        "currency": line.currency,
        "bundle_name": f"mk-{acceptance.uid}",
        "bundle_hash": bundle_hash_of(acceptance),
        "propose_again_at": propose_again_at(at),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        (acceptance.pk,) = cursor.fetchone()
    acceptance._state.adding = False  # noqa: SLF001  # it is in the database now


def propose_again_at(at: datetime) -> datetime:
    """When an unproposed debit is looked at again."""
    return at + PROPOSE_AGAIN_AFTER


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
