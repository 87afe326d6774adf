"""The sandbox HAT as a system: state, public profile, passwords."""

from datetime import timedelta

import pytest

from hats.sandbox.routes_system import ago
from tests.hats.sandbox.conftest import serving

DENIED = {"error": "Forbidden", "message": "Access Denied"}


@pytest.fixture
def owner(hat):
    return hat.owner


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/healthz", {"Status": "OK"}),
        ("/api/v2.6/healthz", {"Status": "OK"}),
        ("/api/v2.6/version", {"Version": "v2.8.18"}),
        ("/system/update", {"message": "Database updated"}),
    ],
)
def test_what_everybody_may_ask_is_answered_without_a_token(hat, path, expected):
    answer = hat.get(path)

    assert (answer.status, answer.json) == (200, expected)


def test_metrics_are_plain_lines(hat, owner):
    hat.application(owner)

    lines = hat.get("/metrics").text.splitlines()

    assert lines == ["hat_debits 0", "hat_debit_readings_total 0", "hat_applications_enabled 1"]


def kinds(answer):
    return {one["title"]: one["kind"] for one in answer.json}


def test_the_status_says_how_full_the_hat_is(hat, owner):
    hat.post("/api/v2.6/data/shop/orders", {"text": "x" * 2_000_000}, token=owner)

    answer = hat.get("/api/v2.6/system/status", token=owner)

    status = kinds(answer)
    assert list(status) == [
        "Previous Login", "Owner Email", "Database Storage", "File Storage",
        "Database Storage Used", "File Storage Used", "Database Storage Used Share",
        "File Storage Used Share",
    ]  # fmt: skip
    assert status["Owner Email"] == {"metric": hat.person.email, "kind": "Text"}
    assert status["Database Storage"] == {"metric": 100, "units": "MB", "kind": "Numeric"}
    assert status["Database Storage Used"]["metric"] >= 2
    assert status["Database Storage Used Share"]["metric"] >= 2
    assert status["File Storage Used"]["metric"] == 0


def test_the_status_says_when_the_account_logged_in_before(sandbox, hat):
    first = kinds(hat.get("/api/v2/system/status", token=hat.owner))
    sandbox.clock.skipped = timedelta(hours=2, minutes=5)
    second = kinds(hat.get("/api/v2/system/status", token=hat.owner))

    assert first["Previous Login"]["metric"] == "Never"
    assert second["Previous Login"]["metric"] == "2 hours ago"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "moments ago"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=25), "1 day ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_time_passed_is_said_in_the_largest_unit(passed, words):
    assert ago(passed) == words


def test_the_status_is_for_owner_and_platform(hat, owner):
    assert hat.get("/api/v2.6/system/status", token=hat.platform).status == 200
    assert hat.get("/api/v2.6/system/status", token=hat.application(owner)).json == DENIED
    assert hat.get("/api/v2.6/system/status").status == 401


@pytest.mark.parametrize(
    "path",
    ["feed", "feed/shop", "feed?since=1&until=2", "function", "function/x", "function/x/enable",
     "static/x"],
)  # fmt: skip
def test_there_are_no_insights(hat, owner, path):
    answer = hat.get(f"/api/v2.6/she/{path}", token=owner)

    assert (answer.status, answer.json) == (200, [])
    assert hat.get(f"/api/v2.6/she/{path}", token=hat.platform).json == DENIED


def test_an_action_of_the_owners_app_is_logged_by_its_code(hat, owner):
    path = "/api/v2.6/report-frontend-action"

    answer = hat.post(path, {"actionCode": "opened", "message": "secret"}, token=owner)

    assert answer.json == {"message": "opened logged"}
    assert list(hat.post(path, {}, token=owner).json["message"]) == ["obj.actionCode"]


# The public profile


PROFILE = "/api/v2.6/phata/profile"


def test_the_public_profile_shows_what_its_owner_shares(hat, owner):
    notes = [
        {"kind": "note", "message": name, "shared": shared, "shared_on": on, "created_time": time}
        for name, shared, on, time in (
            ("first", True, ["phata"], "2026-01-01T00:00:00.000Z"),
            ("newest", True, ["phata", "twitter"], "2026-01-02T00:00:00.000Z"),
            ("private", False, ["phata"], "2026-01-03T00:00:00.000Z"),
            ("elsewhere", True, ["twitter"], "2026-01-04T00:00:00.000Z"),
        )
    ]
    hat.call("DELETE", "/api/v2.6/data/rumpel/notablesv1", token=owner)
    hat.post("/api/v2.6/data/rumpel/notablesv1", notes, token=owner)

    shown = hat.get(PROFILE).json

    assert [note["data"]["message"] for note in shown["notables"]] == ["newest", "first"]
    assert list(shown) == ["notables", "profile"]


