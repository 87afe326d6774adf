"""Keeping to what was asked."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hats import bundles
from tests.hats.bundles.strategies import BUNDLES, ENDPOINTS, JSON, MAPPINGS
from tests.hats.bundles.test_against_naive import held_records, of_product
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


@settings(max_examples=75, deadline=None)
@given(raw=BUNDLES, held=held_records())
def test_whatever_an_honest_hat_answers_to_any_bundle_is_kept_but_its_links(raw, held):
    honest = of_product(raw, held)
    assume(honest != "fails")
    for record in [one for records in honest.values() for one in records]:
        record.pop("links", None)

    assert bundles.project(bundles.parse_bundle(raw), honest) == (honest, 0)


def _asked(mapping: object, before: str = "") -> set[str] | None:
    """Name the destinations of a mapping, as in ``l[].x``; ``None`` is everything."""
    if not isinstance(mapping, dict):
        return None
    if any(not isinstance(source, str | dict) for source in mapping.values()):
        return set()
    asked: set[str] = set()
    for destination, source in mapping.items():
        if isinstance(source, str):
            asked.add(before + destination.removesuffix("[]"))
        else:
            asked |= _asked(source["mappings"], f"{before}{destination}.") or set()
    return asked


def _leaves(value: object, path: str = "") -> set[str]:
    if isinstance(value, dict) and value:
        return set().union(*(_leaves(item, f"{path}.{name}") for name, item in value.items()))
    if isinstance(value, list) and value:
        return {path} | set().union(*(_leaves(item, f"{path}[]") for item in value))
    return {path} if value not in ({}, []) else set()


def _is_asked(leaf: str, asked: set[str]) -> bool:
    inside = [wanted for wanted in asked if f"{wanted}[".startswith(f"{leaf}[")]
    under = [leaf.startswith((f"{wanted}.", f"{wanted}[")) or leaf == wanted for wanted in asked]
    return any(under) or bool(inside)


ANSWERS = st.dictionaries(
    st.sampled_from(["one", "two", "three"]),
    st.lists(
        st.builds(
            lambda endpoint, data, extra: {
                "endpoint": endpoint, "recordId": "1", "data": data, **extra,
            },
            ENDPOINTS,
            st.recursive(
                st.integers(0, 3),
                lambda inner: st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["x", "y", "z", "l", "sku"]), inner, max_size=4),
                max_leaves=8,
            ),
            st.sampled_from([{}, {}, {"links": []}, {"more": 1}]),
        )
        | JSON,
        max_size=3,
    )
    | JSON,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(raw=BUNDLES, answered=ANSWERS)
def test_nothing_that_was_not_asked_for_is_ever_kept(raw, answered):
    bundle = bundles.parse_bundle(raw)

    kept, dropped = bundles.project(bundle, answered)

    for name, records in kept.items():
        wanted = raw["bundle"][name]
        assert wanted.get("limit") is None or len(records) <= wanted["limit"]
        for record in records:
            assert set(record) == {"endpoint", "recordId", "data"}
            asked = [
                _asked(query.get("mapping"))
                for query in wanted["endpoints"]
                if query["endpoint"] == record["endpoint"]
            ]
            assert asked
            if None not in asked:
                for leaf in _leaves(record["data"]):
                    assert _is_asked(leaf.removeprefix("."), set().union(*asked)), leaf
    assert bundles.project(bundle, kept) == (kept, 0)
    assert dropped or kept == answered
