"""Data debits of version 2 (contract checklist 81)."""

import pytest

from tests.hats.sandbox.conftest import debit_request, serving

DEBIT = "/api/v2/data-debit/o-1"
DENIED = {"error": "Forbidden", "message": "Access Denied"}
BEGAN, ENDS = "2026-01-01T00:00:00+0000", "2036-01-01T00:00:00+0000"


def bundle(name, endpoint="shop/orders", mapping=None):
    query = {"endpoint": endpoint, "mapping": mapping} if mapping else {"endpoint": endpoint}
    return {"name": name, "bundle": {"orders": {"endpoints": [query]}}}


def request(name="o-1", **changed):
    return {
        "bundle": bundle(name),
        "startDate": BEGAN,
        "endDate": ENDS,
        "rolling": False,
    } | changed


def refused(what):
    return {"message": "Bad Request", "cause": f"Data Debit request malformed: {what}"}


@pytest.fixture
def owner(hat):
    return hat.owner


@pytest.fixture
def platform(hat):
    return hat.platform


@pytest.fixture
def proposed(hat, platform):
    return hat.post(DEBIT, request(), token=platform).json


def put(hat, token, body, path=DEBIT):
    return hat.call("PUT", path, body=body, token=token)


def test_a_debit_of_version_2_names_its_client_without_a_password(hat, platform):
    answer = hat.post(DEBIT, request(conditions=bundle("c-1")), token=platform)

    client = answer.json["client"]
    assert answer.status == 201
    assert list(answer.json) == ["dataDebitKey", "dateCreated", "client", "bundles"]
    assert list(client) == ["userId", "email", "name", "role", "roles"]
    assert (client["email"], client["role"], client["roles"]) == ("platform", "validate", [])
    assert answer.json["bundles"] == [
        {
            "dateCreated": answer.json["dateCreated"],
            "startDate": BEGAN,
            "endDate": ENDS,
            "rolling": False,
            "enabled": False,
            "conditions": bundle("c-1"),
            "bundle": bundle("o-1"),
        }
    ]


def test_a_proposal_of_version_2_is_read_by_its_own_model(hat, platform):
    answer = hat.post(DEBIT, {"bundle": {"bundle": {}}, "rolling": "no"}, token=platform)

    assert answer.status == 400
    assert answer.json["message"] == {
        "obj.bundle.name": [{"msg": ["error.path.missing"], "args": []}],
        "obj.startDate": [{"msg": ["error.path.missing"], "args": []}],
        "obj.endDate": [{"msg": ["error.path.missing"], "args": []}],
        "obj.rolling": [{"msg": ["error.expected.jsboolean"], "args": []}],
    }
    assert hat.get("/api/v2/data-debit", token=hat.owner).json == []


def test_debits_of_the_two_versions_do_not_see_each_other(hat, owner, platform, proposed):
    hat.post("/api/v2.6/data-debit/d-1", debit_request("b-1"), token=platform)

    assert hat.get("/api/v2.6/data-debit/o-1", token=owner).status == 404
    assert hat.get("/api/v2/data-debit/d-1", token=owner).status == 404
    assert [one["dataDebitKey"] for one in hat.get("/api/v2/data-debit", token=owner).json] == [
        "o-1"
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v2.6/data-debit/d-1", debit_request("o-1")),
        ("/api/v2/data-debit/o-2", request("o-1")),
        ("/api/v2/data-debit/o-2", request("o-2", conditions=bundle("o-1"))),
    ],
)
def test_bundle_names_are_shared_by_both_versions(hat, owner, platform, proposed, path, body):
    answer = hat.post(path, body, token=platform)

    assert (answer.status, answer.json) == (
        400,
        refused("Data bundle with such ID already exists"),
    )
    assert hat.get(path, token=owner).status == 404


def test_an_id_is_proposed_once(hat, platform, proposed):
    answer = hat.post(DEBIT, request("o-2"), token=platform)

    assert answer.json == refused("Data Debit with such ID already exists")


def test_values_of_version_2_come_only_while_enabled(hat, owner, platform, proposed):
    hat.post("/api/v2.6/data/shop/orders", {"id": 7}, token=owner)

    before = hat.get(f"{DEBIT}/values", token=platform)
    hat.get(f"{DEBIT}/enable", token=owner)
    during = hat.get(f"{DEBIT}/values", token=platform)
    hat.get(f"{DEBIT}/disable", token=owner)
    after = hat.get(f"{DEBIT}/values", token=platform)

    assert (before.status, before.json["cause"]) == (400, "Data Debit o-1 not enabled")
    assert [record["data"] for record in during.json["bundle"]["orders"]] == [{"id": 7}]
    assert after.status == 400


def test_conditions_of_version_2_decide_over_the_bundle(hat, owner, platform):
    hat.post(DEBIT, request(conditions=bundle("c-1", "shop/reviews")), token=platform)
    hat.get(f"{DEBIT}/enable", token=owner)

    answer = hat.get(f"{DEBIT}/values", token=platform)

    assert (answer.status, answer.json) == (200, {"conditions": {"orders": False}, "bundle": {}})


