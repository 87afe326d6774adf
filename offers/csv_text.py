"""CSV text from columns: what Python's csv module writes for ``offers.tables.csv_cell``, faster.

Nearly every cell needs neither quotes nor the guard against formulas. A column proves so for a
whole batch with a handful of look-ups; only a column that cannot is treated cell by cell.
"""

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import cast

from offers.tables import CELL_ENDS, Cell, csv_cell, has_formula_within

LINE_END = "\r\n"
_FIRST = itemgetter(slice(1))
_MARKS = (",", '"', "\r", "\n")
_NEEDS_QUOTES = re.compile(f"[{''.join(_MARKS)}]").search


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
    return _quoted(text) if _NEEDS_QUOTES(text) else text


def _texts(cells: Sequence[Cell]) -> Sequence[str]:
    try:
        whole = "".join(cells)  # type: ignore[arg-type]  # refuses whatever is not text
    except TypeError:
        return _mixed_texts(cells)
    texts = cast("Sequence[str]", cells)
    if not _are_harmless(texts):
        return [csv_text(text) for text in texts]
    if any(mark in whole for mark in CELL_ENDS) and has_formula_within("\n".join(texts)):
        return [csv_text(text) for text in texts]
    if any(mark in whole for mark in _MARKS):
        return [_quoted(text) if _NEEDS_QUOTES(text) else text for text in texts]
    return texts


def _mixed_texts(cells: Sequence[Cell]) -> Sequence[str]:
    """Columns with numbers, or with gaps: a gap is an empty cell, a number is left as it is."""
    kinds = set(map(type, cells)) - {type(None)}
    if kinds == {str}:
        return _texts(["" if cell is None else cell for cell in cells])
    if kinds <= {int, float}:
        return ["" if cell is None else repr(cell) for cell in cells]
    return [csv_text(cell) for cell in cells]


def _are_harmless(texts: Sequence[str]) -> bool:
    """Whether all begin with a letter or a figure, or are empty: no beginning is guarded."""
    return all(first.isalnum() or not first for first in set(map(_FIRST, texts)))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
