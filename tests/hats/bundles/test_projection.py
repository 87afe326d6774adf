"""Keeping to what was asked."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hats import bundles
from tests.hats.bundles.strategies import JSON, MAPPINGS
from tests.hats.bundles.writing import ENDPOINT, found, query


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


@given(mapping=MAPPINGS, data=st.lists(JSON, max_size=4))
def test_what_an_honest_hat_answers_is_kept_whole(mapping, data):
    bundle = query(mapping)
    honest = answer(*found(bundle, *data))

    assert bundles.project(bundle, honest) == (honest, 0)
