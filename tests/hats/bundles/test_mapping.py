"""Which fields of a record go where."""

import pytest

from hats.bundles import EvaluationFailed
from tests.hats.bundles.writing import found, query


@pytest.mark.parametrize("mapping", [None, 7, ["a"], True])
def test_without_a_mapping_object_the_whole_record_is_returned(mapping):
    assert found(query(mapping), {"a": 1, "b": [2]}) == [{"a": 1, "b": [2]}]


def test_an_empty_mapping_returns_an_empty_object():
    assert found(query({}), {"a": 1}) == [{}]


def test_a_missing_source_is_left_out_and_the_record_kept():
    assert found(query({"x": "a", "y": "gone.deeper"}), {"a": 1}, {}) == [{"x": 1}, {}]


@pytest.mark.parametrize("value", [1, True, ["a"], None])
def test_a_mapping_value_that_is_no_path_empties_every_record(value):
    assert found(query({"x": "a", "y": value}), {"a": 1}) == [{}]


def test_null_and_whole_objects_are_copied_as_they_are():
    assert found(query({"x": "a", "y": "b"}), {"a": None, "b": {"c": [1]}}) == [
        {"x": None, "y": {"c": [1]}}
    ]


def test_array_positions_and_dotted_destinations_are_mapped():
    mapping = {"first.sku": "lines[0].sku", "first.qty": "lines[0].qty", "none": "lines[9].sku"}

    assert found(query(mapping), {"lines": [{"sku": "a", "qty": 2}]}) == [
        {"first": {"sku": "a", "qty": 2}}
    ]


def test_a_nested_mapping_maps_every_element_of_a_list():
    mapping = {"items[]": {"source": "lines[]", "mappings": {"sku": "sku", "n": "count"}}}

    data = {"lines": [{"sku": "a", "count": 1, "price": 9}, {"count": 2}, "odd"]}

    assert found(query(mapping), data) == [{"items": [{"sku": "a", "n": 1}, {"n": 2}, {}]}]


def test_a_nested_mapping_without_brackets_maps_one_object():
    mapping = {"who": {"source": "user", "mappings": {"name": "label"}}}

    assert found(query(mapping), {"user": {"label": "R", "id": 1}}, {}) == [
        {"who": {"name": "R"}},
        {},
    ]


def test_several_destinations_merge_and_the_later_one_wins():
    data = {"a": {"x": 1, "y": 1}, "b": 2}

    assert found(query({"o": "a", "o.y": "b"}), data) == [{"o": {"x": 1, "y": 2}}]
    assert data == {"a": {"x": 1, "y": 1}, "b": 2}


@pytest.mark.parametrize("path", ["first-name", "a b", "a/b", "a[0][1]", ""])
def test_a_path_a_hat_cannot_read_fails_instead_of_answering(path):
    with pytest.raises(EvaluationFailed):
        found(query({"x": path}), {"a": 1})


def test_a_malformed_path_fails_even_where_nothing_is_held():
    with pytest.raises(EvaluationFailed):
        found(query({"x": "first-name"}))


def test_a_malformed_path_beside_a_value_that_is_no_path_fails_too():
    with pytest.raises(EvaluationFailed):
        found(query({"x": 1, "y": "first-name"}), {"a": 1})


def test_overlapping_destinations_are_filled_in_the_order_a_hat_stores_them():
    data = {"a": {"x": 1, "y": 1}, "b": 2}

    assert found(query({"o.y": "b", "o": "a"}), data) == [{"o": {"x": 1, "y": 2}}]


def test_a_dot_at_the_end_of_a_path_says_nothing():
    assert found(query({"x": "a.b."}), {"a": {"b": 1}}) == [{"x": 1}]


def test_a_nested_object_that_cannot_be_mapped_fails_only_where_there_is_one():
    mapping = {"who": {"source": "user", "mappings": {"name": 1}}}

    assert found(query(mapping), {}) == [{}]
    with pytest.raises(EvaluationFailed):
        found(query(mapping), {"user": {"name": "R"}})


def test_elements_that_cannot_be_mapped_are_dropped():
    mapping = {"items[]": {"source": "lines[]", "mappings": {"sku": 1}}}

    assert found(query(mapping), {"lines": [{"sku": "a"}]}) == [{"items": []}]


def test_ordering_by_a_nested_destination_fails():
    mapping = {"who": {"source": "user", "mappings": {"name": "label"}}}

    with pytest.raises(EvaluationFailed):
        found(query(mapping, orderBy="who"), {"user": {"label": "R"}})
