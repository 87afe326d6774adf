"""Audit entries of this app: each shows in the organisation's timeline and in the owner's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from django.db import connection, models

from accounts.audit import Action, subject_of
from fulfilment.models import Acceptance
from hats.models import HatOwner

# A reading writes four entries a person: as model instances they cost more than the reading.
_WRITE: Final = """
INSERT INTO accounts_auditentry
    (at, action, subject, actor_id, organisation_id, owner_user_id, from_status, to_status, details)
SELECT * FROM json_to_recordset(%s::json) AS entry (
    at timestamptz, action text, subject text, actor_id bigint, organisation_id bigint,
    owner_user_id bigint, from_status text, to_status text, details jsonb)
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the record, named as its columns are."""

    at: datetime
    action: str
    subject: str
    actor_id: int | None
    organisation_id: int | None
    owner_user_id: int
    from_status: str
    to_status: str
    details: dict[str, int | str]


@dataclass(frozen=True)
class Trail:
    """In whose timelines the entries about one acceptance show, and when they happened."""

    at: datetime
    owner_user_id: int
    organisation_id: int

    @classmethod
    def of(cls, acceptance: Acceptance, *, at: datetime) -> "Trail":
        """The acceptance is loaded with its owner, its line and the line's order."""
        return cls(at, acceptance.hat_owner.user_id, acceptance.order_line.order.organisation_id)

    def step(  # an entry has these parts
        self,
        action: Action,
        row: models.Model | str,
        *,
        was: str = "",
        now: str = "",
        by_owner: bool = False,
        **details: int | str,
    ) -> Entry:
        """An entry to be written.

        :param row: a saved row, or its subject (``fulfilment.retrieval:7``).
        :param by_owner: the owner did it; otherwise the market's own work did.
        """
        return Entry(
            self.at,
            action,
            row if isinstance(row, str) else subject_of(row),
            self.owner_user_id if by_owner else None,
            self.organisation_id,
            self.owner_user_id,
            was,
            now,
            details,
        )


def write(entries: Iterable[Entry]) -> None:
    """In the caller's transaction, in one statement."""
    rows = list(entries)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [orjson.dumps(rows).decode()])


def record_quietly(action: Action, row: models.Model, *, owner: HatOwner, at: datetime) -> None:
    """An entry that only the owner's own timeline shows."""
    subject, user = subject_of(row), owner.user_id
    write([Entry(at, action, subject, user, None, user, "", "", {})])
