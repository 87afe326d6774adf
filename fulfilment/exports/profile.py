"""What the dataset page says about a revision, gathered while its files are written.

Only counts leave this module: how many cells are filled, and distributions in which ten people
or more stand behind every bar.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fulfilment.exports.distributions import Distribution, Sizes, Times, Words
from offers.tables import Cell, Column

_WORD_KINDS = frozenset({"text", "yes or no"})


class TableProfile:
    """Counts for one table."""

    def __init__(self, columns: Sequence[Column], *, at: datetime) -> None:
        self.columns, self.rows = columns, 0
        self._filled = [0] * len(columns)
        self._distributions = [_distribution_for(column, at=at) for column in columns]

    def add(self, cells: Sequence[Sequence[Cell]], *, person: str) -> None:
        """Count one person's rows, given as columns of equal length."""
        self.rows += len(cells[0])
        for place, values in enumerate(cells):
            self._filled[place] += len(values) - values.count(None) - values.count("")
            distribution = self._distributions[place]
            if distribution is not None:
                distribution.add(values, person=person)

    @property
    def cells(self) -> int:
        """How many cells there are, the person's not counted."""
        return self.rows * len(self.columns)

    @property
    def filled(self) -> int:
        """How many of them hold something."""
        return sum(self._filled)

    @property
    def times(self) -> list[Times]:
        """The counts of the columns that hold times."""
        return [one for one in self._distributions if isinstance(one, Times)]

    def summary(self, table: str) -> dict[str, Any]:
        """As plain data, for the revision's row."""
        named = zip(self.columns, self._filled, self._distributions, strict=True)
        return {
            "table": table,
            "rows": self.rows,
            "columns": [
                {
                    "path": column.path,
                    "name": column.name,
                    "kind": column.kind,
                    "filled": filled,
                    "charts": distribution.summary() if distribution else [],
                }
                for column, filled, distribution in named
            ],
        }


class Profile:
    """Counts for all tables of a revision."""

    def __init__(self, tables: Mapping[str, Sequence[Column]], *, at: datetime) -> None:
        self._tables = {name: TableProfile(columns, at=at) for name, columns in tables.items()}

    def add(self, table: str, cells: Sequence[Sequence[Cell]], *, person: str) -> None:
        """Count one person's rows of one table."""
        self._tables[table].add(cells, person=person)

    def summary(self) -> dict[str, Any]:
        """As plain data, for the revision's row and the manifest."""
        tables = self._tables.values()
        cells = sum(table.cells for table in tables)
        times = [one for table in tables for one in table.times]
        return {
            "cells": cells,
            "filled": sum(table.filled for table in tables),
            "newest": max((one.newest for one in times), default=""),
            "future_times": sum(one.future for one in times),
            "unread_times": sum(one.unread for one in times),
            "tables": [table.summary(name) for name, table in self._tables.items()],
        }


def _distribution_for(column: Column, *, at: datetime) -> Distribution | None:
    if column.kind in {"date and time", "date"}:
        return Times(at=at)
    if column.is_number:
        return Sizes()
    return Words() if column.kind in _WORD_KINDS else None
