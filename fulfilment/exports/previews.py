"""The first rows of a file, read from its first chunk only."""

import csv
import io
import itertools

from fulfilment.exports import storage

ROWS = 20


def first_rows(path: str, *, wrapped_key: bytes) -> list[list[str]]:
    """The first rows of a CSV file, without its head, as the file has them.

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
    return [row for row in itertools.islice(lines, ROWS) if len(row) == len(head)]
