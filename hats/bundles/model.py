"""What a parsed bundle is made of.

Immutable; JSON parts (mappings, compared values) are kept as they came, because a HAT stores and
returns them unchanged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Transformation(StrEnum):
    """What is done to a field before a filter looks at it."""

    IDENTITY = "identity"
    SEARCHABLE = "searchable"
    DATETIME_EXTRACT = "datetimeExtract"
    TIMESTAMP_EXTRACT = "timestampExtract"


@dataclass(frozen=True, slots=True)
class Contains:
    """PostgreSQL's ``field @> value``: equality or containment, never a substring."""

    value: object


@dataclass(frozen=True, slots=True)
class In:
    """PostgreSQL's ``field <@ value``."""

    value: object


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends included, in the order jsonb sorts by."""

    lower: object
    upper: object


@dataclass(frozen=True, slots=True)
class Find:
    """All words of ``search``, in English; meaningful only on a searchable field.

    A HAT takes any JSON here and searches for the words of its text.
    """

    search: object


Operator = Contains | In | Between | Find


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on the original record.

    :param field: dotted path; array positions are written ``.0.``, never ``[0]``.
    :param part: the date part taken by the two extracts, else ``None``.
    """

    field: str
    operator: Operator
    transformation: Transformation = Transformation.IDENTITY
    part: str | None = None

    @property
    def is_ignored(self) -> bool:
        """A HAT drops search without search text, and search text without search."""
        is_search = isinstance(self.operator, Find)
        return is_search != (self.transformation is Transformation.SEARCHABLE)


@dataclass(frozen=True, slots=True)
class EndpointQuery:
    """Which records of one endpoint, and which of their fields.

    :param mapping: destination to source; anything but an object means the whole record.
    """

    endpoint: str
    mapping: object = None
    filters: tuple[Filter, ...] = ()
    links: tuple["EndpointQuery", ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyQuery:
    """One list of records in the answer.

    :param ordering: ``"descending"`` exactly; any other word is ascending.
    :param limit: most records returned; ``None`` is all of them.
    """

    endpoints: tuple[EndpointQuery, ...]
    order_by: str | None = None
    ordering: str | None = None
    limit: int | None = None

    @property
    def is_descending(self) -> bool:
        return self.ordering == "descending"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A definition of data wanted; the name is unique on a whole HAT."""

    name: str
    properties: Mapping[str, PropertyQuery]


def renamed(bundle: Bundle, *, name: str) -> Bundle:
    """Keep the definition under the name that one acceptance uses on one HAT."""
    return replace(bundle, name=name)


def endpoints_of(bundle: Bundle) -> frozenset[str]:
    return frozenset(query.endpoint for query in _queries(bundle))


def namespaces_of(bundle: Bundle) -> frozenset[str]:
    """Name the first path segments: what an application must be allowed to read."""
    return frozenset(endpoint.split("/", 1)[0] for endpoint in endpoints_of(bundle))


def _queries(bundle: Bundle) -> Iterator[EndpointQuery]:
    for wanted in bundle.properties.values():
        for query in wanted.endpoints:
            yield query
            yield from query.links