def test_an_update_starts_now_and_loses_its_conditions(hat, platform, proposed):
    changed = put(hat, platform, request("o-2", conditions=bundle("c-2"))).json["bundles"]

    assert [one["bundle"]["name"] for one in changed] == ["o-2", "o-1"]
    assert changed[0]["startDate"] == changed[0]["dateCreated"]
    assert "conditions" not in changed[0]
    assert changed[0]["enabled"] is False


def test_an_update_waits_while_the_old_bundle_is_served(hat, owner, platform, proposed):
    hat.post("/api/v2.6/data/shop/orders", {"a": 1, "b": 2}, token=owner)
    hat.get(f"{DEBIT}/enable", token=owner)
    put(hat, platform, request("o-2", bundle=bundle("o-2", mapping={"a": "a"})))

    served = hat.get(f"{DEBIT}/values", token=platform).json["bundle"]["orders"][0]["data"]
    assert served == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("which", "enabled"),
    [("", {"o-2": True, "o-1": False}), ("/o-1", {"o-2": False, "o-1": True}),
     ("/o-9", {"o-2": False, "o-1": False})],
)  # fmt: skip
def test_one_bundle_is_enabled_the_newest_unless_named(
    hat, owner, platform, proposed, which, enabled
):
    put(hat, platform, request("o-2"))
    hat.get(f"{DEBIT}/enable", token=owner)

    answer = hat.get(f"{DEBIT}/enable{which}", token=owner)

    assert answer.status == 200
    assert {one["bundle"]["name"]: one["enabled"] for one in answer.json["bundles"]} == enabled


@pytest.mark.parametrize(("rolling", "status"), [(True, 200), (False, 400)])
def test_only_a_rolling_bundle_outlives_its_end(hat, owner, platform, rolling, status):
    hat.post(DEBIT, request(endDate="2026-02-01T00:00:00Z", rolling=rolling), token=platform)
    hat.get(f"{DEBIT}/enable", token=owner)

    assert hat.get(f"{DEBIT}/values", token=platform).status == status


def test_only_its_proposer_may_update_a_debit_of_version_2(hat, owner, platform, proposed):
    answer = put(hat, owner, request("o-2"))

    assert (answer.status, answer.json) == (400, refused("empty.head"))
    assert len(hat.get(DEBIT, token=owner).json["bundles"]) == 1


def test_an_update_under_a_known_bundle_name_is_refused(hat, platform, proposed):
    answer = put(hat, platform, request("o-1"))

    assert answer.json == refused("Data bundle with such ID already exists")


def test_the_proposer_neither_enables_nor_lists_debits_of_version_2(hat, owner, platform, proposed):
    for call in ("/o-1/enable", "/o-1/enable/o-1", "/o-1/disable", ""):
        assert hat.get(f"/api/v2/data-debit{call}", token=platform).json == DENIED
    assert hat.get(DEBIT, token=owner).json["bundles"][0]["enabled"] is False


def test_unknown_debits_of_version_2_are_answered_as_those_of_2_6(hat, owner, platform):
    missing = {"message": "Not Found", "cause": "Data Debit with this ID does not exist"}

    assert hat.get(DEBIT, token=owner).status == 404
    assert hat.get(f"{DEBIT}/values", token=owner).status == 404
    assert hat.get(f"{DEBIT}/enable", token=owner).json == missing
    assert hat.get(f"{DEBIT}/disable", token=owner).status == 400
    assert hat.get(DEBIT, token=platform).json == DENIED


@pytest.mark.parametrize("version", ["v2", "v2.0"])
def test_v2_and_v2_0_are_one_table(hat, platform, proposed, version):
    assert hat.get(f"/api/{version}/data-debit/o-1", token=platform).json == proposed


def test_routes_of_one_version_only_are_web_pages_in_the_other(hat, owner, proposed):
    for path in (
        "/api/v2.6/data-debit/o-1/enable/o-1",
        "/api/v2/applications/hat-market/hmi",
        "/api/v2/applications/hat-market/proxy/x",
        "/api/v2/version",
        "/api/v2/data-record/0f6b1f4e-0000-4000-8000-000000000000",
    ):
        assert hat.get(path, token=owner).headers["Content-Type"].startswith("text/html")


def test_debits_of_version_2_survive_a_restart(data_folder):
    with serving(data_folder) as sandbox:
        hat, port = sandbox.hat(), sandbox.port
        hat.post(DEBIT, request(conditions=bundle("c-1")), token=hat.platform)
        before = hat.get(f"{DEBIT}/enable", token=hat.owner).json

    with serving(data_folder, port=port) as sandbox:
        hat = sandbox.hat()
        assert hat.get(DEBIT, token=hat.platform).json == before
