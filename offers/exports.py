"""The invented sample as files: the columns of the dataset to come, and a watermark after them."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offers.tables import Cell, Column, csv_cell, header_of, objects_of, rows_of

WATERMARK = "invented"

Sample = Sequence[Mapping[str, Sequence[Mapping[str, Any]]]]


def sample_rows(sample: Sample, columns: Sequence[Column]) -> Iterator[list[Cell]]:
    """The rows of one table, under made-up references as in the dataset to come.

    :param sample: for each invented person, the records' data by table.
    :param columns: of one table, at least one.
    """
    for number, answer in enumerate(sample, start=1):
        records = answer.get(columns[0].table, ())
        yield from rows_of(columns, records, person=_person(number))


def sample_csv(sample: Sample, columns: Sequence[Column], *, reference: str) -> str:
    """A CSV file (RFC 4180, UTF-8) that nobody takes for real."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*header_of(columns), WATERMARK])
    mark = _mark(reference)
    for row in sample_rows(sample, columns):
        writer.writerow([*map(csv_cell, row), mark])
    return file.getvalue()


def sample_json_lines(sample: Sample, columns: Sequence[Column], *, reference: str) -> str:
    """The same rows, one JSON object a line."""
    mark = {WATERMARK: _mark(reference)}
    return "".join(
        json.dumps(line | mark, ensure_ascii=False) + "\n"
        for number, answer in enumerate(sample, start=1)
        for line in objects_of(columns, answer.get(columns[0].table, ()), person=_person(number))
    )


def _person(number: int) -> str:
    """As long as the references of a dataset, and no dataset's."""
    return f"P-SAMPLE{number}"


def _mark(reference: str) -> str:
    return f"sample of {reference}, no real person"
