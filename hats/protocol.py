"""What travels between the market and a HAT, as types; pure. ``hats.answers`` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from hats.bundles import BundleInvalid, bundle_hash

Record = dict[str, object]
"""One datum as the HAT sent it: ``endpoint`` and ``recordId`` are checked strings, ``data`` any."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitState:
    """A debit as the HAT has it now.

    ``accepted`` stays true after the owner switched the debit off or it ended: ask ``active``
    whether values may be read.
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

    def is_as_proposed(self, request: DebitRequest) -> bool:
        """Whether this is the very debit we meant: same id, client, bundle and conditions."""
        latest = self.latest
        return (
            latest is not None
            and self.debit_id == request.debit_id
            and (self.client_name, self.client_url) == (request.client_name, request.client_url)
            and _is_same_bundle(latest.bundle, request.bundle)
            and _is_same_bundle(latest.conditions, request.conditions)
        )


def _is_same_bundle(one: Mapping[str, object] | None, other: Mapping[str, object] | None) -> bool:
    if one is None or other is None:
        return one is other
    try:
        return bundle_hash(one) == bundle_hash(other)
    except BundleInvalid:
        return False


class Outcome(StrEnum):
    """What came of reading a debit's values; only ``DELIVERED`` earns anybody anything."""

    DELIVERED = "delivered"
    EMPTY = "empty"
    CONDITIONS_UNMET = "conditions_unmet"
    NOT_ENABLED = "not_enabled"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One record put aside, so that its neighbours can be kept."""

    property_name: str
    index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The answer to one reading of one debit.

    :param reason: a machine word for outcomes that delivered nothing.
    :param properties: the records accepted, by property of the bundle.
    :param raw: the body as received, for hashing; it still holds what was quarantined.
    """

    outcome: Outcome
    reason: str = ""
    properties: Mapping[str, list[Record]] = field(default_factory=dict, repr=False)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    quarantined: tuple[Quarantined, ...] = ()
    raw: bytes = field(default=b"", repr=False)

    @property
    def record_count(self) -> int:
        """How many records were accepted."""
        return sum(map(len, self.properties.values()))
