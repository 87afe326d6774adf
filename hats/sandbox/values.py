"""What a HAT answers when somebody reads a bundle, with or without conditions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from hats.bundles import Bundle, Record, conditions_met, evaluate


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An encoded answer, and how many records are in it."""

    body: bytes
    records: int


def evaluated(
    bundle: Bundle, conditions: Bundle | None, holdings: Mapping[str, Sequence[Record]]
) -> Evaluated:
    """Read the bundle if every condition finds something; else answer which one does not.

    :raises EvaluationFailed: bundle or conditions do not fit the data.
    """
    answer: dict[str, object] = {}
    is_met = True
    if conditions is not None:
        answer["conditions"] = met = conditions_met(conditions, holdings)
        is_met = all(met.values())
    found = evaluate(bundle, holdings) if is_met else {}
    answer["bundle"] = {name: records_json(records) for name, records in found.items()}
    return Evaluated(orjson.dumps(answer), sum(len(records) for records in found.values()))


def records_json(records: Iterable[Record]) -> list[dict[str, object]]:
    """Write records as HATs do; ``links`` only where there are some."""
    return [_record_json(record) for record in records]


def _record_json(record: Record) -> dict[str, object]:
    written = {"endpoint": record.endpoint, "recordId": record.record_id, "data": record.data}
    return {**written, "links": records_json(record.links)} if record.links else written
