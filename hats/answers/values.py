"""Reading records: of a debit's values, of an endpoint, of a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import orjson

from hats.answers.shapes import as_flag, as_lists, as_object
from hats.bundles import BundleInvalid, parse_bundle
from hats.constants import ENDPOINT
from hats.errors import BadJson, Broken, HatBroken
from hats.protocol import Outcome, Quarantined, Record, Values
from hats.strictjson import USUAL, Limits, poison_in, strict_json, tolerant_json

MAX_RECORD_ID_LENGTH = 64


def read_values(body: bytes, limits: Limits = USUAL) -> Values:
    """Return what a 200 answer to ``data-debit/{id}/values`` delivers, record by record.

    :raises HatBroken: the body as a whole cannot be used.
    """
    value, has_poison = tolerant_json(body, limits)
    answer = as_object(value)
    wrapped = isinstance(answer.get("bundle"), dict)
    conditions = _conditions(answer.get("conditions")) if wrapped else {}
    if not all(conditions.values()):
        return Values(outcome=Outcome.CONDITIONS_UNMET, conditions=conditions, raw=body)
    found = as_lists(as_object(answer["bundle"]) if wrapped else answer)
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


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of records.

    :param sent: how many the HAT sent, odd ones included: fewer than asked for is the last page.
    """

    records: list[Record]
    sent: int


def read_records(body: bytes, limits: Limits = USUAL) -> list[Record]:
    """Return the records of ``GET data/{namespace}/{endpoint}``; odd ones are left out.

    :raises HatBroken: the body as a whole cannot be used.
    """
    return read_page(body, limits).records


def read_page(body: bytes, limits: Limits = USUAL) -> ReadPage:
    """Return the records of a list, with how many there were; odd ones are left out.

    :raises HatBroken: the body as a whole cannot be used.
    """
    value, has_poison = tolerant_json(body, limits)
    if not isinstance(value, list):
        raise HatBroken(Broken.WRONG_SHAPE, detail="records")
    if len(value) > limits.records:
        raise BadJson("too_many_records")
    sieve = _Sieve(limits, has_poison, must_weigh=len(body) > limits.record_bytes)
    kept = [record for record in value if sieve.reason_against(record) is None]
    return ReadPage(kept, len(value))


def read_record(body: bytes) -> Record:
    """Return the one record of an answer.

    :raises HatBroken: it is not a record, or breaks a bound.
    """
    record = strict_json(body)
    if not _is_record(record):
        raise HatBroken(Broken.WRONG_SHAPE, detail="record")
    return cast("Record", record)


def read_bundle(body: bytes, limits: Limits = USUAL) -> Mapping[str, list[Record]]:
    """Return the records of a bundle or profile, by property; odd ones are left out.

    :raises HatBroken: the body as a whole cannot be used.
    """
    return read_values(body, limits).properties


def read_structure(body: bytes) -> Mapping[str, object]:
    """Return a bundle's definition with its name, as ``{"name": …, "bundle": {…}}``.

    :raises HatBroken: the body is no bundle.
    """
    definition = as_object(strict_json(body))
    try:
        parse_bundle(definition)
    except BundleInvalid:
        raise HatBroken(Broken.WRONG_SHAPE, detail="bundle") from None
    return definition


def _conditions(value: object) -> dict[str, bool]:
    return {} if value is None else {name: as_flag(met) for name, met in as_object(value).items()}


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
