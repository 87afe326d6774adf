"""Reading bundles, and refusing them with the place and the words of a HAT."""

import pytest
from hypothesis import given, settings

from hats import bundles
from hats.bundles import BundleInvalid
from tests.hats.bundles.strategies import BUNDLES
from tests.hats.bundles.writing import ENDPOINT, query, where


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

    assert refusal.value.path == "bundle.found.endpoints[0].filters[1].operator"


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


@pytest.mark.parametrize(
    ("raw", "path", "said", "status"),
    [
        ({"name": "a b", "bundle": {}}, "name", "Bundle name invalid", 400),
        ({"name": 7, "bundle": {}}, "name", "error.expected.jsstring", 400),
        ({"name": "b"}, "bundle", "error.path.missing", 400),
        ({"name": "b", "bundle": []}, "bundle", "error.expected.jsobject", 400),
        ({"name": "b", "bundle": {"p": {"endpoints": {}}}}, "bundle.p.endpoints",
         "error.expected.jsarray", 400),
        ({"name": "b", "bundle": {"p": {"endpoints": [{"endpoint": "A"}]}}},
         "bundle.p.endpoints[0].endpoint", "Endpoint invalid", 400),
        ({"name": "b", "bundle": {"p": {"endpoints": [], "limit": "5"}}}, "bundle.p.limit",
         "error.expected.jsnumber", 400),
        ({"name": "b", "bundle": {"p": {"endpoints": [], "limit": 2**31}}}, "bundle.p.limit",
         "error.expected.int", 400),
    ],
)  # fmt: skip
def test_a_refusal_says_at_its_place_what_a_hat_says(raw, path, said, status):
    with pytest.raises(BundleInvalid) as refusal:
        bundles.parse_bundle(raw)

    refused = refusal.value
    assert (refused.path, refused.hat_message, refused.hat_status) == (path, said, status)


@pytest.mark.parametrize(
    ("faulty", "place", "said", "status"),
    [
        (where("t", operator="near"), "operator", "Unexpected JSON value near", 400),
        (where("t", {"transformation": "round"}, operator="find", search="x"), "transformation",
         "Unexpected JSON value round", 400),
        (where("t", value=1), "operator.operator", "error.path.missing", 500),
        (where("t", {"part": "hour"}, operator="find", search="x"),
         "transformation.transformation", "error.path.missing", 500),
        (where("t", operator="between", lower=1), "operator.upper", "error.path.missing", 400),
        (where("t", {"transformation": "datetimeExtract"}, operator="in", value=[1]),
         "transformation.part", "error.path.missing", 400),
    ],
)  # fmt: skip
def test_a_faulty_filter_is_refused_as_a_hat_refuses_it(faulty, place, said, status):
    with pytest.raises(BundleInvalid) as refusal:
        query(None, faulty)

    refused = refusal.value
    assert refused.path == f"bundle.found.endpoints[0].filters[0].{place}"
    assert (refused.hat_message, refused.hat_status) == (said, status)


@settings(deadline=None)
@given(raw=BUNDLES)
def test_any_bundle_survives_the_way_to_json_and_back(raw):
    parsed = bundles.parse_bundle(raw)

    assert bundles.parse_bundle(bundles.bundle_to_json(parsed)) == parsed
