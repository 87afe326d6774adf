"""Records that belong together, on the sandbox HAT."""

import uuid

import pytest

from tests.hats.sandbox.conftest import serving

BATCH = "/api/v2.6/data-batch"
ORDERS = "/api/v2.6/data/shop/orders"
ORDER = {"endpoint": "shop/orders", "data": {"id": 1}}
REVIEW = {"endpoint": "shop/reviews", "data": {"stars": 5}}
WITH_REVIEWS = {
    "orders": {
        "endpoints": [
            {
                "endpoint": "shop/orders",
                "links": [{"endpoint": "shop/reviews", "mapping": {"n": "stars"}}],
            }
        ]
    }
}


@pytest.fixture
def owner(hat):
    return hat.owner


def linked_by_bundle(hat, owner):
    hat.post("/api/v2.6/data-bundle/linked", WITH_REVIEWS, token=owner)
    return hat.get("/api/v2.6/data-bundle/linked", token=owner).json["orders"]


def test_a_batch_writes_links_as_records_of_their_own(hat, owner):
    answer = hat.post(BATCH, [ORDER | {"links": [REVIEW]}], token=owner)

    (order,) = answer.json
    assert (answer.status, order["data"], order["links"][0]["data"]) == (
        201, {"id": 1}, {"stars": 5},
    )  # fmt: skip
    (review,) = hat.get("/api/v2.6/data/shop/reviews", token=owner).json
    assert review == order["links"][0]
    assert "links" not in hat.get(ORDERS, token=owner).json[0]


def test_a_bundle_answers_the_links_it_asks_for(hat, owner):
    hat.post(BATCH, [ORDER | {"links": [REVIEW]}, ORDER | {"data": {"id": 2}}], token=owner)

    first, second = linked_by_bundle(hat, owner)

    assert [link["data"] for link in first["links"]] == [{"n": 5}]
    assert "links" not in second


def test_a_duplicate_among_the_links_keeps_the_whole_batch_out(hat, owner):
    hat.post("/api/v2.6/data/shop/reviews", {"stars": 5}, token=owner)

    answer = hat.post(BATCH, [ORDER | {"links": [REVIEW]}], token=owner)

    assert answer.json["cause"] == "Could not insert data - Duplicate data"
    assert hat.get(ORDERS, token=owner).json == []


def written_apart(hat, owner):
    order = hat.post(ORDERS, {"id": 1}, token=owner).json["recordId"]
    review = hat.post("/api/v2.6/data/shop/reviews", {"stars": 5}, token=owner).json["recordId"]
    return order, review


def link(hat, owner, *ids, version="v2.6"):
    query = "&".join(f"records={one}" for one in ids)
    return hat.call("POST", f"/api/{version}/data-link?{query}", token=owner)


@pytest.mark.parametrize("version", ["v2", "v2.6"])
def test_records_written_apart_can_be_linked(hat, owner, version):
    answer = link(hat, owner, *written_apart(hat, owner), version=version)

    assert (answer.status, answer.json) == (201, {"message": "Grouping registered"})
    assert [one["data"] for one in linked_by_bundle(hat, owner)[0]["links"]] == [{"n": 5}]


def test_a_record_is_no_link_of_its_own(hat, owner):
    ids = [hat.post(ORDERS, {"id": n}, token=owner).json["recordId"] for n in (1, 2)]
    link(hat, owner, *ids)
    link(hat, owner, *ids)
    query = {"endpoint": "shop/orders", "links": [{"endpoint": "shop/orders"}]}
    hat.post("/api/v2.6/data-bundle/same", {"orders": {"endpoints": [query]}}, token=owner)

    found = hat.get("/api/v2.6/data-bundle/same", token=owner).json["orders"]

    assert [[one["data"]["id"] for one in order["links"]] for order in found] == [[2], [1]]


def test_links_are_seen_as_they_are_now(hat, owner):
    order, review = written_apart(hat, owner)
    link(hat, owner, order, review)
    changed = {"endpoint": "shop/reviews", "recordId": review, "data": {"stars": 1}}
    hat.call("PUT", "/api/v2.6/data", body=[changed], token=owner)
    after_change = linked_by_bundle(hat, owner)
    hat.call("DELETE", f"/api/v2.6/data?records={review}", token=owner)

    assert [one["data"] for one in after_change[0]["links"]] == [{"n": 1}]
    assert "links" not in linked_by_bundle(hat, owner)[0]


def test_an_unknown_record_cannot_be_linked(hat, owner):
    order, _ = written_apart(hat, owner)

    answer = link(hat, owner, order, uuid.uuid4())

    assert (answer.status, answer.json["message"]) == (400, "Data Missing")
    assert answer.json["cause"].startswith("Could not link records: ")


def test_an_application_links_nothing_where_it_may_not_write(hat, owner):
    order, review = written_apart(hat, owner)

    answer = link(hat, hat.application(owner), order, review)

    assert answer.status == 403
    assert "links" not in linked_by_bundle(hat, owner)[0]


def test_links_survive_a_restart(data_folder):
    with serving(data_folder) as sandbox:
        hat, port = sandbox.hat(), sandbox.port
        hat.post(BATCH, [ORDER | {"links": [REVIEW]}], token=hat.owner)

    with serving(data_folder, port=port) as sandbox:
        hat = sandbox.hat()
        assert [one["data"] for one in linked_by_bundle(hat, hat.owner)[0]["links"]] == [{"n": 5}]


# One record by its id


def record(hat, record_id, **given):
    return hat.get(f"/api/v2.6/data-record/{record_id}", **given)


def test_one_record_is_found_by_its_id(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json

    answer = record(hat, written["recordId"], token=owner)

    del written["links"]
    assert (answer.status, answer.json) == (200, written)


def test_an_unknown_record_id_is_a_bad_request(hat, owner):
    answer = record(hat, uuid.uuid4(), token=owner)

    cause = "Could not find unique record: No single record found for provided ID"
    assert (answer.status, answer.json) == (400, {"message": "Data Missing", "cause": cause})


def test_a_record_without_a_token_is_refused_without_a_word(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json

    answer = record(hat, written["recordId"])

    assert (answer.status, answer.body) == (403, b"")


def test_an_application_finds_no_record_of_a_namespace_it_may_not_read(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json

    assert record(hat, written["recordId"], token=hat.application(owner)).status == 403


def test_what_is_no_uuid_is_no_record_id(hat, owner):
    answer = record(hat, "x", token=owner)

    assert (answer.status, answer.json["message"]) == (
        400,
        "Cannot parse parameter recordId as UUID: Invalid UUID string: x",
    )
