"""The invented sample as files: written as the dataset to come is, with a watermark on each row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offers.file_forms import csv_head, csv_rows, json_lines
from offers.tables import Cell, Column, cells_of, rows_of

WATERMARK = "invented"

Sample = Sequence[Mapping[str, Sequence[Mapping[str, Any]]]]


def sample_rows(sample: Sample, columns: Sequence[Column]) -> Iterator[list[Cell]]:
    """The rows of one table, under made-up references as in the dataset to come.

    :param sample: for each invented person, the records' data by table.
    :param columns: of one table, at least one.
    """
    for person, records in _people(sample, columns[0].table):
        yield from rows_of(columns, records, person=person)


def sample_csv(sample: Sample, columns: Sequence[Column], *, reference: str) -> bytes:
    """One table as the dataset's CSV, and a last column that nobody takes for real."""
    parts = [csv_head(columns, more=[WATERMARK])]
    for person, records in _people(sample, columns[0].table):
        mark = [_mark(reference)] * len(records)
        cells: list[Sequence[Cell]] = [*(cells_of(column, records) for column in columns), mark]
        parts.append(csv_rows(cells, person=person))
    return b"".join(parts)


def sample_json_lines(sample: Sample, tables: Sequence[str], *, reference: str) -> bytes:
    """All tables as the dataset's JSON Lines, each line marked."""
    mark = {WATERMARK: _mark(reference)}
    return b"".join(
        json_lines(answer.get(table, ()), person=_person(number), table=table, **mark)
        for number, answer in enumerate(sample, start=1)
        for table in tables
    )


def _people(sample: Sample, table: str) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Each invented person who has records of the table, with these."""
    for number, answer in enumerate(sample, start=1):
        if records := answer.get(table):
            yield _person(number), records


def _person(number: int) -> str:
    """As long as the references of a dataset, and no dataset's."""
    return f"P-SAMPLE{number}"


def _mark(reference: str) -> str:
    return f"sample of {reference}, no real person"
