"""The three kinds of files: CSV a table, JSON Lines of everything, and the manifest."""

import codecs
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from fulfilment.exports.storage import SealedWriter, StoredFile
from fulfilment.models import RemovalNotice
from offers import file_forms, tables
from offers.csv_text import csv_lines


class CsvFile:
    """One table, a column at a time for each person."""

    def __init__(self, path: Path, *, columns: Sequence[tables.Column]) -> None:
        self.rows = 0
        self._sealed = SealedWriter(path)
        self._sealed.write(file_forms.csv_head(columns))

    def add(self, cells: Sequence[Sequence[tables.Cell]], *, person: str) -> None:
        """Append one person's rows, given as columns of equal length."""
        self._sealed.write(file_forms.csv_rows(cells, person=person))
        self.rows += len(cells[0])

    def finish(self) -> StoredFile:
        """Write what is left."""
        return self._sealed.finish()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._sealed.__exit__()


class JsonLinesFile:
    """Every record of every table as ``{"person": …, "table": …, "data": …}``."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._sealed = SealedWriter(path)

    def add(self, records: Sequence[Mapping[str, Any]], *, person: str, table: str) -> None:
        """Append one person's records of one table."""
        self._sealed.write(file_forms.json_lines(records, person=person, table=table))
        self.rows += len(records)

    def finish(self) -> StoredFile:
        """Write what is left."""
        return self._sealed.finish()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._sealed.__exit__()


def write_json(path: Path, value: Mapping[str, Any]) -> StoredFile:
    """Write one JSON object, indented for people."""
    with SealedWriter(path) as sealed:
        sealed.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return sealed.finish()


def removal_list(notices: Iterable[RemovalNotice]) -> bytes:
    """Whom to delete, as a CSV file: person, when they stopped, by when, whether it is done."""
    rows = [
        (
            notice.person,
            notice.created_at.isoformat(timespec="seconds"),
            notice.confirm_by.isoformat(timespec="seconds"),
            notice.confirmed_at.isoformat(timespec="seconds") if notice.confirmed_at else None,
        )
        for notice in notices
    ]
    heads = ("person", "stopped_at", "confirm_by", "confirmed_at")
    columns = list(zip(heads, *rows, strict=True))
    return codecs.BOM_UTF8 + csv_lines(columns).encode()


def close_all(files: Iterable[CsvFile | JsonLinesFile]) -> None:
    """Let go of all of them, whatever happened."""
    for file in files:
        file.close()
