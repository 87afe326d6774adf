import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.tables import (
    Column,
    columns_of,
    csv_cell,
    header_of,
    rows_of,
    tables_of,
)

SONG = Column("plays", "song", "Song", "text")
KM = Column("runs", "distance.value", "Distance", "decimal", "km")


def _rows(columns, *records):
    return list(rows_of(columns, records, person=7))


def test_columns_follow_the_fields_in_their_order(version):
    fields = version.fields.order_by("position")

    columns = columns_of(fields)

    assert [c.path for c in columns] == ["at", "song", "artist"]
    assert header_of(columns) == ["person", "at", "song", "artist"]


def test_each_table_keeps_its_own_columns_in_first_come_order():
    assert tables_of([KM, SONG, KM]) == {"runs": [KM, KM], "plays": [SONG]}


def test_a_row_begins_with_the_person_and_has_none_where_a_value_is_missing():
    assert _rows([SONG, KM], {"song": "Slow Train"}) == [[7, "Slow Train", None]]


def test_dotted_paths_reach_inside():
    assert _rows([KM], {"distance": {"value": 5.2}}) == [[7, 5.2]]


def test_a_path_through_something_else_than_an_object_is_a_missing_value():
    assert _rows([KM], {"distance": "far"}, {"distance": None}) == [[7, None], [7, None]]


def test_lists_are_joined_in_tables():
    tags = Column("older", "tags", "Tags", "list")
    record = {"tags": ["breakfast", "leeds", None, True]}

    assert _rows([tags], record) == [[7, "breakfast; leeds; ; true"]]


def test_a_list_of_objects_gives_one_column_a_field():
    sku = Column("bought", "items[].sku", "Article", "list")

    assert _rows([sku], {"items": [{"sku": "A1"}, {"sku": "B2"}, {}]}) == [[7, "A1; B2; "]]


def test_an_object_left_whole_becomes_its_json():
    counters = Column("weeks", "counters", "Counts", "text")

    assert _rows([counters], {"counters": {"twitter/tweets": 3}}) == [[7, '{"twitter/tweets":3}']]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (1770830420, "2026-02-11T17:20:20Z"),
        (1770830420.5, "2026-02-11T17:20:20Z"),
        ("1770793339", "2026-02-11T07:02:19Z"),
        ("2026-03-05T19:00:00+0000", "2026-03-05T19:00:00+0000"),
        ("yesterday", "yesterday"),
        (True, True),
        (None, None),
        (10**30, 10**30),
    ],
)
def test_times_counted_in_seconds_are_written_as_dates(sent, shown):
    time = Column("points", "time", "Time", "date and time")

    assert _rows([time], {"time": sent}) == [[7, shown]]


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("https://evil.example","x")',
        "+SUM(1,1)",
        "-1+1",
        "-",
        "@somebody hello",
        "\t=1",
        "\r 1",
        "\n 1",
        "\ttext",
        "\uff1d1+1",
        "  =1",
        "\u200b=1",
        "\ufeff@x",
        "\u2212 1",
        "\uff0b1",
        "\uff0d1+1",
        "\uff20x",
    ],
)
def test_text_that_a_spreadsheet_would_run_is_guarded(text):
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", [-0.127, -3, 0, 5, "-1.5501", "a=b", "Tea + toast", "", " plain", "’quoted"]
)
def test_numbers_and_harmless_text_are_not_touched(value):
    assert csv_cell(value) == value


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Tea;=1+1", "Tea;'=1+1"),
        ("Tea; +SUM(1;1)", "Tea; '+SUM(1;1)"),
        ("Tea;\u200b@x", "Tea;\u200b'@x"),
        ('Tea;"=1+1"', 'Tea;"\'=1+1"'),
        ("Tea\n=1+1", "Tea\n'=1+1"),
        ("Tea\r\n-1+1", "Tea\r\n'-1+1"),
        ("Tea;-1;-2+1", "Tea;-1;'-2+1"),
        ("Tea;\uff1d1+1", "Tea;'\uff1d1+1"),
        ("=1;=2", "'=1;'=2"),
        ("\n=1", "'\n'=1"),
        ("\r=1", "'\r'=1"),
    ],
)
def test_text_that_a_german_spreadsheet_would_take_for_a_cell_is_guarded(text, written):
    """There a semicolon ends a cell, and a line break a row, quotes or not."""
    assert csv_cell(text) == written


@pytest.mark.parametrize("text", ["4; -2.5; 7", "a;b", "Tea; and =1", "one\ntwo", "1; -2"])
def test_lists_and_lines_without_a_formula_are_not_touched(text):
    assert csv_cell(text) == text


@given(st.text(alphabet=st.sampled_from('a;=+-@"\n\r \t1\u200b')))
def test_no_cell_of_a_german_spreadsheet_begins_with_a_formula(text):
    for cell in re.split("[;\r\n]", str(csv_cell(text)))[1:]:  # the first follows a comma
        begins = cell.replace('"', "").replace("\u200b", "").lstrip()
        assert begins[:1] not in {*"=+@"}
        assert begins[:1] != "-" or re.fullmatch(r"-\d+(\.\d+)?\s*", begins)


@pytest.mark.parametrize(("value", "written"), [(None, ""), (True, "true"), (False, "false")])
def test_missing_and_yes_or_no_are_written_plainly(value, written):
    assert csv_cell(value) == written


@given(st.text())
def test_no_text_leaves_with_a_formula_at_its_beginning(text):
    written = csv_cell(text)

    assert written.lstrip()[:1] not in {*"=+@"}
    assert written.replace("'", "") == text.replace("'", "")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=json_values, path=st.sampled_from(["a", "a.b", "a[]", "a[].b", "a[].b.c"]))
def test_whatever_a_hat_sends_makes_a_row_of_the_right_width(value, path):
    column = Column("t", path, "A", "date and time")

    (row,) = _rows([column, SONG], {"a": value})
    csv.writer(io.StringIO()).writerow([csv_cell(cell) for cell in row])

    assert len(row) == 3
