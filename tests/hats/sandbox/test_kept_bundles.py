"""Bundles and combinators that the sandbox HAT keeps by name (contract checklist 51-65)."""

import pytest

from tests.hats.sandbox.conftest import debit_request, serving

ORDERS = "/api/v2.6/data/shop/orders"


@pytest.fixture
def owner(hat):
    return hat.owner


def data_of(answer):
    return [record["data"] for record in answer.json]


BUNDLE = {"found": {"endpoints": [{"endpoint": "shop/orders", "mapping": {"n": "id"}}]}}


def test_a_bundle_is_registered_read_and_shown(hat, owner):
    hat.post(ORDERS, {"id": 7}, token=owner)

    registered = hat.post("/api/v2.6/data-bundle/b-1", BUNDLE, token=owner)
    found = hat.get("/api/v2.6/data-bundle/b-1", token=owner).json["found"]
    structure = hat.get("/api/v2.6/data-bundle/b-1/structure", token=owner)

    assert (registered.status, registered.json) == (201, {"message": "Bundle b-1 registered"})
    assert [record["data"] for record in found] == [{"n": 7}]
    assert structure.json == {"name": "b-1", "bundle": BUNDLE}


def test_an_unknown_bundle_is_named(hat, owner):
    answer = hat.get("/api/v2.6/data-bundle/b-1", token=owner)

    assert (answer.status, answer.json) == (
        404,
        {"message": "Bundle Not Found", "cause": "Bundle b-1 not found"},
    )


def test_a_bundle_that_fails_is_not_found_either(hat, owner):
    hat.post(ORDERS, {"id": 7}, token=owner)
    broken = {"found": {"endpoints": [{"endpoint": "shop/orders", "mapping": {"n": "a-b"}}]}}
    hat.post("/api/v2.6/data-bundle/b-1", broken, token=owner)

    assert hat.get("/api/v2.6/data-bundle/b-1", token=owner).status == 404


def test_a_combinator_is_registered_and_read(hat, owner):
    hat.post(ORDERS, [{"id": 7}, {"id": 9}], token=owner)
    path = "/api/v2.6/combinator/shop/newest"

    registered = hat.post(path, BUNDLE["found"]["endpoints"], token=owner)

    assert registered.json == {"message": "Combinator shop/newest registered"}
    assert data_of(hat.get(f"{path}?orderBy=n&ordering=descending&take=1", token=owner)) == [
        {"n": 9}
    ]
    assert hat.get("/api/v2.6/combinator/none", token=owner).status == 404


BROKEN = [{"endpoint": "shop/orders", "mapping": {"n": "a-b"}}]


def test_a_combinator_that_fails_is_not_found(hat, owner):
    hat.post(ORDERS, {"id": 7}, token=owner)
    hat.post("/api/v2.6/combinator/broken", BROKEN, token=owner)

    answer = hat.get("/api/v2.6/combinator/broken", token=owner)

    assert (answer.status, answer.json) == (
        404,
        {"message": "Combinator Not Found", "cause": "Combinator broken not found"},
    )


def test_a_combinator_is_kept_in_place_of_an_older_one(hat, owner):
    hat.post("/api/v2.6/combinator/c", BROKEN, token=owner)
    hat.post("/api/v2.6/combinator/c", BUNDLE["found"]["endpoints"], token=owner)

    assert hat.get("/api/v2.6/combinator/c", token=owner).json == []


@pytest.mark.parametrize(
    ("body", "place", "what"),
    [
        ({}, "obj", "error.expected.jsarray"),
        ([{"mapping": {}}], "obj[0].endpoint", "error.path.missing"),
        ([{"endpoint": "Shop/orders"}], "obj[0].endpoint", "Endpoint invalid"),
    ],
)
def test_a_combinator_that_does_not_fit_is_refused_by_place(hat, owner, body, place, what):
    answer = hat.post("/api/v2.6/combinator/c", body, token=owner)

    assert (answer.status, answer.json["message"]) == (
        400, {place: [{"msg": [what], "args": []}]},
    )  # fmt: skip
    assert hat.get("/api/v2.6/combinator/c", token=owner).status == 404


