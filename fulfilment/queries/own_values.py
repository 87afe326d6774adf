"""An owner's own values as the buyer would get them: the same columns, from the same code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from common import language
from common.language import gettext as _
from hats.protocol import Record
from offers.models import OfferVersion
from offers.tables import TIME_KIND, Cell, Column, columns_of, rows_of, tables_of

ROWS_SHOWN = 20  # of each table


@dataclass(frozen=True)
class ShownCell:
    """One value in words; numbers stand to the right."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class ShownTable:
    """One table of the file to come, with this owner's rows alone."""

    name: str
    columns: list[Column]
    rows: list[list[ShownCell]]
    count: int


def tables_to_show(version: OfferVersion, values: Mapping[str, list[Record]]) -> list[ShownTable]:
    """The first rows of each table, in words."""
    columns = columns_of(version.fields.order_by("position", "pk"))
    tables = tables_of(columns)
    return [_table(name, own, values.get(name, [])) for name, own in tables.items()]


def _table(name: str, columns: list[Column], records: list[Record]) -> ShownTable:
    data = [d for record in records[:ROWS_SHOWN] if isinstance(d := record["data"], dict)]
    rows = [_in_words(columns, cells[1:]) for cells in rows_of(columns, data, person="")]
    return ShownTable(name.replace("_", " "), columns, rows, len(records))


def _in_words(columns: list[Column], cells: Iterable[Cell]) -> list[ShownCell]:
    return [
        ShownCell(_word(column, cell), column.is_number)
        for column, cell in zip(columns, cells, strict=True)
    ]


def _word(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if column.kind == TIME_KIND:
        return _moment(str(cell))
    if isinstance(cell, float):
        return str(cell).replace(".", language.manner().point)
    return str(cell)


def _moment(text: str) -> str:
    """``2026-11-12T19:05:11.000Z`` as people write it; what is no moment stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return language.moment(moment.astimezone(UTC) if moment.tzinfo else moment)
