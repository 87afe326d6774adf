"""CSV text from columns: what Python's csv module writes for ``offers.tables.csv_cell``, faster.

Nearly every cell needs neither quotes nor the guard against formulas. A column proves so for a
whole batch with a handful of look-ups; only a column that cannot is treated cell by cell.
"""

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import cast

from offers.tables import Cell, csv_cell

LINE_END = "\r\n"
_FIRST = itemgetter(slice(1))
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


def csv_lines(columns: Sequence[Sequence[Cell]], *, first: str = "") -> str:
    """The lines of a table given as columns of equal length, quoted and guarded as needed.

    :param first: a cell that every line begins with; empty: none.
    """
    start = csv_text(first) + "," if first else ""
    texts = [_texts(column) for column in columns]
    lines = (LINE_END + start).join(map(",".join, zip(*texts, strict=True)))
    return start + lines + LINE_END


def csv_text(cell: Cell) -> str:
    """One cell, guarded and quoted as needed."""
    guarded = csv_cell(cell)
    text = guarded if isinstance(guarded, str) else repr(guarded)
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _texts(cells: Sequence[Cell]) -> Sequence[str]:
    try:
        whole = "".join(cells)  # type: ignore[arg-type]  # refuses whatever is not text
    except TypeError:
        if set(map(type, cells)) <= {int, float}:
            return list(map(repr, cells))
        return [csv_text(cell) for cell in cells]
    texts = cast("Sequence[str]", cells)
    return texts if _are_harmless(texts, whole) else [csv_text(text) for text in texts]


def _are_harmless(texts: Sequence[str], whole: str) -> bool:
    """Whether all begin with a letter or a figure, or are empty, and none needs quotes."""
    if any(mark in whole for mark in (",", '"', "\n", "\r")):
        return False
    return all(first.isalnum() or not first for first in set(map(_FIRST, texts)))
