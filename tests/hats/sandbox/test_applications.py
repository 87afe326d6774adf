"""Applications on the sandbox HAT: set-up, state, rights, and requests passed on to them."""

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import jwt
import pytest

from hats.sandbox.applications import BUILT_IN
from tests.hats.sandbox.conftest import debit_request, serving

DENIED = {"error": "Forbidden", "message": "Access Denied"}
BUNDLE = {"orders": {"endpoints": [{"endpoint": "shop/orders"}]}}
OWNERS, MANAGERS, SHOP = "hatapp", "manager", "shop-app"
APPLICATIONS = "/api/v2.6/applications"


class Peer(BaseHTTPRequestHandler):
    """The program behind the application: tells what it was asked."""

    def _answer(self):
        length = int(self.headers.get("Content-Length", 0))
        told = {
            "method": self.command,
            "path": self.path,
            "token": self.headers["x-auth-token"],
            "body": self.rfile.read(length).decode(),
        }
        self.server.asked.append(told)
        body = json.dumps(told).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def __getattr__(self, name):
        """Answer every verb alike."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture(scope="module")
def shared_peer():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def peer(shared_peer):
    shared_peer.status, shared_peer.asked = 200, []
    return shared_peer


def listing(app_id, *, roles=(), url="http://127.0.0.1:1", status=None, **changed):
    made = json.loads(BUILT_IN.read_text(encoding="utf-8"))[0]
    made["id"], made["kind"]["url"] = app_id, url
    made["permissions"]["rolesGranted"] = [
        {"role": role, "detail": detail} if detail else {"role": role} for role, detail in roles
    ]
    made["permissions"] |= changed.pop("permissions", {})
    made["status"] |= status or {}
    return made | changed


def registry(peer_port):
    here = f"http://peer.localhost:{peer_port}"
    wants = {"dataRetrieved": {"name": "shop-bundle", "bundle": BUNDLE}}
    return [
        listing(OWNERS, roles=[("owner", "")]),
        listing(
            MANAGERS,
            roles=[
                ("applicationlist", ""),
                ("applicationmanage", SHOP),
                ("retrieveapplicationtoken", SHOP),
                ("namespacewrite", "shop"),
                ("managefiles", "shop"),
            ],
        ),
        listing(
            SHOP,
            roles=[("namespaceread", "shop"), ("datadebit", f"app-{SHOP}")],
            url=f"{here}/base",
            permissions=wants,
            dependencies={"plugs": [MANAGERS], "tools": [], "contracts": []},
            status={"recentDataCheckEndpoint": "shop/orders", "compatibility": "1.0.0"},
        ),
        listing("checked", status={"kind": "External", "statusUrl": f"{here}/status",
                                   "expectedStatus": 200}),
        listing("faraway", url="https://shop.example",
                status={"kind": "External", "statusUrl": "https://shop.example/status",
                        "expectedStatus": 200}),
        listing("old", status={"compatibility": "2.0.0"}),
        listing("broken", dependencies={"plugs": ["nobody"], "tools": [], "contracts": []}),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory, keys, shared_peer):
    folder = tmp_path_factory.mktemp("applications")
    shutil.copytree(keys, folder / "keys")
    path = folder / "applications.json"
    path.write_text(json.dumps(registry(shared_peer.server_port)), encoding="utf-8")
    with serving(folder, hats=100, applications=path) as running:
        yield running


@pytest.fixture
def hat(shared, peer):
    return shared.unused_hat()


@pytest.fixture
def owner(hat):
    return hat.owner


def set_up(hat, token, app_id=SHOP):
    return hat.get(f"{APPLICATIONS}/{app_id}/setup", token=token)


def state(hat, token, app_id=SHOP):
    return hat.get(f"{APPLICATIONS}/{app_id}", token=token).json


def flags(description):
    return [description[name] for name in ("setup", "enabled", "active")]


def test_an_application_never_set_up_says_no_more_than_that(hat, owner):
    assert list(state(hat, owner)) == ["application", "setup", "enabled", "active"]
    assert flags(state(hat, owner)) == [False, False, False]


def test_set_up_enables_a_debit_of_the_applications_own(hat, owner):
    set_up(hat, owner)

    debit = hat.get(f"/api/v2.6/data-debit/app-{SHOP}", token=owner).json
    permission = debit["permissionsActive"]
    assert debit["requestApplicationId"] == SHOP
    assert debit["requestClientUrl"].endswith("/base")
    assert permission["bundle"] == {"name": "shop-bundle", "bundle": BUNDLE}
    assert (permission["period"], permission["cancelAtPeriodEnd"]) == (2_592_000_000, False)
    assert permission["end"] is None


def test_set_up_tells_whether_all_it_depends_on_is_enabled(hat, owner):
    answer = set_up(hat, owner).json

    assert flags(answer) == [True, True, True]
    assert answer["dependenciesEnabled"] is True
    assert state(hat, owner, MANAGERS)["enabled"] is True
    assert "dependenciesEnabled" not in state(hat, owner)


def test_set_up_goes_on_without_an_unknown_dependency_and_says_so(hat, owner):
    answer = set_up(hat, owner, "broken").json

    assert (answer["enabled"], answer["dependenciesEnabled"]) == (True, False)


def test_set_up_twice_keeps_one_debit_and_adds_a_permission(hat, owner):
    set_up(hat, owner)
    answer = set_up(hat, owner)

    debit = hat.get(f"/api/v2.6/data-debit/app-{SHOP}", token=owner).json
    assert flags(answer.json) == [True, True, True]
    assert len(debit["permissions"]) == 2


def test_a_clash_of_bundles_is_a_server_error_and_sets_nothing_up(hat, owner):
    hat.post("/api/v2.6/data-debit/d-1", debit_request("shop-bundle"), token=hat.platform)

    answer = set_up(hat, owner)

    cause = f"Application {SHOP} bundle shop-bundle clashes with one already setup"
    assert (answer.status, answer.json) == (
        500,
        {"message": "Application malformed", "cause": cause},
    )
    assert flags(state(hat, owner)) == [False, False, False]


def test_disabling_an_application_ends_its_debit_at_once(hat, owner):
    set_up(hat, owner)

    disabled = hat.get(f"{APPLICATIONS}/{SHOP}/disable", token=owner).json

    debit = hat.get(f"/api/v2.6/data-debit/app-{SHOP}", token=owner).json
    assert flags(disabled) == [True, False, False]
    assert "needsUpdating" not in disabled
    assert debit["active"] is False


def test_an_application_whose_debit_was_switched_off_is_not_active(hat, owner):
    set_up(hat, owner)
    hat.get(f"/api/v2.6/data-debit/app-{SHOP}/disable?atPeriodEnd=false", token=owner)

    assert flags(state(hat, owner)) == [True, True, False]


def test_an_application_whose_debit_serves_another_bundle_is_not_active(hat, owner):
    set_up(hat, owner)
    debit = f"/api/v2.6/data-debit/app-{SHOP}"
    hat.call("PUT", debit, body=debit_request("another-bundle"), token=owner)
    hat.get(f"{debit}/enable", token=owner)

    assert hat.get(debit, token=owner).json["active"] is True
    assert flags(state(hat, owner)) == [True, True, False]


def test_an_application_reads_its_own_debit_and_no_other(hat, owner):
    token = hat.application(owner, SHOP)
    hat.post("/api/v2.6/data-debit/d-1", debit_request(), token=hat.platform)

    assert hat.get(f"/api/v2.6/data-debit/app-{SHOP}/values", token=token).status == 200
    assert hat.get("/api/v2.6/data-debit/d-1", token=token).json == DENIED
    assert hat.get(f"/api/v2.6/data-debit/app-{SHOP}/enable", token=token).json == DENIED


def test_an_application_set_up_before_it_changed_needs_updating(hat, owner):
    assert set_up(hat, owner, "old").json["needsUpdating"] is True
    assert set_up(hat, owner).json["needsUpdating"] is False


def test_the_newest_data_of_an_application_is_dated(shared, hat, owner):
    assert "mostRecentData" not in set_up(hat, owner).json
    hat.post("/api/v2.6/data/shop/orders", {"id": 1}, token=owner)

    newest = state(hat, owner)["mostRecentData"]

    assert newest[:10] == shared.clock.now().date().isoformat()
    assert newest.endswith("Z")


@pytest.mark.parametrize(("status", "is_active"), [(200, True), (503, False)])
def test_an_external_application_is_asked_how_it_is(hat, owner, peer, status, is_active):
    peer.status = status

    answer = set_up(hat, owner, "checked").json

    (asked,) = peer.asked
    assert answer["active"] is is_active
    assert asked["path"] == "/status"
    assert claims(asked["token"])["application"] == "checked"


def test_applications_on_other_machines_are_never_asked(hat, owner):
    assert set_up(hat, owner, "faraway").json["active"] is True


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


# Rights


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


# Before log-in


def test_an_application_is_described_before_anybody_logs_in(hat, owner):
    path = f"{APPLICATIONS}/{SHOP}/hmi"

    assert hat.get(path).json["id"] == SHOP
    assert hat.get(path, token=owner).json == DENIED
    assert hat.get(f"{APPLICATIONS}/nobody/hmi").status == 404


def test_the_log_in_page_lists_applications_as_they_stand(hat, owner):
    path = f"{APPLICATIONS}/hmi?applicationId={SHOP}"
    set_up(hat, owner)

    before = hat.get(path).json
    after = hat.get(path, token=owner).json

    assert [one["id"] for one in before] == [SHOP]
    assert {one["application"]["id"]: one["enabled"] for one in after}[SHOP] is True
    assert hat.get(path, token=hat.platform).json == DENIED


# Requests passed on


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_requests_are_passed_on_with_a_token_of_the_application(hat, owner, peer, method):
    set_up(hat, owner)
    peer.status, peer.asked = 418, []

    answer = hat.call(
        method, f"{APPLICATIONS}/{SHOP}/proxy/a/b?x={quote('1 2')}&x=3", token=owner,
        body={"n": 1}, headers={"Content-Type": "application/json"},
    )  # fmt: skip

    (asked,) = peer.asked
    assert (answer.status, answer.json) == (418, asked)
    assert (asked["method"], asked["body"]) == (method, '{"n": 1}')
    assert asked["path"] in {"/base/a/b?x=1+2", "/base/a/b?x=1%202"}
    assert claims(asked["token"])["application"] == SHOP


def test_a_preflight_is_answered_and_not_passed_on(hat, owner, peer):
    set_up(hat, owner)
    peer.asked = []
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}

    answer = hat.call("OPTIONS", f"{APPLICATIONS}/{SHOP}/proxy/a", headers=headers)

    assert (answer.status, peer.asked) == (200, [])
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_a_head_request_is_passed_on_as_one(hat, owner, peer):
    set_up(hat, owner)
    peer.asked = []

    answer = hat.call("HEAD", f"{APPLICATIONS}/{SHOP}/proxy/a", token=owner)

    assert (answer.status, peer.asked[0]["method"]) == (200, "HEAD")


def test_nothing_is_passed_on_to_an_application_that_is_not_enabled(hat, owner, peer):
    answer = hat.get(f"{APPLICATIONS}/{SHOP}/proxy/a", token=owner)

    cause = f"Application {SHOP} does not appear to be activated by the user"
    assert (answer.status, answer.json) == (
        400,
        {"message": "Application not active", "cause": cause},
    )
    assert peer.asked == []


def test_nothing_leaves_this_machine(hat, owner):
    set_up(hat, owner, "faraway")

    answer = hat.get(f"{APPLICATIONS}/faraway/proxy/a", token=owner)

    assert (answer.status, answer.json["message"]) == (400, "Application not here")


def test_an_application_that_does_not_answer_is_a_server_error(hat, owner):
    set_up(hat, owner, OWNERS)

    answer = hat.get(f"{APPLICATIONS}/{OWNERS}/proxy/a", token=owner)

    assert (answer.status, answer.json["error"]) == (500, "Internal Server error")


def test_requests_are_passed_on_for_the_owner_or_a_manager_only(hat, owner, peer):
    set_up(hat, owner)
    peer.asked = []
    path = f"{APPLICATIONS}/{SHOP}/proxy/a"

    assert hat.get(path, token=hat.platform).json == DENIED
    assert hat.get(path).status == 401
    assert peer.asked == []
    assert hat.get(path, token=hat.application(owner, MANAGERS)).status == 200


def test_a_token_in_the_query_is_not_passed_on(hat, owner, peer):
    set_up(hat, owner)
    peer.asked = []

    hat.get(f"{APPLICATIONS}/{SHOP}/proxy/a?X-Auth-Token={owner}")

    assert peer.asked[0]["path"] == "/base/a"
