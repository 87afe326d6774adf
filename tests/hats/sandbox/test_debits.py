"""Data debits v2.6 of the sandbox HAT (contract checklist 51-54, 66-80)."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from hats.bundles import Bundle
from hats.sandbox.debits import Permission
from tests.hats.sandbox.conftest import debit_request, serving

DEBIT = "/api/v2.6/data-debit/d-1"
DENIED = {"error": "Forbidden", "message": "Access Denied"}


def refused(what):
    return {"message": "Bad Request", "cause": f"Data Debit request malformed: {what}"}


def propose(hat, token, *, path=DEBIT, name="b-1", **changed):
    return hat.post(path, debit_request(name, **changed), token=token)


@pytest.fixture
def owner(hat):
    return hat.owner


@pytest.fixture
def platform(hat):
    return hat.platform


@pytest.fixture
def proposed(hat, platform):
    return propose(hat, platform).json


@pytest.fixture
def enabled(hat, owner, proposed):
    return hat.get(f"{DEBIT}/enable", token=owner).json


def test_a_new_debit_is_neither_accepted_nor_active(hat, platform):
    answer = propose(hat, platform, requestDescription="Why", requestApplicationId="hat-market")

    assert answer.status == 201
    assert list(answer.json) == [
        "dataDebitKey", "dateCreated", "permissions", "requestClientName", "requestClientUrl",
        "requestClientLogoUrl", "requestApplicationId", "requestDescription", "active",
        "accepted", "start", "end", "permissionsActive", "permissionsLatest",
    ]  # fmt: skip
    assert (answer.json["accepted"], answer.json["active"]) == (False, False)
    assert answer.json["permissionsActive"] is None
    assert answer.json["permissions"] == [answer.json["permissionsLatest"]]


def test_the_path_names_the_debit_and_the_callback_is_not_told(hat, platform):
    answer = propose(hat, platform, requestClientCallbackUrl="https://shop.example/cb")

    assert answer.json["dataDebitKey"] == "d-1"
    assert "requestClientCallbackUrl" not in answer.text
    assert "conditions" not in answer.json["permissionsLatest"]
    assert "canceledAt" not in answer.json["permissionsLatest"]


def test_dates_and_period_come_back_in_their_two_forms(hat, platform):
    answer = propose(
        hat, platform, start=1767225600000, period="PT2592000S", cancelAtPeriodEnd=False
    ).json

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+]0000", answer["dateCreated"])
    assert answer["start"] == "2026-01-01T00:00:00.000Z"
    assert answer["permissionsLatest"]["period"] == 2_592_000_000
    assert answer["end"] is None


def test_an_id_can_be_proposed_once(hat, platform, proposed):
    answer = propose(hat, platform, name="b-2")

    assert (answer.status, answer.json) == (
        400,
        refused("Data Debit with such ID already exists"),
    )


@pytest.mark.parametrize(
    "changed", [{}, {"name": "b-2", "conditions": {"name": "b-1", "bundle": {}}}]
)
def test_a_bundle_name_can_be_used_once_on_a_hat(hat, owner, platform, proposed, changed):
    answer = propose(hat, platform, path="/api/v2.6/data-debit/d-2", **changed)

    assert (answer.status, answer.json) == (
        400,
        refused("Data bundle with such ID already exists"),
    )
    assert len(hat.get("/api/v2.6/data-debit", token=owner).json) == 1


def test_a_name_of_a_registered_bundle_is_taken_too(hat, owner, platform):
    hat.post("/api/v2.6/data-bundle/b-1", {}, token=owner)

    assert propose(hat, platform).json == refused("Data bundle with such ID already exists")


@pytest.mark.parametrize("period", [0, -5, True])
def test_a_period_of_nothing_is_refused(hat, platform, period):
    assert propose(hat, platform, period=period).status == 400


def test_values_are_refused_until_the_owner_enables(hat, platform, owner, proposed):
    before = hat.get(f"{DEBIT}/values", token=platform)
    hat.get(f"{DEBIT}/enable", token=owner)
    after = hat.get(f"{DEBIT}/values", token=platform)

    assert (before.status, before.json) == (
        400,
        {"message": "Bad Request", "cause": "Data Debit d-1 not enabled"},
    )
    assert (after.status, after.json) == (200, {"bundle": {"orders": []}})


def test_unknown_debits_have_three_different_answers(hat, owner, platform):
    not_found = {"message": "Not Found", "cause": "Data Debit d-1 not found"}
    missing = {"message": "Not Found", "cause": "Data Debit with this ID does not exist"}

    assert hat.get(DEBIT, token=owner).json == not_found
    assert hat.get(f"{DEBIT}/values", token=owner).status == 404
    for call in (f"{DEBIT}/enable", f"{DEBIT}/disable?atPeriodEnd=false"):
        answer = hat.get(call, token=owner)
        assert (answer.status, answer.json) == (400, missing)
    assert hat.call("PUT", DEBIT, body=debit_request(), token=owner).json == refused(
        "Data Debit being updated does not exist"
    )
    assert hat.get(DEBIT, token=platform).json == DENIED


def test_only_the_owner_lists_enables_and_disables(hat, owner, platform, proposed):
    for call in ("", "/d-1/enable", "/d-1/disable?atPeriodEnd=false"):
        answer = hat.get(f"/api/v2.6/data-debit{call}", token=platform)
        assert (answer.status, answer.json) == (403, DENIED)
    assert hat.get(DEBIT, token=platform).json["accepted"] is False
    assert [one["dataDebitKey"] for one in hat.get("/api/v2.6/data-debit", token=owner).json] == [
        "d-1"
    ]


def test_a_debit_of_somebody_else_is_refused_and_not_denied_to_exist(hat, owner, platform):
    propose(hat, owner)

    assert hat.get(f"{DEBIT}/values", token=platform).json == DENIED
    assert hat.get(DEBIT, token=platform).json == DENIED


def test_disabling_needs_to_say_when(hat, owner, enabled):
    answer = hat.get(f"{DEBIT}/disable", token=owner)

    assert (answer.status, answer.json) == (
        400,
        {"error": "Bad Request", "message": "Missing parameter: atPeriodEnd"},
    )
    assert hat.get(DEBIT, token=owner).json["active"] is True


def test_a_disabled_debit_stays_accepted_and_gives_nothing(hat, owner, platform, enabled):
    disabled = hat.get(f"{DEBIT}/disable?atPeriodEnd=false", token=owner).json

    assert (disabled["active"], disabled["accepted"]) == (False, True)
    assert disabled["permissionsLatest"]["canceledAt"] == disabled["end"]
    assert hat.get(f"{DEBIT}/values", token=platform).json["cause"] == "Data Debit d-1 not enabled"


def test_disabling_at_the_end_of_the_period_lets_values_be_read_until_then(
    hat, owner, platform, enabled
):
    disabled = hat.get(f"{DEBIT}/disable?atPeriodEnd=true", token=owner).json

    assert disabled["active"] is True
    assert hat.get(f"{DEBIT}/values", token=platform).status == 200


def test_a_debit_enabled_before_its_start_waits_for_it(sandbox, hat, owner, platform):
    tomorrow = sandbox.clock.now() + timedelta(days=1)
    propose(hat, platform, start=tomorrow.isoformat())

    enabled = hat.get(f"{DEBIT}/enable", token=owner).json
    early = hat.get(f"{DEBIT}/values", token=platform).status
    sandbox.clock.skipped = timedelta(days=1, minutes=1)
    later = hat.get(f"{DEBIT}/values", token=platform).status

    assert (enabled["accepted"], enabled["active"]) == (True, False)
    assert (early, later) == (400, 200)


def test_a_debit_ends_by_itself(sandbox, hat, owner, platform):
    propose(hat, platform, start=sandbox.clock.now().isoformat(), period=86_400_000)
    hat.get(f"{DEBIT}/enable", token=owner)
    sandbox.clock.skipped = timedelta(days=1, minutes=1)

    assert hat.get(f"{DEBIT}/values", token=platform).status == 400
    assert hat.get(DEBIT, token=platform).json["active"] is False


def orders(mapping):
    endpoint = {"endpoint": "shop/orders", "mapping": mapping}
    return {"orders": {"endpoints": [endpoint]}}


def update(hat, token, name, mapping, **changed):
    bundle = {"name": name, "bundle": orders(mapping)}
    request = debit_request(bundle=bundle, **changed)
    return hat.call("PUT", DEBIT, body=request, token=token)


def test_an_update_waits_for_the_owner_while_the_old_permission_is_served(
    hat, owner, platform, enabled
):
    hat.post("/api/v2.6/data/shop/orders", {"a": 1, "b": 2}, token=owner)

    changed = update(hat, platform, "b-2", {"a": "a"}, requestClientName="Other").json
    before = hat.get(f"{DEBIT}/values", token=platform).json["bundle"]["orders"][0]["data"]
    hat.get(f"{DEBIT}/enable", token=owner)
    after = hat.get(f"{DEBIT}/values", token=platform).json["bundle"]["orders"][0]["data"]

    assert changed["requestClientName"] == "Shop"
    assert [one["bundle"]["name"] for one in changed["permissions"]] == ["b-2", "b-1"]
    assert changed["permissionsActive"]["bundle"]["name"] == "b-1"
    assert (before, after) == ({"a": 1, "b": 2}, {"a": 1})


def test_an_update_under_the_same_bundle_name_keeps_the_old_definition(
    hat, owner, platform, proposed
):
    changed = update(hat, platform, "b-1", {"a": "a"}).json

    assert changed["permissionsLatest"]["bundle"] == proposed["permissionsLatest"]["bundle"]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, "Bundle b-2"),
        (
            {"bundle": {"name": "b-3", "bundle": {}}, "conditions": {"name": "b-2", "bundle": {}}},
            "Condition Bundle Some(b-2)",
        ),
    ],
)
def test_an_update_cannot_take_the_bundle_of_another_debit(hat, platform, proposed, changed, what):
    propose(hat, platform, path="/api/v2.6/data-debit/d-2", name="b-2")

    answer = hat.call("PUT", DEBIT, body=debit_request("b-2", **changed), token=platform)

    cause = f"{what} already linked and could not be reassigned to a different data debit"
    assert (answer.status, answer.json) == (400, refused(cause))
    assert len(hat.get(DEBIT, token=platform).json["permissions"]) == 1


def conditions(endpoint):
    return {"name": "c-1", "bundle": {"recent": {"endpoints": [{"endpoint": endpoint}]}}}


def test_unmet_conditions_answer_200_without_values(hat, owner, platform):
    propose(hat, platform, conditions=conditions("shop/reviews"))
    hat.get(f"{DEBIT}/enable", token=owner)

    unmet = hat.get(f"{DEBIT}/values", token=platform)
    hat.post("/api/v2.6/data/shop/reviews", {"stars": 5}, token=owner)
    met = hat.get(f"{DEBIT}/values", token=platform)

    assert (unmet.status, unmet.json) == (200, {"conditions": {"recent": False}, "bundle": {}})
    assert met.json == {"conditions": {"recent": True}, "bundle": {"orders": []}}


def test_values_show_what_was_written_since_the_last_reading(hat, owner, platform, enabled):
    empty = hat.get(f"{DEBIT}/values", token=platform).json
    written = hat.post("/api/v2.6/data/shop/orders", {"id": 7}, token=owner).json
    full = hat.get(f"{DEBIT}/values", token=platform).json

    del written["links"]
    assert empty == {"bundle": {"orders": []}}
    assert full == {"bundle": {"orders": [written]}}


def test_values_that_cannot_be_computed_are_a_server_error(hat, owner, platform):
    hat.post("/api/v2.6/data/shop/orders", {"a": 1}, token=owner)
    propose(hat, platform, bundle={"name": "b-1", "bundle": orders({"x": "no-such/path"})})
    hat.get(f"{DEBIT}/enable", token=owner)

    answer = hat.get(f"{DEBIT}/values", token=platform)

    assert (answer.status, answer.json["error"]) == (500, "Internal Server error")


def test_debits_survive_a_restart(data_folder):
    with serving(data_folder) as sandbox:
        hat, port = sandbox.hat(), sandbox.port
        propose(hat, hat.platform)
        before = hat.get(f"{DEBIT}/enable", token=hat.owner).json
        hat.post("/api/v2.6/data/shop/orders", {"id": 7}, token=hat.owner)

    with serving(data_folder, port=port) as sandbox:
        hat = sandbox.hat()
        after = hat.get(DEBIT, token=hat.platform).json
        values = hat.get(f"{DEBIT}/values", token=hat.platform).json

    assert after == before
    assert [record["data"] for record in values["bundle"]["orders"]] == [{"id": 7}]


MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cancel_at_period_end", "canceled_on", "ends_on"),
    [
        (False, None, None),
        (True, None, 11),
        (False, 15, 15),
        (True, 15, 21),
        (True, 11, 11),
        (True, 12, 21),
    ],
)
def test_a_permission_ends_when_period_and_cancellation_say(
    cancel_at_period_end, canceled_on, ends_on
):
    permission = Permission(
        created_at=MARCH,
        purpose="",
        start=MARCH,
        period=timedelta(days=10),
        cancel_at_period_end=cancel_at_period_end,
        terms_url="",
        bundle=Bundle("b", {}),
        accepted=True,
        canceled_at=canceled_on and MARCH.replace(day=canceled_on),
    )

    assert permission.end == (ends_on and MARCH.replace(day=ends_on))
