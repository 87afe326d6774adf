"""Audit entries of this app: each shows in the organisation's timeline and in the owner's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from accounts.audit import Action, subject_of
from accounts.models import AuditEntry
from fulfilment.models import Acceptance
from hats.models import HatOwner


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
    ) -> AuditEntry:
        """An unsaved entry.

        :param row: a saved row, or its subject (``fulfilment.retrieval:7``).
        :param by_owner: the owner did it; otherwise the market's own work did.
        """
        return AuditEntry(
            at=self.at,
            action=action,
            subject=row if isinstance(row, str) else subject_of(row),
            actor_id=self.owner_user_id if by_owner else None,
            organisation_id=self.organisation_id,
            owner_user_id=self.owner_user_id,
            from_status=was,
            to_status=now,
            details=details,
        )


def write(entries: Iterable[AuditEntry]) -> None:
    """In the caller's transaction, in one statement."""
    AuditEntry.objects.bulk_create(entries)


def record_quietly(action: Action, row: models.Model, *, owner: HatOwner, at: datetime) -> None:
    """An entry that only the owner's own timeline shows."""
    entry = AuditEntry(
        at=at,
        action=action,
        subject=subject_of(row),
        actor_id=owner.user_id,
        owner_user_id=owner.user_id,
    )
    entry.save(force_insert=True)
