"""How many offers each further choice would leave, in one statement.

Each listing that fits the words knows which groups of filters it fails, as bits. One that fails
none counts everywhere; one that fails a single group counts beside the boxes of that group alone,
for there another choice would let it in; one that fails two counts nowhere. So the number beside a
box is the number of offers after a click on it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from offers.queries.facets import Choice, Facet

SqlValue = int | str | list[int]
Tally = Mapping[tuple[str, int], Mapping[int, int]]  # (column, bits failed) → number → offers


@dataclass(frozen=True)
class Where:
    """Conditions of a statement and what fills them."""

    parts: Sequence[str] = ()
    values: Sequence[SqlValue] = ()

    def also(self, part: str, *values: SqlValue) -> "Where":
        """With one more."""
        return Where([*self.parts, part], [*self.values, *values])

    @property
    def sql(self) -> str:
        """``WHERE …``, or nothing."""
        return f"WHERE {' AND '.join(self.parts)}" if self.parts else ""


@dataclass(frozen=True)
class Counted:
    """The number of offers that fit, and the groups with a count beside each choice."""

    total: int
    facets: Sequence[Facet]


def filtered(where: Where, facets: Sequence[Facet]) -> Where:
    """All groups applied."""
    for facet in facets:
        if facet.allowed is not None:
            where = where.also(f"{facet.column} = ANY(%s)", sorted(facet.allowed))
    return where


def counted(where: Where, facets: Sequence[Facet]) -> Counted:
    """Count in one pass over the listings that fit the words."""
    tally = _tally(where, facets)
    total = sum(tally[facets[0].column, 0].values())
    return Counted(total, [_with_counts(facet, place, tally) for place, facet in enumerate(facets)])


def _tally(where: Where, facets: Sequence[Facet]) -> Tally:
    failed, values = _failed(facets)
    columns = list(dict.fromkeys(facet.column for facet in facets))
    names = [f"c{place}" for place in range(len(columns))]
    said = ", ".join(f"{column} AS {name}" for column, name in zip(columns, names, strict=True))
    key, once = ("failed, ", "WHERE failed & (failed - 1) = 0") if values else ("", "")
    sets, listed = ", ".join(f"({key}{name})" for name in names), ", ".join(names)
    sql = (
        f"SELECT grouping({listed}), {key or '0, '}coalesce({listed}), count(*)"  # noqa: S608  # our words
        f" FROM (SELECT {failed} AS failed, {said} FROM offers_listing {where.sql}) AS fitting"
        f" {once} GROUP BY GROUPING SETS ({sets})"
    )
    tally: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *where.values])
        for mask, bits, number, offers in cursor.fetchall():
            tally[columns[_place(mask, len(columns))], bits][number] = offers
    return tally


def _place(mask: int, size: int) -> int:
    """Which column a set grouped by: ``grouping()`` has a 0 for it, the first column highest."""
    missing = ~mask & ((1 << size) - 1)
    return size - missing.bit_length()


def _failed(facets: Sequence[Facet]) -> tuple[str, list[SqlValue]]:
    """SQL of the groups that a listing fails, one bit each."""
    parts, values = ["0"], list[SqlValue]()
    for place, facet in enumerate(facets):
        if facet.allowed is not None:
            parts.append(f"CASE WHEN {facet.column} = ANY(%s) THEN 0 ELSE {1 << place} END")
            values.append(sorted(facet.allowed))
    return " + ".join(parts), values


def _with_counts(facet: Facet, place: int, tally: Tally) -> Facet:
    numbers: dict[int, int] = defaultdict(int)
    for bits in (0, 1 << place):
        for number, offers in tally.get((facet.column, bits), {}).items():
            numbers[number] += offers

    def offers_of(choice: Choice) -> int:
        return sum(numbers.get(number, 0) for number in facet.wanted(choice))

    choices = [replace(choice, count=offers_of(choice)) for choice in facet.choices]
    return replace(facet, choices=choices)
