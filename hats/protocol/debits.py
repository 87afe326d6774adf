"""Data debits of API 2.6: what is proposed, and what the HAT has; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hats.bundles import BundleInvalid, bundle_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitRequest:
    """What we propose to a HAT (hat-protocol §4.3).

    :param bundle: with its name, ``{"name": …, "bundle": {…}}``; the name must be unused on the
        whole HAT, and so must that of ``conditions``, which has the same form.
    :param period: how long one permission lasts; sent in whole milliseconds.
    """

    debit_id: str
    purpose: str
    start: datetime
    period: timedelta
    bundle: Mapping[str, object]
    client_name: str
    client_url: str
    client_logo_url: str
    terms_url: str
    description: str = ""
    callback_url: str = ""
    application_id: str = ""
    conditions: Mapping[str, object] | None = None
    cancel_at_period_end: bool = True

    def __post_init__(self) -> None:
        if self.period <= timedelta(0):
            raise ValueError("a debit's period is longer than nothing")

    @property
    def bundle_names(self) -> frozenset[str]:
        """The names it would take on the HAT."""
        return _names(self.bundle, self.conditions)

    def to_json(self) -> dict[str, object]:
        """Return the body of ``POST data-debit/{id}``; empty optional fields are left out."""
        optional = {
            "requestDescription": self.description,
            "requestClientCallbackUrl": self.callback_url,
            "requestApplicationId": self.application_id,
        }
        body: dict[str, object] = {
            "dataDebitKey": self.debit_id,
            "purpose": self.purpose,
            "start": self.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "period": self.period // timedelta(milliseconds=1),
            "cancelAtPeriodEnd": self.cancel_at_period_end,
            "requestClientName": self.client_name,
            "requestClientUrl": self.client_url,
            "requestClientLogoUrl": self.client_logo_url,
            **{name: value for name, value in optional.items() if value},
            "termsUrl": self.terms_url,
            "bundle": dict(self.bundle),
        }
        if self.conditions is not None:
            body["conditions"] = dict(self.conditions)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One version of what the owner was asked for.

    :param bundle: with its name, as sent: ``{"name": …, "bundle": {…}}``; so are ``conditions``.
    :param end: None while it rolls on for ever.
    :param canceled_at: when the owner switched it off; it may run on to the end of its period.
    """

    purpose: str
    start: datetime
    period: timedelta
    cancel_at_period_end: bool
    terms_url: str
    bundle: Mapping[str, object]
    conditions: Mapping[str, object] | None
    accepted: bool
    active: bool
    end: datetime | None
    created_at: datetime | None = None
    canceled_at: datetime | None = None

    @property
    def bundle_names(self) -> frozenset[str]:
        """The names it takes on the HAT, of its bundle and of its conditions."""
        return _names(self.bundle, self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitState:
    """A debit as the HAT has it now.

    ``accepted`` stays true after the owner switched the debit off or it ended: ask ``active``
    whether values may be read. While an update waits for the owner, ``running`` is the permission
    before it.

    :param permissions: every version there ever was, newest first where the HAT dates them.
    """

    debit_id: str
    client_name: str
    client_url: str
    active: bool
    accepted: bool
    start: datetime | None
    end: datetime | None
    latest: Permission | None
    running: Permission | None
    permissions: tuple[Permission, ...] = ()
    created_at: datetime | None = None
    client_logo_url: str = ""
    application_id: str = ""
    description: str = ""

    def is_as_proposed(self, request: DebitRequest) -> bool:
        """Whether this is the very debit we meant: same id, client, bundle and conditions."""
        latest = self.latest
        return (
            latest is not None
            and self.debit_id == request.debit_id
            and (self.client_name, self.client_url) == (request.client_name, request.client_url)
            and is_same_bundle(latest.bundle, request.bundle)
            and is_same_bundle(latest.conditions, request.conditions)
        )

    def is_as_updated(self, request: DebitRequest) -> bool:
        """Whether its newest permission is what the update asks for.

        A HAT never changes who asks, and an owner who switches the debit off changes whether it
        cancels at the end of its period: neither is compared.
        """
        latest = self.latest
        return (
            latest is not None
            and self.debit_id == request.debit_id
            and (latest.purpose, latest.terms_url) == (request.purpose, request.terms_url)
            and is_same_bundle(latest.bundle, request.bundle)
            and is_same_bundle(latest.conditions, request.conditions)
        )

    def has_used_a_name_of(self, request: DebitRequest) -> bool:
        """Whether a bundle's name was used by this debit before: the HAT keeps its old meaning."""
        used = [self.latest, *self.permissions]
        return any(one is not None and one.bundle_names & request.bundle_names for one in used)


def _names(*bundles: Mapping[str, object] | None) -> frozenset[str]:
    return frozenset(str(bundle["name"]) for bundle in bundles if bundle and "name" in bundle)


def is_same_bundle(one: Mapping[str, object] | None, other: Mapping[str, object] | None) -> bool:
    """Whether two named bundles mean the same to a HAT, name included."""
    if one is None or other is None:
        return one is other
    try:
        return bundle_hash(one) == bundle_hash(other)
    except BundleInvalid:
        return False
