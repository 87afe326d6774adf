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
FIRST = 60  # offers that are found while counting: five pages
_A_FIRST_ONE = -1  # instead of the bits failed
# Columns of which few combinations exist: one table of them is filled faster than one for each.
TOGETHER = (("source_set", "kind_set", "purpose_set"), ("terms", "country_set"))
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
class Term:
    """One thing to order by."""

    sql: str
    values: Sequence[SqlValue] = ()
    is_descending: bool = True


@dataclass(frozen=True)
class Order:
    """What to order by, the first first; the last is unique."""

    terms: Sequence[Term]

    @property
    def sql(self) -> str:
        """After ``ORDER BY``."""
        return self.of([term.sql for term in self.terms])

    @property
    def values(self) -> list[SqlValue]:
        """What fills it."""
        return [value for term in self.terms for value in term.values]

    def of(self, names: Sequence[str]) -> str:
        """The same with other names for the terms."""
        pairs = zip(names, self.terms, strict=True)
        return ", ".join(
            f"{name} {'DESC' if term.is_descending else 'ASC'}" for name, term in pairs
        )


@dataclass(frozen=True)
class Counted:
    """The number of offers that fit, and the groups with a count beside each choice.

    :param first: primary keys of the first offers in order, where they were asked for too.
    """

    total: int
    facets: Sequence[Facet]
    first: Sequence[int] = ()


def filtered(where: Where, facets: Sequence[Facet]) -> Where:
    """All groups applied."""
    for facet in facets:
        if facet.allowed is not None:
            where = where.also(f"{facet.column} = ANY(%s)", sorted(facet.allowed))
    return where


def counted(where: Where, facets: Sequence[Facet], *, order: Order | None = None) -> Counted:
    """Count in one pass over the listings that fit the words.

    :param order: find the first offers in this order in the same pass.
    """
    tally: dict[tuple[str, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    first: dict[int, int] = {}
    columns = list(dict.fromkeys(facet.column for facet in facets))
    for bits, offers, *numbers in _rows(where, facets, columns, order):
        if bits == _A_FIRST_ONE:
            first[numbers[0]] = offers
            continue
        for column, number in zip(columns, numbers, strict=True):
            if number is not None:  # the row is of a set with this column
                tally[column, bits][number] += offers
    return Counted(
        total=sum(tally[facets[0].column, 0].values()),
        facets=[_with_counts(facet, place, tally) for place, facet in enumerate(facets)],
        first=[first[place] for place in sorted(first)],
    )


def _rows(
    where: Where, facets: Sequence[Facet], columns: Sequence[str], order: Order | None
) -> list[tuple[int, ...]]:
    """Of each combination: the bits failed, how many offers, and a number in each column of it."""
    failed, values = _failed(facets)
    names = {column: f"c{place}" for place, column in enumerate(columns)}
    said = [f"{column} AS {name}" for column, name in names.items()]
    key, once = ("failed, ", "WHERE failed & (failed - 1) = 0") if values else ("", "")
    sets = ", ".join(f"({key}{', '.join(names[c] for c in each)})" for each in _sets(columns))
    counting = (
        f"SELECT {key or '0, '}count(*), {', '.join(names.values())}"  # noqa: S608  # our words
        f" FROM fitting {once} GROUP BY GROUPING SETS ({sets})"
    )
    first, more = _first(order, columns=len(columns)) if order else ("", [])
    fields = ", ".join([f"{failed} AS failed", *said, *more])
    kept = "MATERIALIZED" if order else "NOT MATERIALIZED"
    sql = (
        f"WITH fitting AS {kept} (SELECT {fields} FROM offers_listing {where.sql})"  # noqa: S608  # our words
        f" {counting} {first}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *(order.values if order else ()), *where.values])
        rows: list[tuple[int, ...]] = cursor.fetchall()
    return rows


def _sets(columns: Sequence[str]) -> list[list[str]]:
    """What is counted together, and each other column by itself."""
    together = [[column for column in each if column in columns] for each in TOGETHER]
    counted_so = {column for each in together for column in each}
    alone = [[column] for column in columns if column not in counted_so]
    return [*alone, *filter(None, together)]


def _first(order: Order, *, columns: int) -> tuple[str, list[str]]:
    """SQL of the first offers with their places, and the fields that it needs."""
    names = [f"o{place}" for place in range(len(order.terms))]
    fields = [f"{term.sql} AS {name}" for term, name in zip(order.terms, names, strict=True)]
    by = order.of(names)
    listed = f"SELECT * FROM fitting WHERE failed = 0 ORDER BY {by} LIMIT {FIRST}"  # noqa: S608  # our words
    place = f"row_number() OVER (ORDER BY {by})"
    said = ", ".join([str(_A_FIRST_ONE), "offer_id", place, *["NULL"] * (columns - 1)])
    return f"UNION ALL SELECT {said} FROM ({listed}) AS first", ["offer_id", *fields]  # noqa: S608  # our words


def _failed(facets: Sequence[Facet]) -> tuple[str, list[SqlValue]]:
    """SQL of the groups that a listing fails, one bit each."""
    parts, values = ["0"], list[SqlValue]()
    for place, facet in enumerate(facets):
        if facet.allowed is not None:
            fits, allowed = _fits(facet, facet.allowed)
            parts.append(f"CASE WHEN {fits} THEN 0 ELSE {1 << place} END")
            values.append(allowed)
    return " + ".join(parts), values


def _fits(facet: Facet, allowed: frozenset[int]) -> tuple[str, SqlValue]:
    """SQL of whether a listing fits, with its value.

    PostgreSQL walks through a list for each row, so hundreds of numbers are a bit each instead.
    """
    if not facet.size:
        return f"{facet.column} = ANY(%s)", sorted(allowed)
    bits = "".join("1" if number in allowed else "0" for number in range(facet.size))
    return f"get_bit(%s::bit({facet.size}), {facet.column}) = 1", bits


def _with_counts(facet: Facet, place: int, tally: Tally) -> Facet:
    numbers: dict[int, int] = defaultdict(int)
    for bits in (0, 1 << place):
        for number, offers in tally.get((facet.column, bits), {}).items():
            numbers[number] += offers

    def offers_of(choice: Choice) -> int:
        return sum(numbers.get(number, 0) for number in facet.wanted(choice))

    choices = [replace(choice, count=offers_of(choice)) for choice in facet.choices]
    return replace(facet, choices=choices)
