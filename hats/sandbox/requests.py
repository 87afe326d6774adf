"""Reading what clients send as JSON models, collecting every fault with its path, as HATs do."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hats.bundles import Bundle, BundleInvalid, parse_bundle
from hats.sandbox.debits import Client, Permission

Value = TypeVar("Value")
_ISO_SECONDS = re.compile(r"PT(\d+(?:\.\d+)?)S")


class ModelInvalid(Exception):
    """The body is JSON but not what the route takes; ``faults`` maps path to what is wrong."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("body does not fit the model")
        self.faults = faults


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
    return "error.path.missing" if fault.reason == "is missing" else fault.reason


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
