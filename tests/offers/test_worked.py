"""Worked examples on a handful of rows whose answers can be counted on the fingers."""

from itertools import pairwise

import pytest
from django.utils import translation

from offers import recipes
from offers.recipes import Example, read_example
from offers.tables import Column
from offers.worked import suggested, worked

COLUMNS = [
    Column("shops", "paid.at", "Paid", "date and time", "UTC"),
    Column("shops", "kind", "Kind of shop", "text"),
    Column("shops", "pence", "Amount", "whole number", "pence"),
    Column("shops", "abroad", "Abroad", "yes or no"),
]
MONDAY, SATURDAY = "2026-11-16T08:30:00Z", "2026-11-21T19:05:00Z"


def row(at, kind, pence, *, abroad=False):
    return {"paid": {"at": at}, "kind": kind, "pence": pence, "abroad": abroad}


SAMPLE = [
    {"shops": [row(MONDAY, "food", -300), row(SATURDAY, "food", -100, abroad=True)]},
    {"shops": [row(SATURDAY, "books", -1_100, abroad=True), row(SATURDAY, None, -200)]},
]


def example(grouping, by, **more):
    return {"question": "Which?", "table": "shops", "by": by, "grouping": grouping} | more


def chart_of(raw):
    (made,) = worked([raw], COLUMNS, SAMPLE)
    return made.chart


def rows_of(raw):
    return {row["label"]: row["text"] for row in chart_of(raw)["rows"]}


def test_rows_are_counted_by_value_and_empty_cells_are_left_out():
    assert rows_of(example("value", "kind")) == {"food": "2", "books": "1"}


def test_every_day_of_the_week_has_its_place():
    said = rows_of(example("weekday", "paid.at"))

    assert list(said) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert (said["Mon"], said["Tue"], said["Sat"]) == ("1", "0", "3")


def test_hours_are_those_of_the_file():
    said = rows_of(example("hour", "paid.at"))

    assert len(said) == 24
    assert (said["8"], said["19"]) == ("1", "3")


def test_months_are_cut_short_as_the_readers_language_does():
    months = example("month", "paid.at")
    english = list(rows_of(months))

    with translation.override("de"):
        german = list(rows_of(months))

    assert (english, german) == (["Nov 2026"], ["Nov. 2026"])


def test_what_was_spent_is_added_up_though_it_is_negative():
    chart = chart_of(example("weekday", "paid.at", measure="sum", of="pence"))

    assert chart["title"] == "Most in all: Saturday, \N{MINUS SIGN}1,400"
    assert {row["label"]: row["value"] for row in chart["rows"]}["Sat"] == 1_400


def test_an_average_of_no_rows_is_none():
    said = rows_of(example("weekday", "paid.at", measure="average", of="pence"))

    assert (said["Mon"], said["Tue"]) == ("\N{MINUS SIGN}300", "no rows")


def test_a_share_counts_who_says_yes():
    said = rows_of(example("value", "kind", measure="share", of="abroad"))

    assert said == {"food": "50\N{NO-BREAK SPACE}%", "books": "100\N{NO-BREAK SPACE}%"}


def test_sizes_are_steps_that_follow_one_another():
    chart = chart_of(example("size", "pence"))

    assert sum(row["value"] for row in chart["rows"]) == 4
    steps = [
        float(row["label"].replace("\N{MINUS SIGN}", "-").replace(",", "")) for row in chart["rows"]
    ]
    assert steps == sorted(steps)
    assert len({round(b - a, 6) for a, b in pairwise(steps)}) == 1


def test_the_title_says_what_was_found_and_a_tie_is_named():
    assert chart_of(example("value", "kind"))["title"] == "Most often: “food”, 2 of 3 rows"
    tie = worked(
        [example("value", "kind")], COLUMNS, [{"shops": SAMPLE[0]["shops"][:1]}, SAMPLE[1]]
    )
    assert tie[0].chart["title"] == "Most often: “books” and “food”, 1 of 2 rows each"


