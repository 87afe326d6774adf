"""One revision's files while they are being written: records in, sealed files out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from fulfilment.exports import storage
from fulfilment.exports.opening import Answer
from fulfilment.exports.profile import Profile
from fulfilment.exports.storage import StoredFile
from fulfilment.exports.writers import CsvFile, JsonLinesFile, close_all, write_json
from offers import tables

JSON_LINES, CSV, MANIFEST = "jsonl", "csv", "json"
_LONGEST_SLUG = 40


@dataclass(frozen=True)
class DraftFile:
    """A written file and what it will be called."""

    format: str
    table: str
    name: str
    rows: int
    stored: StoredFile

    def facts(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "name": self.name,
            "format": self.format,
            "table": self.table,
            "rows": self.rows,
            "bytes": self.stored.size,
            "sha256": self.stored.sha256,
        }


@dataclass
class Draft:
    """Takes one person's records after the other, and writes every file of the revision at once.

    :param stem: what the files' names begin with, such as ``DS-7F3K9QT-r5``.
    """

    folder: Path
    stem: str
    columns: Mapping[str, Sequence[tables.Column]]
    at: datetime
    people: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.profile = Profile(self.columns, at=self.at)
        self._csv = {
            table: CsvFile(self.folder / f"{place}.csv", columns=columns)
            for place, (table, columns) in enumerate(self.columns.items())
        }
        self._lines = JsonLinesFile(self.folder / "0.jsonl")

    def add(self, answer: Answer, *, person: str, acceptance_id: int) -> None:
        """Append one retrieval's records."""
        self.people.add(acceptance_id)
        for table, columns in self.columns.items():
            records = [record["d"] for record in answer.get(table, ())]
            if not records:
                continue
            cells = [tables.cells_of(column, records) for column in columns]
            self._csv[table].add(cells, person=person)
            self._lines.add(records, person=person, table=table)
            self.profile.add(table, cells, person=person)

    @property
    def rows(self) -> int:
        """Records so far, over all tables."""
        return self._lines.rows

    def finish(self) -> list[DraftFile]:
        """Write what is left: the CSV files in the order of their tables, then JSON Lines."""
        files = [
            DraftFile(
                CSV,
                table,
                self._name(table, place),
                file.rows,
                file.finish(),
            )
            for place, (table, file) in enumerate(self._csv.items())
        ]
        lines = DraftFile(JSON_LINES, "", f"{self.stem}.jsonl", self.rows, self._lines.finish())
        return [*files, lines]

    def add_manifest(self, manifest: Mapping[str, Any]) -> DraftFile:
        """Write the manifest beside the files it names."""
        stored = write_json(self.folder / "manifest.json", manifest)
        return DraftFile(MANIFEST, "", f"{self.stem}-manifest.json", 0, stored)

    def abandon(self) -> None:
        """Leave nothing behind."""
        close_all([*self._csv.values(), self._lines])
        storage.remove_folder(self.folder)

    def _name(self, table: str, place: int) -> str:
        """The table's name as far as a file name can carry it; several tables are numbered."""
        words = slugify(table)[:_LONGEST_SLUG].strip("-")
        number = str(place + 1) if len(self.columns) > 1 or not words else ""
        return "-".join(filter(None, [self.stem, number, words])) + ".csv"
