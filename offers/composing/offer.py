"""From what was chosen to a bundle, its columns and its sample, and from a bundle to choices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from hats.bundles import Bundle, EndpointQuery, PropertyQuery, bundle_to_json
from hats.bundles.phrases import Phrase
from hats.bundles.projection import sources_of
from hats.bundles.recognising import read
from hats.bundles.words import filter_path
from offers.composing.narrowing import held_of, phrases_of
from offers.composing.samples import PEOPLE, invented_rows
from offers.datafiles import EndpointFacts, FieldFacts, example_text

LONGEST_EXAMPLE = 120


@dataclass(frozen=True)
class ColumnFacts:
    """One column of the file to come; as ``offers.models.OfferField``."""

    table: str
    path: str
    name: str
    meaning: str
    kind: str
    example: str
    unit: str
    may_be_missing: bool
    sensitivity: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted of one kind of record: fields, in order, each with what narrows it."""

    endpoint: EndpointFacts
    fields: tuple[tuple[FieldFacts, tuple[Phrase, ...]], ...]
    limit: int | None = None

    def to_query(self) -> PropertyQuery:
        """As the HAT's language has it: newest first, so that a limit keeps the newest."""
        query = EndpointQuery(
            self.endpoint.path,
            mapping={field.column: field.path for field, _ in self.fields},
            filters=tuple(p.to_filter() for _, phrases in self.fields for p in phrases),
        )
        order_by = filter_path(self.endpoint.time_field) or None
        return PropertyQuery((query,), order_by, "descending", self.limit)


@dataclass(frozen=True)
class Composition:
    """All that is asked of a HAT; empty while nothing is chosen.

    :param endpoints: the kinds of records chosen, those without a field included.
    """

    wishes: tuple[Wish, ...]
    endpoints: tuple[EndpointFacts, ...]

    @cached_property
    def fields(self) -> list[FieldFacts]:
        """Every field taken."""
        return [field for wish in self.wishes for field, _ in wish.fields]

    @property
    def is_special(self) -> bool:
        """Whether a field belongs to a special category."""
        return any(field.is_special for field in self.fields)

    @property
    def is_precise_location(self) -> bool:
        """Whether a field tells an exact place."""
        return any(field.is_precise_location for field in self.fields)

    def to_bundle(self, name: str) -> Bundle:
        """The definition under a name of letters, digits and hyphens."""
        return Bundle(name, {wish.endpoint.table: wish.to_query() for wish in self.wishes})

    def to_json(self, name: str) -> dict[str, Any]:
        """The definition as a HAT reads it."""
        return bundle_to_json(self.to_bundle(name))

    def columns(self) -> list[ColumnFacts]:
        """The dictionary of the files to come."""
        return [
            _column(wish.endpoint.table, field) for wish in self.wishes for field, _ in wish.fields
        ]

    def sample(self) -> list[dict[str, list[dict[str, Any]]]]:
        """What some invented people's HATs would answer."""
        return [
            {
                wish.endpoint.table: invented_rows(wish.fields, limit=wish.limit, person=person)
                for wish in self.wishes
            }
            for person in range(PEOPLE)
        ]


def compose(
    endpoints: Sequence[EndpointFacts], answers: Mapping[str, Any], *, today: date
) -> Composition:
    """Put the answers of the first three steps together.

    What is no longer in the catalogue, and filters of fields that are not taken, are left out.

    :param endpoints: those chosen, with the fields that may be taken.
    """
    taken = answers.get("fields", {})
    narrowed = answers.get("filters", {})
    wishes = (
        _wish(e, taken.get(e.path, ()), narrowed.get(e.path, {}), today=today) for e in endpoints
    )
    return Composition(tuple(wish for wish in wishes if wish.fields), tuple(endpoints))


def _wish(
    endpoint: EndpointFacts, taken: Sequence[str], narrowed: Mapping[str, Any], *, today: date
) -> Wish:
    by = narrowed.get("by", {})
    return Wish(
        endpoint=endpoint,
        fields=tuple(
            (field, tuple(phrases_of(field, by.get(field.path, {}), today=today)))
            for field in endpoint.fields
            if field.path in taken
        ),
        limit=narrowed["limit"] if "limit" in narrowed else usual_limit(endpoint),
    )


def usual_limit(endpoint: EndpointFacts) -> int | None:
    """Of a state only the newest record counts; of all else a thousand are plenty."""
    return 1 if endpoint.kind in {"state", "answer"} else 1000


def answers_of(bundle: Bundle, endpoints: Iterable[EndpointFacts]) -> dict[str, Any]:
    """Fill the first three steps from a definition, as far as the catalogue knows its parts.

    Filters without a form, and fields that may not be taken, are left out.
    """
    known = {endpoint.path: endpoint for endpoint in endpoints}
    fields: dict[str, list[str]] = {}
    filters: dict[str, Any] = {}
    for wanted in bundle.properties.values():
        for query in wanted.endpoints:
            endpoint = known.get(query.endpoint)
            if endpoint is None or query.endpoint in fields:
                continue
            sources = set((sources_of(query) or {}).values())
            taken = [field for field in endpoint.fields if field.path in sources]
            fields[endpoint.path] = [field.path for field in taken]
            filters[endpoint.path] = {"limit": wanted.limit, "by": _by(query, taken)}
    return {"records": {"endpoints": list(fields)}, "fields": fields, "filters": filters}


def _by(query: EndpointQuery, taken: Sequence[FieldFacts]) -> dict[str, Any]:
    phrases = [read(one) for one in query.filters if not one.is_ignored]
    found = {}
    for field in taken:
        own = [phrase for phrase in phrases if phrase.field == filter_path(field.path)]
        held = held_of(field, own) if own else None
        if held:
            found[field.path] = held
    return found


def _column(table: str, field: FieldFacts) -> ColumnFacts:
    return ColumnFacts(
        table=table,
        path=field.column,
        name=field.name,
        meaning=field.meaning,
        kind=field.kind,
        example=example_text(field.examples)[:LONGEST_EXAMPLE],
        unit=field.unit,
        may_be_missing=field.may_be_missing,
        sensitivity=field.sensitivity,
    )