def test_what_cannot_be_read_is_left_out():
    odd = [{"shops": [row("soon", "food", 1), row("", "food", 2), row(MONDAY, "food", 3)]}]

    (made,) = worked([example("weekday", "paid.at")], COLUMNS, odd)

    assert {r["label"]: r["text"] for r in made.chart["rows"]}["Mon"] == "1"


def test_rows_that_say_nothing_make_no_chart():
    (made,) = worked([example("weekday", "paid.at")], COLUMNS, [{"shops": []}])

    assert made.chart is None
    assert made.steps


def test_the_steps_name_the_columns_as_they_stand_in_the_file():
    (made,) = worked([example("weekday", "paid.at", measure="sum", of="pence")], COLUMNS, SAMPLE)

    assert "=WEEKDAY(DATEVALUE(LEFT(B2,10)),2)" in made.steps[1]
    assert "in cell F2, write" in made.steps[1]
    assert "column F under Rows, and Sum of column D under Values" in made.steps[2]


def test_a_new_column_gets_a_heading_without_which_there_is_no_pivot_table():
    (days,) = worked([example("weekday", "paid.at")], COLUMNS, SAMPLE)
    (share,) = worked([example("value", "kind", measure="share", of="abroad")], COLUMNS, SAMPLE)

    assert "In cell F1, write “group” as a heading" in days.steps[1]
    assert "In cell F1, write “share” as a heading" in share.steps[1]


def test_the_mark_of_a_sample_makes_room_for_the_new_column():
    (made,) = worked([example("weekday", "paid.at")], COLUMNS, SAMPLE)

    assert "Delete the last column of a sample" in made.steps[0]


def test_beyond_the_alphabet_columns_have_two_letters():
    many = [Column("shops", f"c{n}", f"C{n}", "whole number") for n in range(30)]

    (made,) = worked([example("value", "c26")], many, SAMPLE)

    assert "column AB under Rows" in made.steps[1]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (example("weekday", "kind"), "does not fit the fields"),
        (example("value", "gone"), "does not fit the fields"),
        (example("value", "kind", measure="sum", of="kind"), "does not fit the fields"),
        (example("value", "kind", measure="guess"), "does not fit the fields"),
        (example("value", "kind", more="x"), "does not fit the fields"),
        (example("value", "kind") | {"question": " "}, "missing or too long"),
        (example("value", "kind") | {"question": "x" * 121}, "missing or too long"),
        (example("value", "kind", answer="x" * 301), "answer of worked example 1 is too long"),
        ("text", "does not fit the fields"),
    ],
)
def test_an_example_that_cannot_be_worked_out_is_a_problem(raw, fault):
    (said,) = recipes.problems_of([raw], COLUMNS)

    assert fault in said


def test_five_examples_are_too_many():
    said = recipes.problems_of([example("value", "kind")] * 5, COLUMNS)

    assert said == ["There are more than 4 worked examples."]


def test_columns_suggest_examples_that_the_rows_can_show():
    found = suggested(COLUMNS, SAMPLE)

    assert 2 <= len(found) <= 4
    assert recipes.problems_of([one.to_json() for one in found], COLUMNS) == []
    assert all(made.chart for made in worked([one.to_json() for one in found], COLUMNS, SAMPLE))


def test_texts_that_never_repeat_suggest_nothing():
    texts = [Column("t", "text", "Text", "text")]

    assert suggested(texts, [{"t": [{"text": "one"}, {"text": "two"}]}]) == []


def test_an_example_is_read_as_it_was_written():
    one = Example(question="Which?", table="shops", by="kind", grouping="value")

    assert read_example(one.to_json()) == one


@pytest.mark.parametrize(
    ("highest", "formula", "words"),
    [
        (16_000_000, "=FLOOR(D2,2000000)", "its step of 2,000,000 begins"),
        (0.0008, "=FLOOR(D2,0.0001)", "its step of 0.0001 begins"),
    ],
)
def test_steps_are_written_in_figures_however_large_or_small(highest, formula, words):
    sample = [{"shops": [{"pence": 0}, {"pence": highest}]}]

    (made,) = worked([example("size", "pence")], COLUMNS, sample)

    assert formula in made.steps[1]
    assert words in made.steps[1]
