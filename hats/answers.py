"""Reading what a HAT answered; pure.

Facts are those of ``docs/hat-protocol.md``. Unknown fields are tolerated, missing or misshapen
ones are not: a reader either returns what it promises or raises ``HatBroken``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import cast

import orjson

from hats.constants import ENDPOINT, MAX_TOKEN_BYTES, TOKEN
from hats.errors import BadJson, Broken, HatBroken
from hats.protocol import DebitState, Outcome, Permission, Quarantined, Record, Values
from hats.strictjson import USUAL, Limits, poison_in, strict_json, tolerant_json

MAX_RECORD_ID_LENGTH = 64


# Matched against our own lower-case copy of the answer; hat-protocol §4.4 and §1.2.
_REASONS_BY_TEXT = (
    ("not enabled", "not_enabled"),
    ("data debit with such id already exists", "debit_exists"),
    ("data bundle with such id already exists", "bundle_exists"),
    ("cannot cast between types", "bundle_cannot_be_evaluated"),
    ("request rate exceeded", "too_many_requests"),
    ("hat unavailable", "no_such_hat"),
)
_REASONS_BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "unknown",
    413: "too_large",
    415: "wrong_content_type",
    429: "too_many_requests",
}


def problem(status: int, body: bytes) -> str:
    """Return a refusal in one word of ours, from any of the three error families.

    They are {message, cause}, {error, message} and HTML. The HAT's own texts may name people and
    are not kept.
    """
    text = _problem_text(body)
    by_text = (reason for words, reason in _REASONS_BY_TEXT if words in text)
    return next(by_text, _REASONS_BY_STATUS.get(status, "refused"))


def _problem_text(body: bytes) -> str:
    try:
        problem = strict_json(body)
    except BadJson:
        return ""
    if not isinstance(problem, dict):
        return ""
    texts = (problem.get(name) for name in ("error", "message", "cause"))
    return " ".join(text for text in texts if isinstance(text, str)).lower()


def read_values(body: bytes, limits: Limits = USUAL) -> Values:
    """Return what a 200 answer to ``data-debit/{id}/values`` delivers, record by record.

    :raises HatBroken: the body as a whole cannot be used.
    """
    value, has_poison = tolerant_json(body, limits)
    answer = _object(value)
    wrapped = isinstance(answer.get("bundle"), dict)
    conditions = _conditions(answer.get("conditions")) if wrapped else {}
    if not all(conditions.values()):
        return Values(outcome=Outcome.CONDITIONS_UNMET, conditions=conditions, raw=body)
    found = _lists(_object(answer["bundle"]) if wrapped else answer)
    if sum(map(len, found.values())) > limits.records:
        raise BadJson("too_many_records")
    must_weigh = len(body) > limits.record_bytes
    return _sifted(found, _Sieve(limits, has_poison, must_weigh), conditions, body)


@dataclass(frozen=True, slots=True)
class _Sieve:
    """Judges one record; the two costly questions are asked only if the body gives cause."""

    limits: Limits
    has_poison: bool
    must_weigh: bool

    @property
    def is_idle(self) -> bool:
        """Whether only the shape of each record is left to judge."""
        return not (self.has_poison or self.must_weigh)

    def reason_against(self, record: object) -> str | None:
        """Return why a record is put aside, or None."""
        if self.has_poison and (reason := poison_in(record)) is not None:
            return reason
        if not _is_record(record):
            return "wrong_shape"
        if self.must_weigh and _weight(record) > self.limits.record_bytes:
            return "too_large"
        return None


def _sifted(
    found: Mapping[str, list[object]],
    sieve: _Sieve,
    conditions: Mapping[str, bool],
    body: bytes,
) -> Values:
    properties: dict[str, list[Record]] = {}
    quarantined: list[Quarantined] = []
    for name, records in found.items():
        if sieve.is_idle and all(map(_is_record, records)):
            properties[name] = cast("list[Record]", records)
            continue
        properties[name] = kept = []
        for index, record in enumerate(records):
            reason = sieve.reason_against(record)
            if reason is None:
                kept.append(record)
            else:
                quarantined.append(Quarantined(name, index, reason))
    outcome, reason = _outcome(properties, quarantined)
    return Values(
        outcome=outcome,
        reason=reason,
        properties=properties,
        conditions=conditions,
        quarantined=tuple(quarantined),
        raw=body,
    )


def _outcome(
    properties: Mapping[str, list[Record]], quarantined: list[Quarantined]
) -> tuple[Outcome, str]:
    if any(properties.values()):
        return Outcome.DELIVERED, ""
    return (Outcome.BROKEN, "all_quarantined") if quarantined else (Outcome.EMPTY, "")


def read_records(body: bytes, limits: Limits = USUAL) -> list[Record]:
    """Return the records of ``GET data/{namespace}/{endpoint}``; odd ones are left out.

    :raises HatBroken: the body as a whole cannot be used.
    """
    value, has_poison = tolerant_json(body, limits)
    if not isinstance(value, list):
        raise HatBroken(Broken.WRONG_SHAPE, detail="records")
    if len(value) > limits.records:
        raise BadJson("too_many_records")
    sieve = _Sieve(limits, has_poison, must_weigh=len(body) > limits.record_bytes)
    return [record for record in value if sieve.reason_against(record) is None]


def read_sources(body: bytes) -> frozenset[str]:
    """Return which endpoints hold data, as ``namespace/endpoint``.

    :raises HatBroken: the body is not an object of lists of names.
    """
    found = _lists(_object(strict_json(body)))
    names = (
        f"{namespace}/{name}"
        for namespace, names in found.items()
        for name in names
        if isinstance(name, str)
    )
    return frozenset(name for name in names if _is_endpoint(name))


def read_access_token(body: bytes) -> str:
    """Return the token of ``GET /users/access_token``.

    :raises HatBroken: there is none, or it cannot be one.
    """
    token = _object(strict_json(body)).get("accessToken")
    if not isinstance(token, str) or not is_token(token):
        raise HatBroken(Broken.WRONG_SHAPE, detail="access_token")
    return token


def is_token(text: str) -> bool:
    """Whether this may be sent in a header: three parts of base64url, and not too long."""
    return len(text) <= MAX_TOKEN_BYTES and TOKEN.fullmatch(text) is not None


def read_debit(body: bytes) -> DebitState:
    """Return a debit's state (hat-protocol §4.3).

    :raises HatBroken: the body is not a debit.
    """
    answer = _object(strict_json(body))
    try:
        return _debit(answer)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise HatBroken(Broken.WRONG_SHAPE, detail="debit") from None


def _debit(answer: Mapping[str, object]) -> DebitState:
    latest, running = answer.get("permissionsLatest"), answer.get("permissionsActive")
    return DebitState(
        debit_id=_text(answer["dataDebitKey"]),
        client_name=_text(answer["requestClientName"]),
        client_url=_text(answer["requestClientUrl"]),
        active=_flag(answer["active"]),
        accepted=_flag(answer["accepted"]),
        start=_optional_moment(answer.get("start")),
        end=_optional_moment(answer.get("end")),
        latest=None if latest is None else _permission(_object(latest)),
        running=None if running is None else _permission(_object(running)),
    )


def _permission(answer: Mapping[str, object]) -> Permission:
    conditions = answer.get("conditions")
    return Permission(
        purpose=_text(answer["purpose"]),
        start=moment(answer["start"]),
        period=timedelta(milliseconds=_number(answer["period"])),
        cancel_at_period_end=_flag(answer["cancelAtPeriodEnd"]),
        terms_url=_text(answer["termsUrl"]),
        bundle=_object(answer["bundle"]),
        conditions=None if conditions is None else _object(conditions),
        accepted=_flag(answer["accepted"]),
        active=_flag(answer["active"]),
        end=_optional_moment(answer.get("end")),
    )


def moment(value: object) -> datetime:
    """Return a time in any of the HAT's forms: ``…+0000``, ``….000Z``, or epoch milliseconds.

    :raises ValueError: none of them.
    """
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return datetime.fromtimestamp(_number(value) / 1000, UTC)


def _optional_moment(value: object) -> datetime | None:
    return None if value is None else moment(value)


def _conditions(value: object) -> dict[str, bool]:
    return {} if value is None else {name: _flag(met) for name, met in _object(value).items()}


def _lists(value: Mapping[str, object]) -> dict[str, list[object]]:
    lists = {name: items for name, items in value.items() if isinstance(items, list)}
    if len(lists) != len(value):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_list")
    return lists


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_an_object")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_flag")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise HatBroken(Broken.WRONG_SHAPE, detail="not_a_number")
    return value


def _is_record(record: object) -> bool:
    if type(record) is not dict or "data" not in record:
        return False
    endpoint, record_id = record.get("endpoint"), record.get("recordId")
    return (
        type(endpoint) is str
        and _is_endpoint(endpoint)
        and type(record_id) is str
        and 0 < len(record_id) <= MAX_RECORD_ID_LENGTH
    )


@lru_cache(maxsize=1024)
def _is_endpoint(text: str) -> bool:
    return ENDPOINT.fullmatch(text) is not None


def _weight(record: object) -> int:
    return len(orjson.dumps(record))
