"""Reading what clients send as JSON models, collecting every fault with its path, as HATs do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hats.bundles import Bundle, BundleInvalid, EndpointQuery, PropertyQuery, parse_bundle
from hats.bundles.parsing import parse_properties
from hats.sandbox.debits import Client, Permission
from hats.sandbox.files import Description
from hats.sandbox.older_debits import Share

Value = TypeVar("Value")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ENDPOINT = re.compile(r"[0-9a-z-]+/[0-9a-z/-]+")
_BAD_REQUEST = 400
_SHORTEST_PASSWORD, _FEWEST_SIGNS = 8, 5
_ISO_SECONDS = re.compile(r"PT(\d+(?:\.\d+)?)S")


class ModelInvalid(Exception):
    """The body is JSON but not what the route takes; ``faults`` maps path to what is wrong."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("body does not fit the model")
        self.faults = faults


class HatFails(Exception):
    """A real HAT answers 500 to this body; the sandbox does too."""


class _Fault(Exception):
    """One field does not fit."""


class _Fields:
    """Reads the fields of one object and remembers every fault."""

    def __init__(self, raw: object) -> None:
        if not isinstance(raw, dict):
            raise ModelInvalid({"obj": "error.expected.jsobject"})
        self.raw = raw
        self.faults: dict[str, str] = {}

    def required(self, name: str, read: Callable[[object], Value], *, instead: Value) -> Value:
        if self.raw.get(name) is None:
            self.faults[f"obj.{name}"] = "error.path.missing"
            return instead
        try:
            return read(self.raw[name])
        except _Fault as fault:
            self.faults[f"obj.{name}"] = str(fault)
        except BundleInvalid as fault:
            self.faults[f"obj.{name}.{fault.path}"] = _message(fault)
        return instead

    def optional(self, name: str, read: Callable[[object], Value]) -> Value | None:
        return None if self.raw.get(name) is None else self.required(name, read, instead=None)

    def check(self) -> None:
        if self.faults:
            raise ModelInvalid(self.faults)


def _message(fault: BundleInvalid) -> str:
    """Say what is wrong with a bundle in a HAT's words.

    :raises HatFails: a HAT has no words for it.
    """
    if fault.hat_status != _BAD_REQUEST:
        raise HatFails from fault
    return fault.hat_message


def read_properties(raw: object) -> dict[str, PropertyQuery]:
    """Read a bundle without its name.

    :raises ModelInvalid: with the first place that does not fit.
    :raises HatFails: a filter does not say of which kind it is.
    """
    try:
        return parse_properties(raw, "obj")
    except BundleInvalid as fault:
        raise ModelInvalid({fault.path: _message(fault)}) from fault


