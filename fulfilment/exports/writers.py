"""The three kinds of files: CSV a table, JSON Lines of everything, and the manifest.

CSV is UTF-8 with a byte order mark and CRLF line ends, because Excel opens nothing else rightly
by a double click; text that a spreadsheet would run begins with ``'``. JSON Lines holds what the
HATs answered, untouched.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from fulfilment.exports.storage import SealedWriter, StoredFile
from offers import tables

BYTE_ORDER_MARK = "\ufeff"
_BUFFERED_CHARACTERS = 128 * 1024


class CsvFile:
    """One table, row by row."""

    def __init__(self, path: Path, *, columns: Sequence[tables.Column]) -> None:
        self.rows = 0
        self._sealed = SealedWriter(path)
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer)
        self._buffer.write(BYTE_ORDER_MARK)
        self._writer.writerow([tables.csv_cell(head) for head in tables.header_of(columns)])

    def add(self, rows: Sequence[Sequence[tables.Cell]]) -> None:
        """Append rows of one person."""
        guard = tables.csv_cell
        self._writer.writerows([[guard(cell) for cell in row] for row in rows])
        self.rows += len(rows)
        if self._buffer.tell() > _BUFFERED_CHARACTERS:
            self._hand_over()

    def finish(self) -> StoredFile:
        """Write what is left."""
        self._hand_over()
        return self._sealed.finish()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._sealed.__exit__()

    def _hand_over(self) -> None:
        self._sealed.write(self._buffer.getvalue().encode(errors="replace"))
        self._buffer.seek(0)
        self._buffer.truncate()


class JsonLinesFile:
    """Every record of every table as ``{"person": …, "table": …, "data": …}``."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._sealed = SealedWriter(path)

    def add(self, records: Sequence[Mapping[str, Any]], *, person: str, table: str) -> None:
        """Append one person's records of one table."""
        lines = [
            orjson.dumps(
                {"person": person, "table": table, "data": data}, option=orjson.OPT_APPEND_NEWLINE
            )
            for data in records
        ]
        self._sealed.write(b"".join(lines))
        self.rows += len(lines)

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


def close_all(files: Iterable[CsvFile | JsonLinesFile]) -> None:
    """Let go of all of them, whatever happened."""
    for file in files:
        file.close()