def test_the_public_profile_names_the_owner_and_not_where_to_reach_him(hat, owner):
    profile = {
        "shared": True,
        "dateCreated": 4_000_000_000,
        "personal": {"firstName": "Robin", "lastName": "Vale", "birthDate": "1991-06-02"},
        "contact": {"primaryEmail": "robin@example.org"},
    }
    hat.post("/api/v2.6/data/rumpel/profile", profile, token=owner)

    (shown,) = hat.get(PROFILE).json["profile"]

    assert (shown["data"]["firstName"], shown["data"]["lastName"]) == ("Robin", "Vale")
    assert not shown["data"].keys() & {"contact", "birthDate"}
    assert "robin@example.org" not in hat.get(PROFILE).text


def test_the_owner_decides_by_a_bundle_what_is_public(hat, owner):
    hat.post("/api/v2.6/data/shop/orders", {"id": 7}, token=owner)
    bundle = {"bought": {"endpoints": [{"endpoint": "shop/orders"}]}}
    hat.post("/api/v2.6/data-bundle/phata", bundle, token=owner)

    shown = hat.get(PROFILE).json

    assert [one["data"] for one in shown["bought"]] == [{"id": 7}]
    assert list(shown) == ["bought"]


# Passwords


PASSWORD = "/control/v2/auth/password"
STRONG = "quince-lantern-71"


def test_the_password_is_changed_with_the_old_one(hat, owner):
    change = {"password": hat.person.password, "newPassword": STRONG}

    answer = hat.post(PASSWORD, change, token=owner)

    assert (answer.status, answer.json) == (200, {"message": "Password changed"})
    assert hat.log_in(hat.person.name, STRONG).status == 200
    assert hat.log_in(hat.person.name, hat.person.password).status == 401


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"newPassword": STRONG}, "Old password missing"),
        ({"newPassword": STRONG, "password": "wrong"}, "Old password invalid"),
    ],
)
def test_without_the_old_password_nothing_changes(hat, owner, change, cause):
    answer = hat.post(PASSWORD, change, token=owner)

    assert (answer.status, answer.json) == (
        403,
        {"message": "Invalid password", "cause": cause},
    )
    assert hat.log_in(hat.person.name, STRONG).status == 401


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaa", ""])
def test_a_weak_password_is_refused_as_a_model(hat, owner, weak):
    change = {"password": hat.person.password, "newPassword": weak}

    answer = hat.post(PASSWORD, change, token=owner)

    assert (answer.status, list(answer.json["message"])) == (400, ["obj.newPassword"])


def test_only_the_owner_in_person_changes_the_password(hat, owner):
    change = {"password": hat.person.password, "newPassword": STRONG}

    for token in (hat.platform, hat.application(owner)):
        assert hat.post(PASSWORD, change, token=token).json == DENIED
    assert hat.log_in(hat.person.name, STRONG).status == 401


def asked_for_reset(hat, email):
    answer = hat.post("/control/v2/auth/passwordReset", {"email": email})
    tokens = hat.get(f"/_sandbox/resets?domain={hat.domain}").json["tokens"]
    return answer, tokens


def confirm(hat, token, password=STRONG):
    path = f"/control/v2/auth/passwordreset/confirm/{token}"
    return hat.post(path, {"newPassword": password})


def test_a_password_is_reset_once_with_a_token(hat):
    asked, (token,) = asked_for_reset(hat, hat.person.email)

    answer = confirm(hat, token)

    assert (asked.status, answer.json) == (200, {"message": "Password reset"})
    assert hat.log_in(hat.person.name, STRONG).status == 200
    assert confirm(hat, token, "another-lantern-72").status == 401


def test_nobody_learns_whose_address_it_is(hat):
    known, tokens = asked_for_reset(hat, hat.person.email)
    unknown, still = asked_for_reset(hat, "stranger@example.org")

    assert (unknown.status, unknown.body) == (known.status, known.body)
    assert still == tokens


def test_an_unknown_reset_token_is_refused(hat):
    answer = confirm(hat, "nothing")

    assert (answer.status, answer.json) == (
        401,
        {"message": "Invalid Token", "cause": "Token does not exist"},
    )


def test_a_reset_token_is_good_for_a_day(sandbox, hat):
    _, (token,) = asked_for_reset(hat, hat.person.email)
    sandbox.clock.skipped = timedelta(hours=24, minutes=1)

    assert confirm(hat, token).status == 401
    assert hat.log_in(hat.person.name, hat.person.password).status == 200


def test_a_changed_password_survives_a_restart_and_is_told_at_the_control_address(data_folder):
    with serving(data_folder) as sandbox:
        hat, port = sandbox.hat(), sandbox.port
        change = {"password": hat.person.password, "newPassword": STRONG}
        hat.post(PASSWORD, change, token=hat.owner)

    with serving(data_folder, port=port) as sandbox:
        hat = sandbox.hat()
        assert hat.log_in(hat.person.name, STRONG).status == 200
        assert hat.get("/_sandbox/hats?first=1").json[0]["password"] == STRONG
