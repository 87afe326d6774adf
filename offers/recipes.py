"""Recipes: how a question is answered from a file, as data and as steps for a spreadsheet. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from common.language import figure
from common.language import gettext as _
from offers.tables import Column

MOST_EXAMPLES = 4
LONGEST_QUESTION, LONGEST_ANSWER = 120, 300
DATED, NUMBERS = ("date", "date and time"), ("whole number", "decimal")
GROUPINGS = {  # what makes the groups, by kinds of columns that allow it
    "value": ("text", "yes or no", "whole number"),
    "weekday": DATED,
    "hour": ("date and time",),
    "month": DATED,
    "size": NUMBERS,
}
MEASURES = {  # what is worked out in each group, by kinds of columns that allow it
    "count": (),
    "sum": NUMBERS,
    "average": NUMBERS,
    "share": ("yes or no",),
}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A question and the recipe of its answer.

    :param by: path of the column that makes the groups.
    :param of: path of the column that is added up; empty where rows are counted.
    :param answer: what to look at, in the publisher's words.
    """

    question: str
    table: str
    by: str
    grouping: str
    measure: str = "count"
    of: str = ""
    answer: str = ""

    @property
    def key(self) -> str:
        """Names the recipe, whatever the words are."""
        return ":".join([self.table, self.by, self.grouping, self.measure, self.of])

    def to_json(self) -> dict[str, str]:
        """As a version keeps it."""
        return {name: value for name, value in asdict(self).items() if value}


def read_example(raw: object) -> Example | None:
    """An example as a version keeps it; ``None`` where it is none."""
    known = {field.name for field in fields(Example)}
    if not isinstance(raw, Mapping) or not set(raw) <= known:
        return None
    if not all(isinstance(value, str) for value in raw.values()):
        return None
    return Example(**{name: raw.get(name, "") for name in known} | _usual(raw))


def _usual(raw: Mapping[str, Any]) -> dict[str, str]:
    return {} if raw.get("measure") else {"measure": "count"}


def problems_of(raw: Sequence[object], columns: Sequence[Column]) -> list[str]:
    """Why these examples cannot be published, one sentence each."""
    problems = []
    if len(raw) > MOST_EXAMPLES:
        problems.append(
            _("There are more than {number} worked examples.").format(number=MOST_EXAMPLES)
        )
    for place, one in enumerate(raw, start=1):
        if problem := _problem(read_example(one), columns):
            problems.append(problem.format(place=place))
    return problems


def _problem(example: Example | None, columns: Sequence[Column]) -> str:
    """What is wrong with the example at ``{place}``; empty where nothing is."""
    if example is None or not fits(example, columns):
        return _("Worked example {place} does not fit the fields.")
    if not 0 < len(example.question.strip()) <= LONGEST_QUESTION:
        return _("The question of worked example {place} is missing or too long.")
    if len(example.answer) > LONGEST_ANSWER:
        return _("The answer of worked example {place} is too long.")
    return ""


def fits(example: Example, columns: Sequence[Column]) -> bool:
    """Whether the columns are there, and of kinds that the recipe can use."""
    kinds = {column.path: column.kind for column in columns if column.table == example.table}
    if example.measure not in MEASURES or example.grouping not in GROUPINGS:
        return False
    if kinds.get(example.by) not in GROUPINGS[example.grouping]:
        return False
    return example.measure == "count" or kinds.get(example.of) in MEASURES[example.measure]


# -- steps for a spreadsheet --------------------------------------------------------------------


def steps_of(example: Example, columns: Sequence[Column], *, step: float) -> list[str]:
    """What to do, with the letters the columns have in the file: the person stands in A.

    A new column needs a heading: spreadsheets refuse a pivot table of columns without one.
    """
    letters = {column.path: _letter(place) for place, column in enumerate(columns, start=1)}
    free = [_letter(len(columns) + more) for more in (1, 2)]
    kind = next(column.kind for column in columns if column.path == example.by)
    table = example.table.replace("-", " ").replace("_", " ").capitalize()
    steps = [
        _(
            "Open the file of the table “{table}” in a spreadsheet. Delete the last column of a"
            " sample: it only says that the rows are invented."
        ).format(table=table)
    ]
    grouped, measured = letters[example.by], letters.get(example.of, "A")
    formula = _formula(example.grouping, letters[example.by], kind=kind, step=step)
    if formula:
        grouped = free.pop(0)
        steps.append(
            _(
                "In cell {head}, write “group” as a heading; in cell {cell}, write {formula} and"
                " copy it down: {meaning}."
            ).format(head=f"{grouped}1", cell=f"{grouped}2", formula=formula[0], meaning=formula[1])
        )
    if example.measure == "share":
        measured, yes = free.pop(0), letters[example.of]
        steps.append(
            _(
                "In cell {head}, write “share” as a heading; in cell {cell}, write =IF({yes},1,0)"
                " and copy it down: 1 is yes."
            ).format(head=f"{measured}1", cell=f"{measured}2", yes=f"{yes}2")
        )
    steps.append(_pivot(example.measure).format(rows=grouped, values=measured))
    steps.append(_("Select the pivot table and insert a column chart."))
    return steps


def _pivot(measure: str) -> str:
    """How the groups are made and measured."""
    if measure == "count":
        return _(
            "Insert a pivot table of all columns: column {rows} under Rows, and Count of column"
            " {values} under Values."
        )
    if measure == "sum":
        return _(
            "Insert a pivot table of all columns: column {rows} under Rows, and Sum of column"
            " {values} under Values."
        )
    return _(
        "Insert a pivot table of all columns: column {rows} under Rows, and Average of column"
        " {values} under Values."
    )


def _formula(grouping: str, column: str, *, kind: str, step: float) -> tuple[str, str] | None:
    """What makes the groups, and what its numbers mean; spreadsheets read bare dates as dates.

    Spreadsheets have their functions, and what stands between, in the language of who uses them.
    """
    cell = f"{column}2"
    day = cell if kind == "date" else _("DATEVALUE(LEFT({cell},10))").format(cell=cell)
    if grouping == "weekday":
        return _("=WEEKDAY({day},2)").format(day=day), _("1 is Monday, 7 is Sunday")
    if grouping == "hour":
        return _("=VALUE(MID({cell},12,2))").format(cell=cell), _("the hour of the day")
    if grouping == "month":
        formula = _("=YEAR({day})*100+MONTH({day})").format(day=day)
        return formula, _("the year and the month")
    if grouping == "size":
        formula = _("=FLOOR({cell},{step})").format(cell=cell, step=figure(_plain(f"{step:.6f}")))
        begins = _("where its step of {step} begins").format(step=figure(_plain(f"{step:,.6f}")))
        return formula, begins
    return None


def _plain(figure: str) -> str:
    """Without the noughts that say nothing; never as 1e+06, which no person reads."""
    return figure.rstrip("0").rstrip(".")


def _letter(place: int) -> str:
    """The letters of a column, the first being 0: ``A`` … ``Z``, ``AA``."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
