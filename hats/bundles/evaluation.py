"""What a HAT answers to a bundle, computed over records in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hats.bundles import dates, text
from hats.bundles.jsonb import MISSING, at_path, contains, sort_key
from hats.bundles.mapping import MappingFails, mapper
from hats.bundles.model import (
    Between,
    Bundle,
    Contains,
    EndpointQuery,
    Filter,
    Find,
    In,
    Operator,
    PropertyQuery,
    Transformation,
)

Test = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Record:
    """One datum as a HAT holds it, or as it answers it.

    :param written_at: when it was written or last replaced; HATs do not tell, so it is optional.
    :param links: held: the records grouped with this one; answered: those of them asked for.
    """

    endpoint: str
    record_id: str
    data: object
    written_at: datetime | None = None
    links: tuple["Record", ...] = ()


class EvaluationFailed(ValueError):
    """A HAT would answer an error: a date that is none, an unknown date part, a broken path."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    record: Record
    query: EndpointQuery
    answer: Callable[[Record], Record]


def evaluate(bundle: Bundle, records: Mapping[str, Sequence[Record]]) -> dict[str, list[Record]]:
    """Every property of the bundle, in order, with its records as the mapping leaves them.

    :param records: what the HAT holds, by endpoint, oldest first.
    :raises EvaluationFailed: the data and the bundle do not fit; nothing is returned then.
    """
    return {name: _evaluated(wanted, records) for name, wanted in bundle.properties.items()}


def conditions_met(conditions: Bundle, records: Mapping[str, Sequence[Record]]) -> dict[str, bool]:
    """Whether each property finds at least one record.

    :raises EvaluationFailed: as :func:`evaluate`.
    """
    return {name: bool(found) for name, found in evaluate(conditions, records).items()}


def _evaluated(wanted: PropertyQuery, records: Mapping[str, Sequence[Record]]) -> list[Record]:
    try:
        candidates = [one for query in wanted.endpoints for one in _candidates(query, records)]
        chosen = _in_order(candidates, wanted)[: wanted.limit]
        return [one.answer(one.record) for one in chosen]
    except MappingFails as error:
        raise EvaluationFailed(f"the mapping of “{error}” is malformed") from error


def _candidates(
    query: EndpointQuery, records: Mapping[str, Sequence[Record]]
) -> Iterator[_Candidate]:
    """Read the query first: a malformed one fails even where nothing is held."""
    answer = _answerer(query)
    for record in _matching(query, records.get(query.endpoint, ())):
        yield _Candidate(record, query, answer)


def _answerer(query: EndpointQuery) -> Callable[[Record], Record]:
    """Build what maps one record and keeps of its group what the query's links ask for.

    Links inside links are ignored, as a HAT ignores them.
    """
    to_data = mapper(query.mapping)
    links = [(link, mapper(link.mapping)) for link in query.links]

    def answer(record: Record) -> Record:
        linked = tuple(
            replace(other, data=to_linked(other.data), links=())
            for link, to_linked in links
            for other in _matching(link, [r for r in record.links if r.endpoint == link.endpoint])
        )
        return replace(record, data=to_data(record.data), links=linked)

    return answer


def _matching(query: EndpointQuery, records: Sequence[Record]) -> list[Record]:
    tests = [(f.field, _test(f)) for f in query.filters if not f.is_ignored]
    return [record for record in records if _passes(record.data, tests)]


def _passes(data: object, tests: list[tuple[str, Test]]) -> bool:
    for field, test in tests:
        value = at_path(data, field)
        if value is MISSING or not test(value):
            return False
    return True


def _in_order(candidates: list[_Candidate], wanted: PropertyQuery) -> list[_Candidate]:
    if wanted.order_by is None:
        return _in_order_written(candidates, descending=wanted.is_descending)
    keyed = [(_order_value(one, wanted.order_by), one) for one in candidates]
    present = [pair for pair in keyed if pair[0] is not MISSING]
    present.sort(key=lambda pair: sort_key(pair[0]), reverse=wanted.is_descending)
    return [one for _, one in present] + [one for value, one in keyed if value is MISSING]


def _order_value(candidate: _Candidate, order_by: str) -> object:
    """Find the value sorted by: ``orderBy`` is first read as a destination of the mapping."""
    mapping = candidate.query.mapping
    source = mapping.get(order_by, order_by) if isinstance(mapping, dict) else order_by
    if not isinstance(source, str):
        raise MappingFails(order_by)
    return at_path(candidate.record.data, source)


def _in_order_written(candidates: list[_Candidate], *, descending: bool) -> list[_Candidate]:
    """By write time; where that is not known, in the order given, which is the order written."""
    timed = [(one.record.written_at, one) for one in candidates if one.record.written_at]
    if len(timed) < len(candidates):
        return candidates[::-1] if descending else candidates
    return [one for _, one in sorted(timed, key=lambda pair: pair[0], reverse=descending)]


def _test(condition: Filter) -> Test:
    """Build the question that a present field is asked."""
    if isinstance(condition.operator, Find):
        wanted = text.lexemes(text.search_text(condition.operator.search))
        return lambda value: text.finds(text.search_text(value), wanted=wanted)
    compares = _comparison(condition.operator)
    if condition.transformation is Transformation.IDENTITY:
        return compares
    part = condition.part or ""
    moment = _MOMENTS[condition.transformation]
    return lambda value: compares(_extracted(value, moment=moment, part=part))


def _comparison(operator: Operator) -> Test:
    match operator:
        case Contains(wanted):
            return lambda value: contains(value, wanted)
        case In(allowed):
            return lambda value: contains(allowed, value)
        case Between(lower, upper):
            low, high = sort_key(lower), sort_key(upper)
            return lambda value: low <= sort_key(value) <= high
        case Find():
            raise AssertionError("a search is not a comparison")


def _extracted(value: object, *, moment: Callable[[object], datetime], part: str) -> float:
    try:
        return dates.part_of(moment(value), part)
    except ValueError as error:
        raise EvaluationFailed(f"no “{part}” can be taken from this field") from error


def _from_text(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("not a date in text")  # noqa: TRY004 - one kind of failure for callers
    return dates.from_text(value)


def _from_epoch_seconds(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number of seconds")  # noqa: TRY004 - one kind of failure
    return dates.from_epoch_seconds(value)


_MOMENTS: dict[Transformation, Callable[[object], datetime]] = {
    Transformation.DATETIME_EXTRACT: _from_text,
    Transformation.TIMESTAMP_EXTRACT: _from_epoch_seconds,
}
