"""Order, limit, several endpoints, conditions."""

import pytest

from hats import bundles
from hats.bundles import Record
from tests.hats.bundles.writing import ENDPOINT, found, query, records

JSONB_ORDER: list[object] = [
    [], None, "", "a", "b", -1, 2, 10.5, False, True, [3], [1, 1], [1, "a"], {}, {"a": 1},
    {"b": 0}, {"a": 1, "b": 1},
]  # fmt: skip


def test_values_of_different_types_sort_as_jsonb_does():
    shuffled = sorted(JSONB_ORDER, key=repr)

    assert found(query({"v": "v"}, orderBy="v"), *[{"v": v} for v in shuffled]) == [
        {"v": v}
        for v in [
            [], None, "", "a", "b", -1, 2, 10.5, False, True, [3], [1, "a"], [1, 1], {}, {"a": 1},
            {"b": 0}, {"a": 1, "b": 1},
        ]
    ]  # fmt: skip


@pytest.mark.parametrize("ordering", ["ascending", "descending"])
def test_a_record_without_the_sort_field_comes_last_in_both_directions(ordering):
    assert found(query(None, orderBy="n", ordering=ordering), {}, {"n": 1})[-1] == {}


def test_order_by_is_first_read_as_a_destination_of_the_mapping():
    bundle = query({"total": "amounts.sum"}, orderBy="total", ordering="descending")

    assert found(bundle, {"amounts": {"sum": 1}, "total": 9}, {"amounts": {"sum": 2}}) == [
        {"total": 2},
        {"total": 1},
    ]


def test_without_order_by_records_come_as_they_were_written():
    older, newer = records({"n": 1}, {"n": 2})[ENDPOINT]

    assert bundles.evaluate(query(), {ENDPOINT: [newer, older]}) == {"found": [older, newer]}
    assert bundles.evaluate(query(ordering="descending"), {ENDPOINT: [older, newer]}) == {
        "found": [newer, older]
    }


def test_without_write_times_the_order_given_counts_as_the_order_written():
    held = {ENDPOINT: [Record(ENDPOINT, "1", 1), Record(ENDPOINT, "2", 2)]}

    newest = bundles.evaluate(query(ordering="descending", limit=1), held)

    assert [record.record_id for record in newest["found"]] == ["2"]


def test_limit_zero_is_empty_and_no_limit_is_everything():
    data = [{"n": n} for n in range(1_200)]

    assert found(query(limit=0), *data) == []
    assert len(found(query(), *data)) == 1_200


def test_two_endpoints_interleave_by_the_sort_field_before_the_limit():
    bundle = bundles.parse_bundle(
        {
            "name": "b",
            "bundle": {
                "found": {
                    "endpoints": [
                        {"endpoint": "a/x", "mapping": {"at": "time"}},
                        {"endpoint": "b/x", "mapping": {"at": "when"}},
                    ],
                    "orderBy": "at",
                    "limit": 3,
                }
            },
        }
    )
    held = records({"time": 1}, {"time": 4}, endpoint="a/x")
    held |= records({"when": 2}, {"when": 3}, endpoint="b/x")

    answer = bundles.evaluate(bundle, held)["found"]

    assert [(record.endpoint, record.data) for record in answer] == [
        ("a/x", {"at": 1}),
        ("b/x", {"at": 2}),
        ("b/x", {"at": 3}),
    ]


def test_a_record_matched_by_two_queries_appears_twice():
    bundle = bundles.parse_bundle(
        {"name": "b", "bundle": {"found": {"endpoints": [{"endpoint": ENDPOINT}] * 2}}}
    )

    assert len(found(bundle, {"n": 1})) == 2


def test_every_property_is_in_the_answer_even_without_records():
    bundle = bundles.parse_bundle(
        {"name": "b", "bundle": {"one": {"endpoints": [{"endpoint": "no/data"}]}, "two": {
            "endpoints": []}}}
    )  # fmt: skip

    assert bundles.evaluate(bundle, {}) == {"one": [], "two": []}


def test_conditions_are_met_by_at_least_one_record_each():
    conditions = bundles.parse_bundle(
        {
            "name": "c",
            "bundle": {
                "recent": {"endpoints": [{"endpoint": ENDPOINT}]},
                "adult": {"endpoints": [{"endpoint": "no/data"}]},
            },
        }
    )

    assert bundles.conditions_met(conditions, records({})) == {"recent": True, "adult": False}