def filtered(operator):
    condition = {"field": "id", "operator": operator}
    return {"found": {"endpoints": [{"endpoint": "shop/orders", "filters": [condition]}]}}


def test_an_unknown_operator_is_refused_by_place(hat, owner):
    answer = hat.post("/api/v2.6/data-bundle/b", filtered({"operator": "near"}), token=owner)

    assert answer.status == 400
    assert list(answer.json["message"]) == ["obj.found.endpoints[0].filters[0].operator"]


def test_a_filter_that_does_not_name_its_operator_is_a_server_error(hat, owner):
    answer = hat.post("/api/v2.6/data-bundle/b", filtered({"value": 1}), token=owner)

    assert (answer.status, answer.json["error"]) == (500, "Internal Server error")
    assert hat.get("/api/v2.6/data-bundle/b", token=owner).status == 404


def test_an_order_that_is_the_name_of_a_field_is_followed_by_the_data_route(hat, owner):
    hat.post(ORDERS, [{"a": {"b": [2]}}, {"a": {"b": [1]}}], token=owner)

    answer = hat.get(f"{ORDERS}?orderBy=a.b.0", token=owner)

    assert [data["a"]["b"] for data in data_of(answer)] == [[1], [2]]


def test_a_bundle_of_a_debit_is_read_by_its_name(hat, owner):
    hat.post("/api/v2.6/data-debit/d-1", debit_request("b-1"), token=hat.platform)

    structure = hat.get("/api/v2.6/data-bundle/b-1/structure", token=owner).json

    assert structure == debit_request("b-1")["bundle"]
    assert hat.get("/api/v2.6/data-bundle/b-1", token=owner).json == {"orders": []}


def test_registering_a_debits_bundle_again_changes_what_the_debit_gives(hat, owner):
    platform = hat.platform
    hat.post(ORDERS, {"id": 7, "x": 1}, token=owner)
    hat.post("/api/v2.6/data-debit/d-1", debit_request("b-1"), token=platform)
    hat.get("/api/v2.6/data-debit/d-1/enable", token=owner)
    before = hat.get("/api/v2.6/data-debit/d-1/values", token=platform).json["bundle"]

    hat.post("/api/v2.6/data-bundle/b-1", BUNDLE, token=owner)
    after = hat.get("/api/v2.6/data-debit/d-1/values", token=platform).json["bundle"]

    assert list(before) == ["orders"]
    assert [record["data"] for record in after["found"]] == [{"n": 7}]


def test_an_update_under_the_name_of_a_kept_bundle_is_a_server_error(hat, owner):
    platform = hat.platform
    hat.post("/api/v2.6/data-bundle/b-2", BUNDLE, token=owner)
    hat.post("/api/v2.6/data-debit/d-1", debit_request("b-1"), token=platform)

    answer = hat.call("PUT", "/api/v2.6/data-debit/d-1", body=debit_request("b-2"), token=platform)

    assert answer.status == 500
    assert len(hat.get("/api/v2.6/data-debit/d-1", token=platform).json["permissions"]) == 1


def test_bundles_and_combinators_are_the_owners(hat):
    platform = hat.platform

    for path, body in (("data-bundle/b", BUNDLE), ("combinator/c", [])):
        assert hat.post(f"/api/v2.6/{path}", body, token=platform).status == 403
        assert hat.get(f"/api/v2.6/{path}", token=platform).status == 403


def test_bundles_and_combinators_survive_a_restart(data_folder):
    with serving(data_folder) as sandbox:
        hat, port = sandbox.hat(), sandbox.port
        hat.post("/api/v2.6/data-bundle/b", BUNDLE, token=hat.owner)
        hat.post("/api/v2.6/combinator/c", BUNDLE["found"]["endpoints"], token=hat.owner)

    with serving(data_folder, port=port) as sandbox:
        hat = sandbox.hat()
        structure = hat.get("/api/v2.6/data-bundle/b/structure", token=hat.owner).json
        assert structure == {"name": "b", "bundle": BUNDLE}
        assert hat.get("/api/v2.6/combinator/c", token=hat.owner).status == 200
