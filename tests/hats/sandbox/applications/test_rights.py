"""What applications may do on the sandbox HAT (contract checklist 25, 26)."""

from tests.hats.sandbox.applications.asking import (
    APPLICATIONS,
    DENIED,
    MANAGERS,
    OWNERS,
    SHOP,
    claims,
    set_up,
    state,
)


def test_a_disabled_applications_token_is_worth_nothing(hat, owner):
    token = hat.application(owner, MANAGERS)
    before = hat.post("/api/v2.6/data/shop/orders", {"id": 1}, token=token).status
    hat.get(f"{APPLICATIONS}/{MANAGERS}/disable", token=owner)

    after = hat.post("/api/v2.6/data/shop/orders", {"id": 2}, token=token)

    assert (before, after.status, after.json) == (201, 403, DENIED)
    assert len(hat.get("/api/v2.6/data/shop/orders", token=owner).json) == 1


def test_an_application_granted_everything_keeps_working_when_disabled(hat, owner):
    token = hat.application(owner, OWNERS)
    hat.get(f"{APPLICATIONS}/{OWNERS}/disable", token=owner)

    assert hat.get("/api/v2.6/data/rumpel/profile", token=token).status == 200
    assert hat.get("/api/v2.6/data-debit", token=token).status == 200


def test_an_application_granted_everything_takes_no_tokens_of_others(hat, owner):
    token = hat.application(owner, OWNERS)

    assert hat.get(f"{APPLICATIONS}/{SHOP}/access-token", token=token).json == DENIED


def test_an_application_granted_that_very_token_may_take_it(hat, owner):
    token = hat.application(owner, MANAGERS)

    taken = hat.get(f"{APPLICATIONS}/{SHOP}/access-token", token=token)

    assert claims(taken.json["accessToken"])["application"] == SHOP
    assert hat.get(f"{APPLICATIONS}/old/access-token", token=token).json == DENIED


def test_an_application_granted_the_list_sees_what_it_manages(hat, owner):
    token = hat.application(owner, MANAGERS)

    seen = hat.get(APPLICATIONS, token=token).json
    all_of_them = hat.get(APPLICATIONS, token=hat.application(owner, OWNERS)).json

    assert [one["application"]["id"] for one in seen] == [SHOP]
    assert len(all_of_them) == 7
    assert hat.get(APPLICATIONS, token=hat.application(owner, SHOP)).json == DENIED


def test_an_application_manages_only_what_it_was_granted(hat, owner):
    token = hat.application(owner, MANAGERS)

    assert set_up(hat, token).status == 200
    assert set_up(hat, token, "old").json == DENIED
    assert state(hat, owner, "old")["setup"] is False


def test_an_application_writes_only_where_it_was_granted(hat, owner):
    token = hat.application(owner, MANAGERS)
    items = [{"endpoint": f"{name}/x", "data": {"in": name}} for name in ("shop", "other")]

    answer = hat.post("/api/v2.6/data-batch", items, token=token)

    cause = "Access Denied - No rights to insert some or all of the data in the batch"
    assert (answer.status, answer.json) == (403, {"message": "Forbidden", "cause": cause})
    assert hat.get("/api/v2.6/data/shop/x", token=owner).json == []
    assert hat.post("/api/v2.6/data-batch", items[:1], token=token).status == 201


def test_an_application_deletes_and_replaces_only_where_it_may_write(hat, owner):
    token = hat.application(owner, MANAGERS)
    other = hat.post("/api/v2.6/data/other/x", {"id": 1}, token=owner).json
    claimed = other | {"endpoint": "shop/x", "data": {"id": 2}}

    deleted = hat.call("DELETE", f"/api/v2.6/data?records={other['recordId']}", token=token)
    replaced = hat.call("PUT", "/api/v2.6/data", body=[claimed], token=token)

    cause = "Access Denied - Permissions to modify records in some of the namespaces missing"
    assert (deleted.status, deleted.json) == (403, {"message": "Forbidden", "cause": cause})
    assert replaced.status == 403
    assert hat.get("/api/v2.6/data/other/x", token=owner).json[0]["data"] == {"id": 1}


def test_an_application_that_may_write_somewhere_sees_the_sources(hat, owner):
    assert hat.get("/api/v2.6/data/sources", token=hat.application(owner, MANAGERS)).status == 200


def test_an_application_granted_a_source_manages_files(hat, owner):
    token, files = hat.application(owner, MANAGERS), "/api/v2.6/files"

    begun = hat.post(f"{files}/upload", {"name": "a.txt", "source": "shop"}, token=token)
    seen = hat.get(f"{files}/file/{begun.json['fileId']}", token=token).json
    public = hat.get(f"{files}/allowAccessPublic/{begun.json['fileId']}", token=token).json

    assert begun.status == 200
    assert "permissions" not in seen
    assert public["contentPublic"] is True
