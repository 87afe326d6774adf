"""Records and values; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Record = dict[str, object]
"""One datum as the HAT sent it: ``endpoint`` and ``recordId`` are checked strings, ``data`` any."""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """One datum to be written by a batch.

    :param links: stored as records of their own, grouped with this one.
    """

    endpoint: str
    data: object = field(repr=False)
    links: tuple["NewRecord", ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return it as ``POST data-batch`` takes it."""
        body: dict[str, object] = {"endpoint": self.endpoint, "data": self.data}
        if self.links:
            body["links"] = [link.to_json() for link in self.links]
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of many records is asked for, in which order.

    :param take: at most this many; the HAT's own default is 1000.
    :param order_by: a dotted path into ``data``; without it, the time of writing. Records without
        that field come last in both directions.
    """

    take: int = 1000
    skip: int = 0
    newest_first: bool = False
    order_by: str = ""

    def to_query(self) -> dict[str, str]:
        """Return it as the HAT's query parameters."""
        query = {
            "take": str(self.take),
            "skip": str(self.skip),
            "ordering": "descending" if self.newest_first else "ascending",
        }
        return {**query, "orderBy": self.order_by} if self.order_by else query


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
