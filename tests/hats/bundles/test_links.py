"""Records grouped with another one, as far as a query's links ask for them."""

import pytest

from hats import bundles
from hats.bundles import EvaluationFailed, Record

ORDERS, REVIEWS, NOTES = "shop/orders", "shop/reviews", "rumpel/notes"


def bundle(*links: dict[str, object], **query: object) -> bundles.Bundle:
    endpoint = {"endpoint": ORDERS, "links": list(links), **query}
    return bundles.parse_bundle({"name": "b", "bundle": {"found": {"endpoints": [endpoint]}}})


def review(number: int, **data: object) -> Record:
    return Record(REVIEWS, f"review-{number}", data)


def order(*links: Record, **data: object) -> Record:
    return Record(ORDERS, "order-1", data, links=links)


def linked(wanted: bundles.Bundle, record: Record) -> list[tuple[str, object]]:
    (answered,) = bundles.evaluate(wanted, {ORDERS: [record]})["found"]
    return [(other.record_id, other.data) for other in answered.links]


def test_a_query_without_links_answers_none():
    assert linked(bundle(), order(review(1, stars=5))) == []


def test_links_bring_the_grouped_records_of_their_endpoint_only():
    record = order(review(1, stars=5), Record(NOTES, "note-1", {"text": "mine"}))

    assert linked(bundle({"endpoint": REVIEWS}), record) == [("review-1", {"stars": 5})]


def test_links_have_a_mapping_of_their_own():
    wanted = bundle({"endpoint": REVIEWS, "mapping": {"s": "stars"}}, mapping={"n": "number"})

    assert linked(wanted, order(review(1, stars=5, by="R"), number=1)) == [("review-1", {"s": 5})]


def test_links_have_filters_of_their_own_and_the_record_stays():
    good = {"field": "stars", "operator": {"operator": "between", "lower": 4, "upper": 5}}
    wanted = bundle({"endpoint": REVIEWS, "filters": [good]})

    assert linked(wanted, order(review(1, stars=5), review(2, stars=1))) == [
        ("review-1", {"stars": 5})
    ]
    assert linked(wanted, order(review(2, stars=1))) == []


def test_several_links_come_in_their_own_order():
    wanted = bundle({"endpoint": NOTES}, {"endpoint": REVIEWS})
    record = order(review(1), Record(NOTES, "note-1", {}), review(2))

    assert [key for key, _ in linked(wanted, record)] == ["note-1", "review-1", "review-2"]


def test_links_of_links_are_ignored():
    wanted = bundle({"endpoint": REVIEWS, "links": [{"endpoint": NOTES}]})
    grouped = Record(REVIEWS, "review-1", {}, links=(Record(NOTES, "note-1", {}),))

    (answered,) = bundles.evaluate(wanted, {ORDERS: [order(grouped)]})["found"]

    assert answered.links == (Record(REVIEWS, "review-1", {}),)


def test_each_query_of_a_property_links_by_itself():
    queries = [
        {"endpoint": ORDERS},
        {"endpoint": ORDERS, "links": [{"endpoint": REVIEWS}]},
    ]
    wanted = bundles.parse_bundle({"name": "b", "bundle": {"found": {"endpoints": queries}}})

    answer = bundles.evaluate(wanted, {ORDERS: [order(review(1))]})["found"]

    assert [len(record.links) for record in answer] == [0, 1]


def test_a_broken_mapping_of_a_link_fails_the_answer():
    with pytest.raises(EvaluationFailed):
        linked(bundle({"endpoint": REVIEWS, "mapping": {"s": "first-name"}}), order())
