"""How many offers each further choice would leave, in one statement.

Each listing that fits the words knows which groups of filters it fails, as bits. One that fails
none counts everywhere; one that fails a single group counts beside the boxes of that group alone,
for there another choice would let it in; one that fails two counts nowhere. So the number beside a
box is the number of offers after a click on it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from django.db import connection

from offers.models.finding import MOST_SETS
from offers.queries.facets import Choice, Facet

SqlValue = int | str | list[int]
FIRST = 60  # offers that are found while counting: five pages
_A_FIRST_ONE = -1  # instead of the bits failed
# Columns of which few combinations exist: one table of them is filled faster than one for each.
# All but the first hold numbers below ``MOST_SETS``, so that a combination is one number too.
TOGETHER = (("source_set", "kind_set", "purpose_set"), ("terms", "country_set"))
Tally = Mapping[tuple[str, int], Mapping[int, int]]  # (column, bits failed) → number → offers


@dataclass(frozen=True)
class Where:
    """Conditions of a statement and what fills them.

    :param has_words: only the index finds words fast, so it is never passed by for the sake of the
        first few rows: the texts lie outside of the rows, and reading all of them takes seconds.
    """

    parts: Sequence[str] = ()
    values: Sequence[SqlValue] = ()
    has_words: bool = False

    def also(self, part: str, *values: SqlValue) -> "Where":
        """With one more."""
        return replace(self, parts=[*self.parts, part], values=[*self.values, *values])

    def found_by(self, query: str) -> "Where":
        """With words. They are a question of their own: PostgreSQL plans as if they were rare."""
        return replace(self.also("document @@ (SELECT %s::tsquery)", query), has_words=True)

    def found_by_words(self, words: str) -> "Where":
        """The same, where nobody has read the words yet."""
        part = "document @@ (SELECT offers_query(%s))"
        return replace(self.also(part, words), has_words=True)

    def first(self, *, order: str = "") -> str:
        """SQL of the numbers of the first offers, to be continued with ``LIMIT``."""
        if not self.has_words:
            return f"SELECT offer_id FROM offers_listing {self.sql} {order}"  # noqa: S608  # our words
        fitting = f"SELECT * FROM offers_listing {self.sql}"  # noqa: S608  # our words
        return f"WITH fitting AS MATERIALIZED ({fitting}) SELECT offer_id FROM fitting {order}"  # noqa: S608  # our words

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
    sets = _sets(list(dict.fromkeys(facet.column for facet in facets)))
    for bits, offers, *numbers in _rows(where, facets, sets, order):
        if bits == _A_FIRST_ONE:
            first[numbers[0]] = offers
            continue
        for columns, number in zip(sets, numbers, strict=True):
            if number is not None:  # the row is of this set
                for column, part in zip(columns, _parts(number, len(columns)), strict=True):
                    tally[column, bits][part] += offers
    return Counted(
        total=sum(tally[facets[0].column, 0].values()),
        facets=[_with_counts(facet, place, tally) for place, facet in enumerate(facets)],
        first=[first[place] for place in sorted(first)],
    )


def _rows(
    where: Where, facets: Sequence[Facet], sets: Sequence[Sequence[str]], order: Order | None
) -> list[tuple[int, ...]]:
    """Of each combination: the bits failed, how many offers, its number in its set's place."""
    failed, values = _failed(facets)
    names = [f"c{place}" for place in range(len(sets))]
    fields = [f"{_whole(columns)} AS {name}" for columns, name in zip(sets, names, strict=True)]
    key, once, fits = "", "", ""
    if values:
        key, once, fits = "failed, ", "WHERE failed & (failed - 1) = 0", "WHERE failed = 0"
        fields.append(f"{failed} AS failed")
    counting = (
        f"SELECT {key or '0, '}count(*), {', '.join(names)} FROM fitting {once}"  # noqa: S608  # our words
        f" GROUP BY GROUPING SETS ({', '.join(f'({key}{name})' for name in names)})"
    )
    first, more = _first(order, fits, columns=len(sets)) if order else ("", [])
    kept = "MATERIALIZED" if order else "NOT MATERIALIZED"
    sql = (
        f"WITH fitting AS {kept} (SELECT {', '.join([*fields, *more])}"  # noqa: S608  # our words
        f" FROM offers_listing {where.sql}) {counting} {first}"
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


def _whole(columns: Sequence[str]) -> str:
    """SQL of one number for what stands in all columns."""
    first, *others = columns
    return reduce(lambda whole, part: f"({whole})::bigint * {MOST_SETS} + {part}", others, first)


def _parts(number: int, count: int) -> list[int]:
    """The number of each column again."""
    parts = list[int]()
    for _ in range(count - 1):
        number, part = divmod(number, MOST_SETS)
        parts.append(part)
    return [number, *reversed(parts)]


def _first(order: Order, fits: str, *, columns: int) -> tuple[str, list[str]]:
    """SQL of the first offers with their places, and the fields that it needs."""
    fields = {term.sql: f"o{place}" for place, term in enumerate(order.terms)}
    fields["offer_id"] = "offer_id"  # the last term too
    by = order.of([fields[term.sql] for term in order.terms])
    place = f"row_number() OVER (ORDER BY {by})"
    said = ", ".join([str(_A_FIRST_ONE), "offer_id", place, *["NULL"] * (columns - 1)])
    listed = f"SELECT * FROM fitting {fits} ORDER BY {by} LIMIT {FIRST}"  # noqa: S608  # our words
    first = f"UNION ALL SELECT {said} FROM ({listed}) AS first"  # noqa: S608  # our words
    return first, [f"{sql} AS {name}" for sql, name in fields.items()]


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