def read_queries(raw: object) -> tuple[EndpointQuery, ...]:
    """Read a list of endpoint queries, as combinators are.

    :raises ModelInvalid: with the first place that does not fit.
    :raises HatFails: as :func:`read_properties`.
    """
    if not isinstance(raw, list):
        raise ModelInvalid({"obj": "error.expected.jsarray"})
    try:
        return parse_properties({"": {"endpoints": raw}}, "obj")[""].endpoints
    except BundleInvalid as fault:
        place = fault.path.replace("obj..endpoints", "obj", 1)
        raise ModelInvalid({place: _message(fault)}) from fault


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record as clients send it; ``links`` are records that belong to it."""

    endpoint: str
    data: object
    record_id: str | None
    links: tuple["SentRecord", ...]
    raw: object


def read_records(raw: object) -> list[SentRecord]:
    """Read a list of records.

    :raises ModelInvalid: naming the first that does not fit.
    """
    return _records(raw, "obj")


def _records(raw: object, path: str) -> list[SentRecord]:
    if not isinstance(raw, list):
        raise ModelInvalid({path: "error.expected.jsarray"})
    return [_record(one, f"{path}[{place}]") for place, one in enumerate(raw)]


def _record(raw: object, path: str) -> SentRecord:
    if not isinstance(raw, dict):
        raise ModelInvalid({path: "error.expected.jsobject"})
    endpoint, record_id = raw.get("endpoint"), raw.get("recordId")
    if not isinstance(endpoint, str) or "data" not in raw:
        missing = "data" if isinstance(endpoint, str) else "endpoint"
        raise ModelInvalid({f"{path}.{missing}": "error.path.missing"})
    if not _ENDPOINT.fullmatch(endpoint):
        raise ModelInvalid({f"{path}.endpoint": "Endpoint invalid"})
    if record_id is not None and not (isinstance(record_id, str) and _UUID.fullmatch(record_id)):
        raise ModelInvalid({f"{path}.recordId": "error.expected.uuid"})
    links = _records(raw.get("links") or [], f"{path}.links")
    return SentRecord(endpoint, raw["data"], record_id, tuple(links), raw)


def read_debit_request(raw: object, *, at: datetime) -> tuple[Client, Permission]:
    """Read a proposal; the key in the body is required and then ignored.

    :raises ModelInvalid: with every field that is missing or of a wrong type.
    """
    fields = _Fields(raw)
    fields.required("dataDebitKey", _text, instead="")
    fields.optional("requestClientCallbackUrl", _text)
    client = _client(fields)
    permission = _permission(fields, at=at)
    fields.check()
    return client, permission


def read_older_debit_request(raw: object, *, at: datetime) -> Share:
    """Read a proposal of version 2.

    :raises ModelInvalid: with every field that is missing or of a wrong type.
    """
    fields = _Fields(raw)
    share = Share(
        created_at=at,
        bundle=fields.required("bundle", _bundle, instead=Bundle("none", {})),
        conditions=fields.optional("conditions", _bundle),
        start=fields.required("startDate", _instant, instead=at),
        end=fields.required("endDate", _instant, instead=at),
        rolls=fields.required("rolling", _flag, instead=False),
    )
    fields.check()
    return share


def read_action(raw: object) -> str:
    """Read what an owner app reports; the message beside the code is not kept.

    :raises ModelInvalid: there is no code.
    """
    fields = _Fields(raw)
    code = fields.required("actionCode", _text, instead="")
    fields.optional("message", _text)
    fields.check()
    return code


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """A new password, with the old one where that was sent."""

    new: str
    old: str | None


def read_password_change(raw: object) -> PasswordChange:
    """Read both passwords.

    :raises ModelInvalid: the new one is missing or too weak.
    """
    fields = _Fields(raw)
    change = PasswordChange(
        new=fields.required("newPassword", _strong_password, instead=""),
        old=fields.optional("password", _text),
    )
    fields.check()
    return change


def read_email(raw: object) -> str:
    """Read whose password is to be reset.

    :raises ModelInvalid: there is no address.
    """
    fields = _Fields(raw)
    email = fields.required("email", _text, instead="")
    fields.check()
    return email


def read_file(raw: object) -> Description:
    """Read what is said of a file.

    :raises ModelInvalid: with every field that is missing or of a wrong type.
    """
    fields = _Fields(raw)
    return _description(fields)


def read_file_with_id(raw: object) -> Description:
    """Read what is said of a file that exists; its id must be said too, and is then ignored.

    :raises ModelInvalid: as :func:`read_file`.
    """
    fields = _Fields(raw)
    fields.required("fileId", _text, instead="")
    return _description(fields)


def _description(fields: _Fields) -> Description:
    says = Description(
        name=fields.required("name", _text, instead=""),
        source=fields.required("source", _text, instead=""),
        tags=fields.optional("tags", _texts),
        title=fields.optional("title", _text),
        description=fields.optional("description", _text),
    )
    fields.check()
    return says


def _client(fields: _Fields) -> Client:
    return Client(
        name=fields.required("requestClientName", _text, instead=""),
        url=fields.required("requestClientUrl", _text, instead=""),
        logo_url=fields.required("requestClientLogoUrl", _text, instead=""),
        application_id=fields.optional("requestApplicationId", _text),
        description=fields.optional("requestDescription", _text),
    )


def _permission(fields: _Fields, *, at: datetime) -> Permission:
    return Permission(
        created_at=at,
        purpose=fields.required("purpose", _text, instead=""),
        start=fields.required("start", _instant, instead=at),
        period=fields.required("period", _period, instead=timedelta(1)),
        cancel_at_period_end=fields.required("cancelAtPeriodEnd", _flag, instead=True),
        terms_url=fields.required("termsUrl", _text, instead=""),
        bundle=fields.required("bundle", _bundle, instead=Bundle("none", {})),
        conditions=fields.optional("conditions", _bundle),
    )


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise _Fault("error.expected.jsstring")
    return raw


def _texts(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise _Fault("error.expected.jsarray")
    return tuple(_text(one) for one in raw)


def _strong_password(raw: object) -> str:
    """Refuse what anybody could try out; real HATs estimate it with more care."""
    password = _text(raw)
    if len(password) < _SHORTEST_PASSWORD or len(set(password)) < _FEWEST_SIGNS:
        raise _Fault("error.password.weak")
    return password


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise _Fault("error.expected.jsboolean")
    return raw


def _instant(raw: object) -> datetime:
    """Read an ISO date or date-time, or epoch milliseconds."""
    try:
        if isinstance(raw, str):
            moment = datetime.fromisoformat(raw)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return datetime.fromtimestamp(raw / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _Fault("error.expected.date") from error
    raise _Fault("error.expected.date")


def _period(raw: object) -> timedelta:
    """Read milliseconds or ``PT…S``; HATs keep whole seconds, and zero would divide by zero."""
    written = _ISO_SECONDS.fullmatch(raw) if isinstance(raw, str) else None
    if written:
        seconds = float(written[1])
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        seconds = raw / 1000
    else:
        raise _Fault("error.expected.duration")
    if not 1 <= seconds <= timedelta(days=36_500).total_seconds():
        raise _Fault("error.min")
    return timedelta(seconds=int(seconds))


def _bundle(raw: object) -> Bundle:
    if not isinstance(raw, dict):
        raise _Fault("error.expected.jsobject")
    return parse_bundle(raw)
