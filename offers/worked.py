"""Worked examples: questions that a file answers, worked out on the invented rows. Pure.

An example is a question and a recipe: which column makes the groups, and what is counted in each.
From the recipe come the chart and the steps for a spreadsheet, so that the two say the same.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.charts import round_step
from common.language import figure, gettext_noop, listed, manner
from common.language import gettext as _
from common.language import number as whole_number
from offers.recipes import DATED, MOST_EXAMPLES, Example, fits, read_example, steps_of
from offers.tables import Cell, Column, cells_of, tables_of

Chart = dict[str, Any]
Sample = Sequence[Mapping[str, Sequence[Mapping[str, Any]]]]

USUAL_EXAMPLES = 2
MOST_GROUPS = 8  # of values; the rest stand together
MOST_MONTHS = 12
_LONGEST_LABEL = 40
_STEPS_OF_SIZE = 8
_FEWEST_GROUPS = 2  # one bar compares nothing
_MOST_TIES = 2  # groups that may share the first place and be named
_HOURS, _DAYS = 24, 7
WEEKDAYS = (  # as below a bar, and in a sentence
    (gettext_noop("Mon"), gettext_noop("Monday")),
    (gettext_noop("Tue"), gettext_noop("Tuesday")),
    (gettext_noop("Wed"), gettext_noop("Wednesday")),
    (gettext_noop("Thu"), gettext_noop("Thursday")),
    (gettext_noop("Fri"), gettext_noop("Friday")),
    (gettext_noop("Sat"), gettext_noop("Saturday")),
    (gettext_noop("Sun"), gettext_noop("Sunday")),
)


@dataclass(frozen=True)
class Worked:
    """An example worked out; without ``chart`` where the invented rows say nothing."""

    example: Example
    steps: Sequence[str]
    chart: Chart | None


@dataclass(frozen=True)
class _Group:
    """One bar."""

    label: str
    full: str
    rows: int
    value: float
    is_rest: bool = False

    @property
    def size(self) -> float:
        """How long its bar is: what is spent is often a negative number."""
        return abs(self.value)


def worked(raw: Iterable[object], columns: Sequence[Column], sample: Sample) -> list[Worked]:
    """Work out the examples of a version on its invented rows, in their order."""
    examples = [read_example(one) for one in raw]
    made = [_worked(one, columns, sample) for one in examples if one and fits(one, columns)]
    for place, one in enumerate(made, start=1):
        if one.chart:
            one.chart["id"] = f"worked-{place}"
    return made


def suggested(columns: Sequence[Column], sample: Sample) -> list[Example]:
    """Examples that the columns allow and the invented rows can show; the best first."""
    found = [
        example
        for of_table in tables_of(columns).values()
        for example in _ideas(of_table)
        if _says_something(example, columns, sample)
    ]
    counts = [example for example in found if example.measure == "count"]
    others = [example for example in found if example.measure != "count"]
    return [*counts[:1], *others[:1], *counts[1:], *others[1:]][:MOST_EXAMPLES]


def _ideas(columns: Sequence[Column]) -> Iterator[Example]:
    """What could be asked of one table, the most telling first."""
    table = columns[0].table
    dated = next((column for column in columns if column.kind in DATED), None)
    dated_path = dated.path if dated else ""
    numbers = [column for column in columns if column.is_number]
    if dated:
        question = _("On which day of the week are there the most rows?")
        yield Example(question=question, table=table, by=dated.path, grouping="weekday")
    for column in columns:
        if column.kind in {"text", "yes or no"}:
            question = _("What is there most often under “{name}”?").format(name=column.name)
            yield Example(question=question, table=table, by=column.path, grouping="value")
    if dated and dated.kind != "date":
        question = _("At which hour of the day are there the most rows?")
        yield Example(question=question, table=table, by=dated.path, grouping="hour")
    for column in numbers if dated else ():
        question = _("On which day of the week is “{name}” highest on average?")
        question = question.format(name=column.name)
        averages = {"grouping": "weekday", "measure": "average", "of": column.path}
        yield Example(question=question, table=table, by=dated_path, **averages)
    for column in numbers:
        question = _("How do the numbers under “{name}” spread?").format(name=column.name)
        yield Example(question=question, table=table, by=column.path, grouping="size")


def _says_something(example: Example, columns: Sequence[Column], sample: Sample) -> bool:
    """Whether there are groups to compare, more rows than groups, and a first among them."""
    groups = [group for group in _groups(example, columns, sample) if group.rows]
    rows = sum(group.rows for group in groups)
    has_first = bool(groups) and len(_top(groups)) <= _MOST_TIES
    return has_first and len(groups) >= _FEWEST_GROUPS and rows > len(groups)


def _worked(example: Example, columns: Sequence[Column], sample: Sample) -> Worked:
    of_table = [column for column in columns if column.table == example.table]
    groups = _groups(example, columns, sample)
    chart = _chart(example, of_table, groups) if any(group.rows for group in groups) else None
    step = _step(_numbers(_cells(example.by, of_table, sample)))
    return Worked(example, steps_of(example, of_table, step=step), chart)


# -- working it out -----------------------------------------------------------------------------


def _cells(path: str, columns: Sequence[Column], sample: Sample) -> list[Cell]:
    """One column of the file to come, all invented people under one another."""
    column = next((column for column in columns if column.path == path), None)
    if column is None:
        return []
    return [cell for one in sample for cell in cells_of(column, one.get(column.table, ()))]


def _groups(example: Example, columns: Sequence[Column], sample: Sample) -> list[_Group]:
    of_table = [column for column in columns if column.table == example.table]
    keys = _cells(example.by, of_table, sample)
    measured = _cells(example.of, of_table, sample) if example.of else [1] * len(keys)
    step = _step(_numbers(keys))
    members: dict[Any, list[float]] = defaultdict(list)
    for cell, of in zip(keys, measured, strict=True):
        key, value = _key(cell, example.grouping, step=step), _value(of)
        if key is not None and value is not None:
            members[key].append(value)
    return list(_in_order(example, members, step=step))


def _key(cell: Cell, grouping: str, *, step: float) -> str | int | None:
    """The group of one cell; ``None`` where it is empty or cannot be read."""
    if cell is None or cell == "":
        return None
    if grouping == "value":
        return (_("yes") if cell else _("no")) if isinstance(cell, bool) else str(cell)
    try:
        return _KEYS[grouping](str(cell), step)
    except ValueError:
        return None


_KEYS: Mapping[str, Callable[[str, float], str | int]] = {
    "weekday": lambda text, _step: date.fromisoformat(text[:10]).weekday(),
    "hour": lambda text, _step: int(text[11:13]),
    "month": lambda text, _step: f"{date.fromisoformat(text[:10]):%Y-%m}",
    "size": lambda text, step: math.floor(float(text) / step),
}


def _value(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, bool | int | float) else None


def _numbers(cells: Iterable[Cell]) -> list[float]:
    return [float(c) for c in cells if isinstance(c, int | float) and not isinstance(c, bool)]


def _step(numbers: Sequence[float]) -> float:
    """A round step that makes a handful of groups."""
    if not numbers or min(numbers) == max(numbers):
        return 1.0
    return round_step((max(numbers) - min(numbers)) / _STEPS_OF_SIZE)


def _in_order(
    example: Example, members: Mapping[Any, list[float]], *, step: float
) -> Iterator[_Group]:
    """Hours, days and sizes as they follow one another, with the empty ones; values by size."""
    if example.grouping == "value":
        yield from _by_size(example, members)
    elif example.grouping == "month":
        for key in sorted(members)[-MOST_MONTHS:]:
            month = _month(date.fromisoformat(f"{key}-01"))
            yield _group(example, month, month, members[key])
    else:
        for key in _span(example.grouping, members):
            label, full = _named(example.grouping, key, step=step)
            yield _group(example, label, full, members.get(key, []))


def _by_size(example: Example, members: Mapping[Any, list[float]]) -> Iterator[_Group]:
    weight: Callable[[list[float]], float] = len
    if example.measure == "sum":
        weight = _magnitude_of_sum
    in_order = sorted(members, key=lambda key: (-weight(members[key]), str(key)))
    for key in in_order[:MOST_GROUPS]:
        text = str(key)
        label = text if len(text) <= _LONGEST_LABEL else f"{text[:_LONGEST_LABEL]}…"
        yield _group(example, label, _("“{words}”").format(words=label), members[key])
    rest = [value for key in in_order[MOST_GROUPS:] for value in members[key]]
    if rest:
        yield _group(example, _("All others"), _("all others"), rest, is_rest=True)


def _magnitude_of_sum(values: list[float]) -> float:
    return abs(sum(values))


def _span(grouping: str, members: Mapping[Any, list[float]]) -> range:
    if grouping == "weekday":
        return range(_DAYS)
    if grouping == "hour":
        return range(_HOURS)
    return range(min(members), max(members) + 1) if members else range(0)


def _month(day: date) -> str:
    """Say ``Nov 2026``."""
    return f"{manner().short_months[day.month - 1]} {day.year}"


def _named(grouping: str, key: int, *, step: float) -> tuple[str, str]:
    if grouping == "weekday":
        short, whole = WEEKDAYS[key]
        return _(short), _(whole)
    if grouping == "hour":
        words = _("{start}:00 to {end}:00").format(start=f"{key:02d}", end=f"{key + 1:02d}")
        return str(key), words
    low, high = say(key * step), say((key + 1) * step)
    return low, _("{low} to {high}").format(low=low, high=high)


def _group(
    example: Example, label: str, full: str, values: Sequence[float], *, is_rest: bool = False
) -> _Group:
    whole = sum(values)
    value = {
        "count": float(len(values)),
        "sum": whole,
        "average": whole / len(values) if values else 0.0,
        "share": 100 * whole / len(values) if values else 0.0,
    }[example.measure]
    return _Group(label, full, len(values), value, is_rest)


# -- saying it ----------------------------------------------------------------------------------


def _chart(example: Example, columns: Sequence[Column], groups: Sequence[_Group]) -> Chart:
    rows_in_all = sum(group.rows for group in groups)
    top = _top(groups)
    is_few = len(top) <= _MOST_TIES
    title = _finding(example, top, rows_in_all=rows_in_all) if is_few else _("No group stands out")
    names = {column.path: _with_unit(column) for column in columns}
    highest = max(group.size for group in groups) or 1
    return {
        "form": "bands" if example.grouping == "value" else "bars",
        "wide": True,
        "title": title,
        "note": _("{what}, from {count} made-up rows").format(
            what=_measured(example, names), count=whole_number(rows_in_all)
        ),
        "summary": f"{_measured(example, names)}. {title}.",
        "heads": [_head(example, names), _measure_head(example, names)],
        "rows": [
            {
                "label": group.label,
                "value": group.size,
                "text": _text(example, group),
                "percent": round(100 * group.size / highest),
                "quiet": group.is_rest or (is_few and group not in top),
            }
            for group in groups
        ],
    }


def _top(groups: Sequence[_Group]) -> list[_Group]:
    """The largest, all of them where several are."""
    best = max(group.size for group in groups if not group.is_rest)
    return [group for group in groups if group.size == best and not group.is_rest]


def _finding(example: Example, top: Sequence[_Group], *, rows_in_all: int) -> str:
    names = listed([group.full for group in top])
    words = _finding_of_many(example.measure) if len(top) > 1 else _finding_of_one(example.measure)
    return words.format(names=names, value=_text(example, top[0]), count=whole_number(rows_in_all))


def _finding_of_one(measure: str) -> str:
    if measure == "count":
        return _("Most often: {names}, {value} of {count} rows")
    if measure == "sum":
        return _("Most in all: {names}, {value}")
    return _("Largest: {names}, {value}")


def _finding_of_many(measure: str) -> str:
    """Of groups that share the first place."""
    if measure == "count":
        return _("Most often: {names}, {value} of {count} rows each")
    if measure == "sum":
        return _("Most in all: {names}, {value} each")
    return _("Largest: {names}, {value} each")


def _with_unit(column: Column) -> str:
    name = _("“{words}”").format(words=column.name)
    return f"{name} ({column.unit})" if column.unit else name


def _text(example: Example, group: _Group) -> str:
    if not group.rows and example.measure in {"average", "share"}:
        return _("no rows")
    return (
        f"{say(group.value)}\N{NO-BREAK SPACE}%" if example.measure == "share" else say(group.value)
    )


def say(number: float) -> str:
    """A number as a table shows it: two decimals at most, thousands apart."""
    text = f"{number:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else figure(text)


def _measured(example: Example, names: Mapping[str, str]) -> str:
    words = {
        "value": _("{what} by {name}"),
        "weekday": _("{what} by day of the week"),
        "hour": _("{what} by hour of the day"),
        "month": _("{what} by month"),
        "size": _("{what} by size of {name}"),
    }[example.grouping]
    return words.format(what=_measure_head(example, names), name=names[example.by])


def _head(example: Example, names: Mapping[str, str]) -> str:
    heads = {"weekday": _("Day"), "hour": _("Hour"), "month": _("Month")}
    return heads.get(example.grouping, names[example.by])


def _measure_head(example: Example, names: Mapping[str, str]) -> str:
    words = {
        "count": _("Rows"),
        "sum": _("Sum of {name}"),
        "average": _("Average of {name}"),
        "share": _("Share of {name}"),
    }[example.measure]
    return words.format(name=names.get(example.of, ""))
