"""Which records pass: operators, transformations, paths."""

import pytest

from tests.hats.bundles.writing import SEARCHABLE, found, query, where


def test_between_is_inclusive_at_both_ends():
    bundle = query(None, where("n", operator="between", lower=7, upper=9))

    assert found(bundle, *[{"n": n} for n in (6, 7, 8.5, 9, 10)]) == [
        {"n": 7},
        {"n": 8.5},
        {"n": 9},
    ]


def test_between_compares_iso_dates_as_text():
    bundle = query(None, where("d", operator="between", lower="2025-01-01", upper="2027-01-01"))

    assert found(bundle, {"d": "2026-02-11T12:41:08.114Z"}, {"d": "2024-12-31"}) == [
        {"d": "2026-02-11T12:41:08.114Z"}
    ]


@pytest.mark.parametrize(
    ("field", "value", "matches"),
    [
        ("museum visit", "museum", False),
        ("museum", "museum", True),
        (1, 1.0, True),
        (1, True, False),
        (["a", "b"], "a", True),
        (["a", "b", "c"], ["c", "a"], True),
        (["a"], ["a", "b"], False),
        ("a", ["a"], False),
        ({"a": 1, "b": {"c": [1, 2]}}, {"b": {"c": [2]}}, True),
        ({"a": 1}, {"a": 2}, False),
        ([[1, 2]], [[1]], True),
        ([[1]], 1, False),
    ],
)
def test_contains_is_containment_and_never_a_substring(field, value, matches):
    bundle = query({}, where("f", operator="contains", value=value))

    assert found(bundle, {"f": field}) == ([{}] if matches else [])


@pytest.mark.parametrize(
    ("field", "value", "matches"),
    [
        ("EUR", ["EUR", "USD"], True),
        ("GBP", ["EUR", "USD"], False),
        ("EUR", "EUR", True),
        (["a", "b"], ["b", "c", "a"], True),
        (["a", "d"], ["b", "c", "a"], False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        (None, [None], True),
    ],
)
def test_in_is_membership_of_the_list_given(field, value, matches):
    bundle = query({}, where("f", operator="in", value=value))

    assert found(bundle, {"f": field}) == ([{}] if matches else [])


def test_a_filter_on_a_missing_field_excludes_the_record():
    bundle = query(None, where("a.b", operator="in", value=[1, None]))

    assert found(bundle, {"a": {"b": 1}}, {"a": {}}, {"a": 1}, {}) == [{"a": {"b": 1}}]


def test_filter_paths_number_array_positions_and_may_count_from_the_end():
    assert found(query(None, where("a.-1.b", operator="in", value=[2])), {"a": [{"b": 2}]}) == [
        {"a": [{"b": 2}]}
    ]
    assert found(query(None, where("a[0].b", operator="in", value=[2])), {"a": [{"b": 2}]}) == []


@pytest.mark.parametrize(
    "ignored",
    [
        where("t", operator="find", search="museum"),
        where("t", SEARCHABLE, operator="contains", value="museum"),
        where("t", SEARCHABLE, operator="in", value=["museum"]),
        where("t", SEARCHABLE, operator="between", lower="a", upper="b"),
    ],
)
def test_search_on_unsearchable_and_the_reverse_filter_nothing(ignored):
    assert found(query({}, ignored), {"t": "zoo"}, {}) == [{}, {}]


def test_between_never_takes_a_number_written_as_text():
    assert found(query(None, where("n", operator="between", lower=7, upper=9)), {"n": "8"}) == []
