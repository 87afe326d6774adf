"""Some rows of a file, read from its first chunk only."""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

from fulfilment.exports import storage

ROWS = 20
ROWS_A_PERSON = 4  # so that one person's rows do not stand for all


def first_rows(path: str, *, wrapped_key: bytes) -> list[list[str]]:
    """The first few rows of each of the first people, without the head, as the file has them.

    A line that the first chunk cuts off is left out.

    :raises common.sealing.CannotOpen: the key was destroyed, or the file was changed.
    :raises OSError: the file is not there.
    """
    chunks = storage.read_chunks(path, wrapped_key=wrapped_key)
    text = next(chunks).decode("utf-8-sig", errors="ignore")
    chunks.close()
    whole = text[: text.rfind("\r\n") + 2]
    lines = csv.reader(io.StringIO(whole, newline=""))
    head = next(lines)
    whole_rows = (row for row in lines if len(row) == len(head))
    return list(itertools.islice(_few_a_person(whole_rows), ROWS))


def _few_a_person(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    shown: Counter[str] = Counter()
    for row in rows:
        shown[row[0]] += 1
        if shown[row[0]] <= ROWS_A_PERSON:
            yield row
