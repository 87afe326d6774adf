"""How files of rows are written, byte for byte: datasets and invented samples alike. Pure.

CSV is UTF-8 with a byte order mark and CRLF line ends, because Excel opens nothing else rightly
by a double click; text that a spreadsheet would run has a ``'`` before it. JSON Lines holds what
the HATs answered, untouched.
"""

import codecs
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from offers.csv_text import csv_lines
from offers.tables import Cell, Column, header_of


def csv_head(columns: Sequence[Column], *, more: Sequence[str] = ()) -> bytes:
    """The beginning of a file of one table.

    :param more: heads of columns that follow those of the table.
    """
    heads = [[head] for head in (*header_of(columns), *more)]
    return codecs.BOM_UTF8 + csv_lines(heads).encode()


def csv_rows(cells: Sequence[Sequence[Cell]], *, person: str) -> bytes:
    """One person's rows, given as columns of equal length, at least one."""
    return csv_lines(cells, first=person).encode(errors="replace")


def json_lines(
    records: Sequence[Mapping[str, Any]], *, person: str, table: str, **more: str
) -> bytes:
    """One person's records of one table: ``{"person": …, "table": …, "data": …}`` a line.

    :param more: what else each line says.
    """
    return b"".join(
        orjson.dumps(
            {"person": person, "table": table, "data": data, **more},
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for data in records
    )
