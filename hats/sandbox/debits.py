"""Data debits as a HAT keeps them: permissions appended by proposals, and the arithmetic of time.

Everything about being active is computed when it is asked for; nothing runs by a clock.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hats.bundles import Bundle, bundle_to_json

_EXCHANGE = "https://exchange.example"
_EXCHANGE_LOGO = f"{_EXCHANGE}/logo.png"
_OLD_PURPOSE = "This data debit is kept in a legacy format that names no purpose"


class DebitMalformed(Exception):
    """The proposal cannot be kept; the text is the HAT's own."""


@dataclass(slots=True, kw_only=True)
class Permission:
    """One version of what is asked; its owner accepts or does not.

    :param canceled_at: when it was switched off; what that means depends on
        ``cancel_at_period_end``.
    """

    created_at: datetime
    purpose: str
    start: datetime
    period: timedelta
    cancel_at_period_end: bool
    terms_url: str
    bundle: Bundle
    conditions: Bundle | None = None
    accepted: bool = False
    canceled_at: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """When it stops by itself; ``None`` while it rolls on for ever."""
        if self.canceled_at is None:
            return self.start + self.period if self.cancel_at_period_end else None
        if not self.cancel_at_period_end:
            return self.canceled_at
        periods = math.ceil((self.canceled_at - self.start) / self.period)
        return self.start + periods * self.period

    def is_active(self, at: datetime) -> bool:
        ends_later = self.end is None or self.end > at
        return self.accepted and self.start <= at and ends_later

    @property
    def names(self) -> list[str]:
        """The bundle names it takes on the HAT."""
        return [bundle.name for bundle in (self.bundle, self.conditions) if bundle is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who asks, as the owner is told. Set by the first proposal and never changed."""

    name: str
    url: str
    logo_url: str
    application_id: str | None = None
    description: str | None = None


@dataclass(slots=True, kw_only=True)
class Debit:
    """One data debit; ``permissions`` are newest first and none is ever removed.

    :param proposed_by: the user name of the account that may read it, besides the owner.
    """

    id: str
    created_at: datetime
    client: Client
    proposed_by: str
    permissions: list[Permission] = field(default_factory=list)

    @property
    def latest(self) -> Permission:
        return self.permissions[0]

    @property
    def is_accepted(self) -> bool:
        return any(permission.accepted for permission in self.permissions)

    def active(self, at: datetime) -> Permission | None:
        """Find the newest permission that lets values be read now."""
        return next((one for one in self.permissions if one.is_active(at)), None)

    def enable(self) -> None:
        """Accept the newest permission, and with it all of the same bundle name."""
        for permission in self.permissions:
            permission.accepted = permission.bundle.name == self.latest.bundle.name
            if permission.accepted:
                permission.canceled_at = None

    def disable(self, *, at: datetime, at_period_end: bool) -> None:
        for permission in self.permissions:
            permission.canceled_at = at
            permission.cancel_at_period_end = at_period_end

    def redefine(self, bundle: Bundle) -> None:
        """Put another definition under a name that is in use."""
        for permission in self.permissions:
            if permission.bundle.name == bundle.name:
                permission.bundle = bundle
            if permission.conditions is not None and permission.conditions.name == bundle.name:
                permission.conditions = bundle

    def bundle_named(self, name: str) -> Bundle | None:
        """Find the definition linked under this name: the first one counts for ever."""
        bundles = (b for p in self.permissions for b in (p.bundle, p.conditions))
        return next((b for b in bundles if b is not None and b.name == name), None)


def as_listed(debit: Debit) -> Debit:
    """Fill in who asks and why, as lists do for debits that came from an older format without."""
    if debit.client.name:
        return debit
    return replace(
        debit,
        client=replace(debit.client, name="Data Exchange", url=_EXCHANGE, logo_url=_EXCHANGE_LOGO),
        permissions=[replace(one, purpose=_OLD_PURPOSE) for one in debit.permissions],
    )


def debit_json(debit: Debit, *, at: datetime) -> dict[str, object]:
    """Write the debit in the order of fields HATs use; what is unset is left out."""
    active = debit.active(at)
    shown = active or debit.latest
    client = debit.client
    return {
        "dataDebitKey": debit.id,
        "dateCreated": local(debit.created_at),
        "permissions": [permission_json(one, at=at) for one in debit.permissions],
        "requestClientName": client.name,
        "requestClientUrl": client.url,
        "requestClientLogoUrl": client.logo_url,
        **_set(requestApplicationId=client.application_id, requestDescription=client.description),
        "active": active is not None,
        "accepted": debit.is_accepted,
        "start": instant(shown.start),
        "end": _instant_or_null(shown.end),
        "permissionsActive": permission_json(active, at=at) if active else None,
        "permissionsLatest": permission_json(debit.latest, at=at),
    }


def permission_json(permission: Permission, *, at: datetime) -> dict[str, object]:
    canceled_at, conditions = permission.canceled_at, permission.conditions
    return {
        "dateCreated": local(permission.created_at),
        "purpose": permission.purpose,
        "start": instant(permission.start),
        "period": int(permission.period.total_seconds()) * 1000,
        "cancelAtPeriodEnd": permission.cancel_at_period_end,
        **_set(canceledAt=instant(canceled_at) if canceled_at else None),
        "termsUrl": permission.terms_url,
        **_set(conditions=bundle_to_json(conditions) if conditions else None),
        "bundle": bundle_to_json(permission.bundle),
        "accepted": permission.accepted,
        "active": permission.is_active(at),
        "end": _instant_or_null(permission.end),
    }


def _set(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def instant(moment: datetime) -> str:
    """Write ``2026-03-01T09:15:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _instant_or_null(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def local(moment: datetime) -> str:
    """Write ``2026-03-01T09:15:00+0000``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
