"""The bundle language: what a HAT would answer, and what the market keeps of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hats import bundles
from hats.bundles import BundleInvalid, EvaluationFailed, Record
from hats.bundles.jsonb import contains, sort_key

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENDPOINT = "shop/orders"


def records(*data: object, endpoint: str = ENDPOINT) -> dict[str, list[Record]]:
    return {
        endpoint: [
            Record(endpoint, f"{endpoint}#{n}", item, NOON + timedelta(minutes=n))
            for n, item in enumerate(data)
        ]
    }


def query(mapping: object = None, *filters: object, **wanted: object) -> bundles.Bundle:
    endpoint = {"endpoint": ENDPOINT, "mapping": mapping, "filters": list(filters)}
    return bundles.parse_bundle(
        {"name": "b-1", "bundle": {"found": {"endpoints": [endpoint], **wanted}}}
    )


def found(bundle: bundles.Bundle, *data: object) -> list[object]:
    return [record.data for record in bundles.evaluate(bundle, records(*data))["found"]]


def where(field: str, transformation: object = None, **operator: object) -> dict[str, object]:
    return {"field": field, "transformation": transformation, "operator": operator}


# Parsing


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ([], "bundle"),
        ({"bundle": {}}, "name"),
        ({"name": "a b", "bundle": {}}, "name"),
        ({"name": "b"}, "bundle"),
        ({"name": "b", "bundle": {"visits": {}}}, "bundle.visits.endpoints"),
        (
            {"name": "b", "bundle": {"visits": {"endpoints": [{"endpoint": "Shop"}]}}},
            "bundle.visits.endpoints[0].endpoint",
        ),
        (
            {"name": "b", "bundle": {"visits": {"endpoints": [], "limit": 1.5}}},
            "bundle.visits.limit",
        ),
    ],
)
def test_a_faulty_bundle_is_refused_with_the_place_of_the_fault(raw, path):
    with pytest.raises(BundleInvalid) as refusal:
        bundles.parse_bundle(raw)

    assert refusal.value.path == path


def test_an_unknown_operator_is_refused_at_its_place():
    with pytest.raises(BundleInvalid) as refusal:
        query(None, where("a", operator="contains", value=1), where("a", operator="near", value=1))

    assert refusal.value.path == "bundle.found.endpoints[0].filters[1].operator.operator"


def test_a_mapping_nested_beyond_reason_is_refused():
    deep: object = "a"
    for _ in range(5_000):
        deep = {"source": "a", "mappings": {"a": deep}}

    with pytest.raises(BundleInvalid, match="too deeply"):
        query({"a": deep})


def test_a_bundle_survives_the_way_to_json_and_back():
    raw = {
        "name": "b-1",
        "bundle": {
            "found": {
                "endpoints": [
                    {
                        "endpoint": ENDPOINT,
                        "mapping": {"a": "b"},
                        "filters": [
                            {
                                "field": "t",
                                "transformation": {
                                    "transformation": "timestampExtract",
                                    "part": "hour",
                                },
                                "operator": {"operator": "between", "lower": 6, "upper": 8},
                            }
                        ],
                        "links": [{"endpoint": "shop/reviews"}],
                    }
                ],
                "orderBy": "t",
                "ordering": "descending",
                "limit": 5,
            }
        },
    }

    assert bundles.bundle_to_json(bundles.parse_bundle(raw)) == raw


def test_equal_definitions_hash_alike_whatever_their_key_order_and_extra_keys():
    one = {"name": "b", "bundle": {"p": {"endpoints": [], "limit": 1}}}
    other = {"bundle": {"p": {"limit": 1.0, "colour": "red", "endpoints": []}}, "name": "b"}

    assert bundles.bundle_hash(one) == bundles.bundle_hash(other)


@pytest.mark.parametrize("value", [True, "1", 2, [1]])
def test_a_changed_filter_value_changes_the_hash(value):
    one = query(None, where("a", operator="contains", value=1))
    other = query(None, where("a", operator="contains", value=value))

    assert bundles.bundle_hash(one) != bundles.bundle_hash(other)


def test_half_a_character_in_a_bundle_can_be_hashed():
    assert (
        len(bundles.bundle_hash(query(None, where("a", operator="contains", value="\ud800")))) == 64
    )


def test_endpoints_and_namespaces_include_those_of_links():
    bundle = bundles.parse_bundle(
        {
            "name": "b",
            "bundle": {
                "p": {"endpoints": [{"endpoint": "a/b", "links": [{"endpoint": "c/d/e"}]}]},
            },
        }
    )

    assert bundles.endpoints_of(bundle) == {"a/b", "c/d/e"}
    assert bundles.namespaces_of(bundle) == {"a", "c"}


# Mapping


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


# Filters


def test_between_is_inclusive_at_both_ends():
    bundle = query(None, where("n", operator="between", lower=7, upper=9))

    assert found(bundle, *[{"n": n} for n in (6, 7, 8.5, 9, 10)]) == [
        {"n": 7},
        {"n": 8.5},
        {"n": 9},
    ]


def test_between_never_takes_a_number_written_as_text():
    assert found(query(None, where("n", operator="between", lower=7, upper=9)), {"n": "8"}) == []


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


SEARCHABLE = {"transformation": "searchable"}


@pytest.mark.parametrize(
    ("text", "search", "matches"),
    [
        ("Night at the Print Museum", "museum", True),
        ("All the MUSEUMS of Leeds", "museum", True),
        ("Museumsufer", "museum", False),
        ("Foreign transaction fees", "fee", True),
        ("COFFEE LEEDS", "fee", False),
        ("Walking in the park", "walk parks", True),
        ("Walking in the rain", "walk parks", False),
        ("the and of", "the", False),
        ("Two parties", "party", True),
    ],
)
def test_find_matches_whole_english_words(text, search, matches):
    bundle = query({}, where("t", SEARCHABLE, operator="find", search=search))

    assert found(bundle, {"t": text}) == ([{}] if matches else [])


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


def hour(name: str) -> dict[str, object]:
    return {"transformation": name, "part": "hour"}


@pytest.mark.parametrize(
    "moment",
    [
        "2026-02-11T08:14:52.331Z",
        "2026-02-11T16:14:52+0800",
        "2026-02-11T08:14:52.000",
        "Wed Feb 11 08:20:01 +0000 2026",
    ],
)
def test_datetime_extract_takes_the_hour_in_utc(moment):
    bundle = query({}, where("t", hour("datetimeExtract"), operator="between", lower=8, upper=8))

    assert found(bundle, {"t": moment}) == [{}]


def test_timestamp_extract_takes_the_hour_of_epoch_seconds():
    at_seventeen = 1770830420
    bundle = query({}, where("t", hour("timestampExtract"), operator="in", value=[17]))

    assert found(bundle, {"t": at_seventeen}, {"t": at_seventeen + 3600}) == [{}]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("dow", 0),
        ("isodow", 7),
        ("doy", 60),
        ("quarter", 1),
        ("year", 2026),
        ("century", 21),
        ("epoch", 1772366400),
        ("Minute", 0),
    ],
)
def test_date_parts_are_those_of_postgresql(part, expected):
    extract = {"transformation": "datetimeExtract", "part": part}
    bundle = query({}, where("t", extract, operator="contains", value=expected))

    assert found(bundle, {"t": NOON.isoformat()}) == [{}]


@pytest.mark.parametrize(
    ("value", "transformation"),
    [
        ("yesterday evening", hour("datetimeExtract")),
        (1770830420, hour("datetimeExtract")),
        ("1770830420", hour("timestampExtract")),
        (None, hour("timestampExtract")),
        (1e300, hour("timestampExtract")),
        ("2026-02-11", {"transformation": "datetimeExtract", "part": "fortnight"}),
    ],
)
def test_a_date_that_is_none_fails_instead_of_answering(value, transformation):
    with pytest.raises(EvaluationFailed):
        found(query({}, where("t", transformation, operator="in", value=[1])), {"t": value})


# Order, limit, several endpoints


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


# Keeping to what was asked


def answer(*data: object, **extra: object) -> dict[str, Any]:
    return {
        "found": [
            {"endpoint": ENDPOINT, "recordId": str(n), "data": d} for n, d in enumerate(data)
        ],
        **extra,
    }


def test_destinations_name_the_fields_that_would_leave():
    mapping = {"a": "x", "b.c": "y", "items[]": {"source": "l[]", "mappings": {"sku": "s"}}}

    assert bundles.destinations_of(query(mapping)) == {"found": ("a", "b.c", "items[].sku")}
    assert bundles.destinations_of(query()) == {"found": None}
    assert bundles.destinations_of(query({"a": 1})) == {"found": ()}


def test_projection_drops_and_counts_fields_that_were_not_asked_for():
    bundle = query({"a": "x", "b.c": "y"})

    kept, dropped = bundles.project(bundle, answer({"a": 1, "b": {"c": {"d": 1}, "e": 2}, "f": 3}))

    assert kept == answer({"a": 1, "b": {"c": {"d": 1}}})
    assert dropped == 2


def test_projection_drops_other_properties_endpoints_and_surplus_records():
    bundle = query(limit=1)
    delivered = answer({"a": 1}, {"a": 2}, other=[{}, {}])
    delivered["found"].insert(0, {"endpoint": "bank/all", "recordId": "9", "data": {"a": 0}})
    delivered["found"].insert(0, "nonsense")

    kept, dropped = bundles.project(bundle, delivered)

    assert kept == answer({"a": 1})
    assert dropped == 5


def test_projection_reaches_into_mapped_lists():
    mapping = {"items[]": {"source": "l[]", "mappings": {"sku": "s", "tags": "t"}}}

    kept, dropped = bundles.project(
        query(mapping), answer({"items": [{"sku": 1, "tags": ["x"], "price": 2}, {"sku": 3}]})
    )

    assert kept == answer({"items": [{"sku": 1, "tags": ["x"]}, {"sku": 3}]})
    assert dropped == 1


@pytest.mark.parametrize(
    ("bundle", "said"),
    [
        (query({"a": "b-c"}), "mapping.a"),
        (query({"a": 1}), "every record would be empty"),
        (query([1]), "whole records"),
        (query(None, where("t", operator="find", search="x")), "filters[0]"),
        (query(None, where("a[0]", operator="in", value=[])), ".0."),
        (query(None, where("t", SEARCHABLE, operator="find", search="the")), "too common"),
    ],
)
def test_pitfalls_of_a_bundle_are_named(bundle, said):
    (pitfall,) = bundles.pitfalls_of(bundle)

    assert said in pitfall


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)
SOURCES = st.sampled_from(["a", "b", "a.b", "a[0]", "b[1].a", "a.a.b"])
MAPPINGS = st.dictionaries(
    st.sampled_from(["x", "x.y", "x.z", "y"]),
    SOURCES,
    max_size=3,
)


@given(mapping=MAPPINGS, data=st.lists(JSON, max_size=4))
def test_what_an_honest_hat_answers_is_kept_whole(mapping, data):
    bundle = query(mapping)
    honest = answer(*found(bundle, *data))

    assert bundles.project(bundle, honest) == (honest, 0)


@given(values=st.lists(JSON, max_size=6))
def test_any_values_have_one_order(values):
    once = sorted(values, key=sort_key)
    backwards = once[::-1]

    assert [sort_key(v) for v in once] == sorted(sort_key(v) for v in backwards)


@given(value=JSON)
def test_every_value_contains_itself(value):
    assert contains(value, value)
