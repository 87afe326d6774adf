"""The product's evaluation against a second evaluator that shares no code with it."""

import copy
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hats import bundles
from hats.bundles import EvaluationFailed, Record
from tests.hats.bundles import naive
from tests.hats.bundles.strategies import BUNDLES, RECORD_DATA, SMALL_BUNDLES, SMALL_DATA

NAMES = ["shop/orders", "shop/reviews", "rumpel/notes"]
START = datetime(2026, 3, 1, tzinfo=UTC)


@st.composite
def held_records(draw, of_data=RECORD_DATA):
    """What a HAT holds, oldest first, some of it grouped."""
    held = {}
    for endpoint in NAMES:
        data = draw(st.lists(of_data, max_size=3))
        held[endpoint] = [
            {"endpoint": endpoint, "recordId": f"{endpoint}#{n}", "written": n, "data": item}
            for n, item in enumerate(data)
        ]
    everything = [record for records in held.values() for record in records]
    for record in everything:
        group = draw(st.lists(st.sampled_from(everything), max_size=2)) if everything else []
        record["links"] = [
            {key: other[key] for key in ("endpoint", "recordId", "written", "data")} | {"links": []}
            for other in group
        ]
    return held


def as_record(raw) -> Record:
    return Record(
        raw["endpoint"],
        raw["recordId"],
        raw["data"],
        START + timedelta(minutes=raw["written"]),
        tuple(as_record(other) for other in raw["links"]),
    )


def as_json(record: Record):
    links = [as_json(other) for other in record.links]
    return {
        "endpoint": record.endpoint,
        "recordId": record.record_id,
        "data": record.data,
        **({"links": links} if links else {}),
    }


def of_product(raw, held):
    records = {name: [as_record(one) for one in found] for name, found in held.items()}
    try:
        answer = bundles.evaluate(bundles.parse_bundle(raw), records)
    except EvaluationFailed:
        return "fails"
    return {name: [as_json(record) for record in found] for name, found in answer.items()}


def of_naive(raw, held):
    try:
        return naive.evaluate(raw, copy.deepcopy(held))
    except naive.Fails:
        return "fails"


@settings(max_examples=150, deadline=None)
@given(raw=BUNDLES, held=held_records())
def test_both_evaluators_answer_alike(raw, held):
    before = copy.deepcopy(held)

    assert of_product(raw, held) == of_naive(raw, held)
    assert held == before


@settings(max_examples=150, deadline=None)
@given(raw=SMALL_BUNDLES, held=held_records(SMALL_DATA))
def test_both_evaluators_split_sort_and_link_alike(raw, held):
    assert of_product(raw, held) == of_naive(raw, held)


@settings(max_examples=50, deadline=None)
@given(raw=BUNDLES, held=held_records())
def test_both_evaluators_find_the_same_conditions_met(raw, held):
    records = {name: [as_record(one) for one in found] for name, found in held.items()}
    expected = of_naive(raw, held)
    try:
        met = bundles.conditions_met(bundles.parse_bundle(raw), records)
    except EvaluationFailed:
        assert expected == "fails"
        return

    assert met == {name: bool(found) for name, found in expected.items()}
