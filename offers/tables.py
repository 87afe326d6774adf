"""From a HAT's answers to the rows of a file. Pure, and the only place that knows how.

The invented sample on the offer page, its download and every dataset export go through here, so
what a buyer sees before paying has exactly the columns of the file to come: one table a property
of the bundle, the person's number first, then the fields in the order of the dictionary.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

Cell = str | int | float | bool | None
Value = Any  # JSON, as the HAT answered it.

PERSON = "person"
LIST_SEPARATOR = "; "
NUMBER_KINDS = frozenset({"whole number", "decimal"})
TIME_KIND = "date and time"
_SCALARS = frozenset({str, int, float, bool, type(None)})

# A spreadsheet takes text that begins so as a formula, also after blanks and invisible characters.
_BLANKS = r"[\s\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
_SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]"
_FORMULA = re.compile(rf"[\t\r\n]|{_BLANKS}{_SIGNS}")
_NEGATIVE_NUMBER = re.compile(r"-\d+(?:\.\d+)?")
# A German one takes a semicolon for the end of a cell, and then a line break for that of a row, for
# it sees no quotes but at the beginning of a cell: what follows is a beginning too.
CELL_ENDS = ";\r\n"
_FORMULA_WITHIN = re.compile(
    rf'([{CELL_ENDS}](?:{_BLANKS}|")*)(?={_SIGNS})(?!{_NEGATIVE_NUMBER.pattern}\s*(?:;|\Z))'
)
_EPOCH = re.compile(r"\d{9,11}(?:\.\d+)?")


class Field(Protocol):
    """What a column is made from; ``offers.models.OfferField`` is one."""

    @property
    def table(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``path`` is its head in files, ``name`` its head on pages."""

    table: str
    path: str
    name: str
    kind: str
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its values stand to the right."""
        return self.kind in NUMBER_KINDS


def columns_of(fields: Iterable[Field]) -> list[Column]:
    """The columns of the fields, in their order, without the person's."""
    return [Column(f.table, f.path, f.name, f.kind, f.unit) for f in fields]


def tables_of(columns: Iterable[Column]) -> dict[str, list[Column]]:
    """The columns of each table, tables in the order of their first column."""
    tables: dict[str, list[Column]] = {}
    for column in columns:
        tables.setdefault(column.table, []).append(column)
    return tables


def header_of(columns: Iterable[Column]) -> list[str]:
    """The first line of the file: ``person`` and the paths."""
    return [PERSON, *(column.path for column in columns)]


def rows_of(
    columns: Sequence[Column], records: Iterable[Mapping[str, Value]], *, person: int | str
) -> Iterator[list[Cell]]:
    """One list of cells a record, the person's number first; ``None`` where a value is missing.

    :param columns: of one table.
    :param records: the ``data`` of that table's records.
    """
    known = list(records)
    cells = [cells_of(column, known) for column in columns]
    for place in range(len(known)):
        yield [person, *[of_column[place] for of_column in cells]]


def cells_of(column: Column, records: Sequence[Mapping[str, Value]]) -> list[Cell]:
    """One column's cells: the same values a column at a time, for files of many rows."""
    path = column.path
    values: list[Value] = (
        [record.get(path) for record in records]
        if _is_plain(path)
        else list(map(_path_reader(path), records))
    )
    if column.kind == TIME_KIND:
        # Nearly all are ISO 8601 already, which shows at the fifth character.
        values = [v if type(v) is str and v[4:5] == "-" else _moment(v) for v in values]
    if _SCALARS.issuperset(map(type, values)):
        return values
    return [_cell(value) for value in values]


def csv_cell(value: Cell) -> str | int | float:
    """What the CSV writer gets: text that a spreadsheet would run is made text by a leading ``'``.

    Within a text as well, where a German spreadsheet begins a cell. Numbers are never touched,
    and neither is text that is only a negative number.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value
    text = f"'{value}" if _is_formula(value) else value
    return _FORMULA_WITHIN.sub(r"\1'", text)


def has_formula_within(text: str) -> bool:
    """Whether some of it, behind its beginning, would be a cell with a formula."""
    return _FORMULA_WITHIN.search(text) is not None


def _is_formula(text: str) -> bool:
    return bool(_FORMULA.match(text)) and not _NEGATIVE_NUMBER.fullmatch(text)


def _path_reader(path: str) -> Callable[[Mapping[str, Value]], Value]:
    if _is_plain(path):
        return lambda record: record.get(path)
    segments = path.split(".")
    return lambda record: _at(record, segments)


def _is_plain(path: str) -> bool:
    return "." not in path and "[" not in path


def _at(value: Value, segments: Sequence[str]) -> Value:
    """Follow the path; below a list (``items[].sku``) the values of all its elements."""
    for place, segment in enumerate(segments):
        if not isinstance(value, Mapping):
            return None
        value = value.get(segment.removesuffix("[]"))
        if segment.endswith("[]") and isinstance(value, list):
            return [_at(item, segments[place + 1 :]) for item in value]
    return value


def _cell(value: Value) -> Cell:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list):
        return LIST_SEPARATOR.join(_word(item) for item in value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _word(item: Value) -> str:
    cell = _cell(item)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)


def _moment(value: Value) -> Value:
    """Seconds since 1970, as some sources count, as ISO 8601; other forms stay as they are."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not (isinstance(value, str) and _EPOCH.fullmatch(value)):
        return value
    try:
        moment = datetime.fromtimestamp(int(float(value)), UTC)
    except (ValueError, OverflowError, OSError):
        return value
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
