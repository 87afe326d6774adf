"""Transport, tokens and roles of the sandbox HAT (contract checklist 1-31)."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.hats.sandbox.conftest import debit_request, serving

DENIED = {"error": "Forbidden", "message": "Access Denied"}
NOT_AUTHENTICATED = {"error": "Not Authenticated", "message": "Not Authenticated"}


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


# Transport


@pytest.mark.parametrize(
    "path", ["/api/v2.6/nothing", "/api/v2.6/data-debit/", "/api/v2.6/data/Shop/orders", "/x"]
)
def test_unknown_get_path_answers_200_html(hat, path):
    answer = hat.get(path, token=hat.owner)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")


def test_unknown_post_path_answers_404_json(hat):
    answer = hat.post("/api/v2.6/nothing", {})

    assert (answer.status, answer.json) == (
        404,
        {
            "error": "Handler Not Found",
            "message": "Request handler at POST:/api/v2.6/nothing does not exist",
        },
    )


@pytest.mark.parametrize("token", [None, "app"])
def test_browsers_are_sent_to_the_front_page_instead_of_refused(hat, token):
    token = hat.application(hat.owner) if token else None

    answer = hat.get("/api/v2.6/data-debit", token=token, headers={"Accept": "text/html"})

    assert (answer.status, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_without_a_wish_for_html_errors_are_json(hat, accept):
    answer = hat.get("/api/v2.6/data-debit", headers={"Accept": accept})

    assert (answer.status, answer.json) == (401, NOT_AUTHENTICATED)


def test_a_body_that_does_not_fit_is_refused_with_every_path(hat):
    request = debit_request(purpose=None, period="soon")
    request["bundle"] = {"bundle": {}}

    answer = hat.post("/api/v2.6/data-debit/d-1", request, token=hat.platform)

    assert (answer.status, answer.json["error"]) == (400, "Bad Request")
    assert answer.json["message"] == {
        "obj.purpose": [{"msg": ["error.path.missing"], "args": []}],
        "obj.period": [{"msg": ["error.expected.duration"], "args": []}],
        "obj.bundle.name": [{"msg": ["error.path.missing"], "args": []}],
    }


def test_malformed_json_is_refused_before_the_missing_token(hat):
    answer = hat.post("/api/v2.6/data-debit/d-1", "{", headers={"Content-Type": "application/json"})

    assert answer.status == 400
    assert answer.json["message"].startswith("Invalid Json: ")


def test_a_body_of_another_type_is_refused_in_html(hat):
    answer = hat.post("/api/v2.6/data-debit/d-1", "{}", headers={"Content-Type": "text/plain"})

    assert (answer.status, answer.headers["Content-Type"]) == (415, "text/html; charset=UTF-8")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v2.6/data/a/b"), ("DELETE", "/api/v2.6/data/a/b")]
)
def test_a_json_content_type_without_a_body_is_accepted(hat, method, path):
    answer = hat.call(method, path, token=hat.owner, headers={"Content-Type": "application/json"})

    assert answer.status == 200


def test_preflight_succeeds_and_renewed_tokens_may_be_read(hat):
    answer = hat.call("OPTIONS", "/api/v2.6/data/a/b", headers={"Origin": "https://shop.example"})

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "X-Auth-Token" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Expose-Headers"] == "X-Auth-Token"


@pytest.mark.parametrize("host", ["nobody.hat.localhost", "localhost", ""])
def test_an_unknown_host_is_no_hat(hat, host):
    answer = hat.get("/publickey", headers={"Host": host})

    assert (answer.status, answer.json) == (
        404,
        {"error": "Not Found", "message": "HAT unavailable"},
    )


def test_the_host_without_its_port_is_no_hat(hat):
    answer = hat.get("/publickey", headers={"Host": hat.domain.partition(":")[0]})

    assert answer.status == 404


@pytest.mark.parametrize("version", ["v2", "v2.0", "v2.6"])
def test_data_is_the_same_in_all_versions(hat, version):
    owner = hat.owner
    hat.post("/api/v2.6/data/shop/orders", {"id": 7}, token=owner)

    answer = hat.get(f"/api/{version}/data/shop/orders", token=owner)

    assert [record["data"] for record in answer.json] == [{"id": 7}]


def test_health_is_answered_without_a_token(hat):
    assert hat.get("/healthz").json == hat.get("/api/v2.6/healthz").json == {"Status": "OK"}


# Tokens


def test_public_key_is_pem_in_plain_text(hat):
    answer = hat.get("/publickey", headers={"Accept": None})

    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert answer.text.startswith("-----BEGIN PUBLIC KEY-----\n")
    assert answer.text.endswith("-----END PUBLIC KEY-----\n")


def test_log_in_answers_the_token_in_body_and_header(hat):
    answer = hat.log_in(hat.person.name, hat.person.password)

    assert answer.status == 200
    assert answer.json["accessToken"] == answer.token


def test_a_token_verifies_with_the_public_key_and_names_the_hat_with_its_port(hat):
    verified = jwt.decode(
        hat.owner,
        hat.get("/publickey").text,
        algorithms=["RS256"],
        issuer=hat.domain,
    )

    assert verified["resource"] == hat.domain
    assert verified["accessScope"] == "owner"
    assert verified["exp"] - verified["iat"] == 30 * 86_400
    assert len(verified["jti"]) == 256


def test_credentials_are_percent_decoded(hat):
    headers = {
        "username": hat.person.name.replace("-", "%2D"),
        "password": hat.person.password.replace("-", "%2D"),
    }

    assert hat.get("/users/access_token", headers=headers).status == 200


def test_missing_credentials_are_named(hat):
    answer = hat.get("/users/access_token")

    assert (answer.status, answer.json) == (
        401,
        {
            "message": "Credentials required",
            "cause": "No username or password provided to retrieve token",
        },
    )


@pytest.mark.parametrize("username", ["platform", "nobody"])
def test_wrong_credentials_are_refused_without_a_token(hat, username):
    answer = hat.log_in(username, "wrong")

    assert (answer.status, answer.json, answer.token) == (401, NOT_AUTHENTICATED, None)


def test_the_eleventh_quick_log_in_is_refused(hat):
    statuses = [hat.log_in("platform", "wrong").status for _ in range(11)]

    answer = hat.log_in(hat.person.name, hat.person.password)

    assert statuses == [401] * 10 + [400]
    assert (answer.status, answer.json["message"]) == (400, "Request rate exceeded")


@pytest.mark.parametrize(
    ("path", "status"), [("/users/access_token/validate", 200), ("/api/v2.6/applications", 403)]
)
def test_every_authenticated_answer_renews_the_token(sandbox, hat, path, status):
    token = hat.application(hat.owner)
    sandbox.clock.skipped = timedelta(hours=5)

    answer = hat.get(path, token=token) if status == 200 else hat.post(
        "/api/v2.6/data/other/x", {}, token=token
    )  # fmt: skip

    before, after = claims(token), claims(answer.token)
    assert answer.status == status
    assert after.pop("iat") >= before.pop("iat") + 5 * 3600
    assert after == before


def test_without_renewal_no_token_comes_back(data_folder):
    with serving(data_folder, renews_tokens=False) as sandbox:
        hat = sandbox.hat()
        answer = hat.get("/users/access_token/validate", token=hat.platform)

    assert (answer.status, answer.token) == (200, None)


def test_an_idle_token_is_refused_before_its_end(sandbox, hat):
    token = hat.owner
    sandbox.clock.skipped = timedelta(days=3, minutes=1)

    answer = hat.get("/users/access_token/validate", token=token)

    assert (answer.status, answer.token) == (401, None)


def test_a_used_token_does_not_outlive_its_end(sandbox, hat):
    token = hat.owner
    for day in range(2, 30, 2):
        sandbox.clock.skipped = timedelta(days=day)
        token = hat.get("/users/access_token/validate", token=token).token
    sandbox.clock.skipped = timedelta(days=30, minutes=1)

    assert hat.get("/users/access_token/validate", token=token).status == 401


def forged(token, **changed):
    """The same claims, signed with a key of somebody else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims(token) | changed, key, algorithm="RS256")


def tampered(token):
    head, body, signature = token.split(".")
    padded = json.loads(base64.urlsafe_b64decode(body + "=="))
    padded["accessScope"] = "owner"
    body = base64.urlsafe_b64encode(json.dumps(padded).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize("spoil", [forged, tampered, lambda token: token[:-8], lambda _: "x"])
def test_a_token_that_was_changed_is_refused(hat, spoil):
    answer = hat.get("/users/access_token/validate", token=spoil(hat.platform))

    assert (answer.status, answer.json) == (401, NOT_AUTHENTICATED)


def test_no_token_of_one_hat_is_good_on_another(sandbox, hat):
    token = hat.platform

    statuses = {
        sandbox.hat(number).get("/users/access_token/validate", token=token).status
        for number in range(1, 20)
    }

    assert statuses == {401}


def test_a_token_is_accepted_as_query_parameter(hat):
    assert hat.get(f"/users/access_token/validate?X-Auth-Token={hat.owner}").status == 200


def test_a_validate_token_tells_who_it_is_and_no_more(hat):
    path = "/users/application_token?name=shop&resource=https%3A%2F%2Fshop.example%2Fback"
    token = hat.get(path, token=hat.owner).json["accessToken"]

    assert claims(token)["accessScope"] == "validate"
    assert claims(token)["resource"] == "https://shop.example/back"
    assert hat.get("/users/access_token/validate", token=token).status == 200
    assert hat.get("/api/v2.6/data/rumpel/profile", token=token).status == 403


def test_legacy_log_in_answers_the_redirect_with_a_token(hat):
    path = "/control/v2/auth/hatlogin?name=shop&redirect=https%3A%2F%2Fshop.example%2Fback%3Fx%3D1"

    answer = hat.get(path, token=hat.owner)

    assert answer.json["message"].startswith("https://shop.example/back?x=1&token=ey")


# Applications


def test_an_application_token_names_the_application_and_has_no_scope(hat):
    token = claims(hat.application(hat.owner))

    assert (token["application"], token["applicationVersion"]) == ("hat-market", "1.0.0")
    assert "resource" not in token
    assert "accessScope" not in token


def test_an_application_reads_only_the_namespaces_it_was_granted(hat):
    token = hat.application(hat.owner)

    assert hat.get("/api/v2.6/data/fitbit/sleep", token=token).status == 200
    assert hat.get("/api/v2.6/data/shop/orders", token=token).json == DENIED
    assert hat.post("/api/v2.6/data/fitbit/sleep", {}, token=token).json == DENIED
    assert hat.get("/api/v2.6/data/sources", token=token).json == DENIED


def test_a_disabled_application_is_refused(hat):
    owner = hat.owner
    token = hat.application(owner)
    hat.get("/api/v2.6/applications/hat-market/disable", token=owner)

    assert hat.get("/api/v2.6/data/fitbit/sleep", token=token).json == DENIED


def test_an_application_cannot_read_the_debit_of_an_acceptance(hat):
    owner, platform = hat.owner, hat.platform
    token = hat.application(owner)
    hat.post("/api/v2.6/data-debit/d-1", debit_request(), token=platform)
    hat.get("/api/v2.6/data-debit/d-1/enable", token=owner)

    assert hat.get("/api/v2.6/data-debit/d-1", token=token).json == DENIED
    assert hat.get("/api/v2.6/data-debit/d-1/values", token=token).json == DENIED
    assert hat.post("/api/v2.6/data-debit/d-2", debit_request("b-2"), token=token).json == DENIED
    assert hat.get("/api/v2.6/data-debit/d-1/values", token=platform).status == 200


def test_an_application_is_described_before_and_after_set_up(hat):
    owner = hat.owner
    path = "/api/v2.6/applications/hat-market"

    before = hat.get(path, token=owner).json
    after = hat.get(f"{path}/setup", token=owner).json
    disabled = hat.get(f"{path}/disable", token=owner).json

    assert before["application"]["id"] == "hat-market"
    assert [before[flag] for flag in ("setup", "enabled", "active")] == [False, False, False]
    assert [after[flag] for flag in ("setup", "enabled", "active")] == [True, True, True]
    assert [disabled[flag] for flag in ("setup", "enabled", "active")] == [True, False, False]
    assert len(hat.get("/api/v2.6/applications", token=owner).json) == 1


@pytest.mark.parametrize(("what", "status"), [("", 404), ("/setup", 400), ("/access-token", 404)])
def test_an_unknown_application_is_named(hat, what, status):
    answer = hat.get(f"/api/v2.6/applications/nobody{what}", token=hat.owner)

    assert (answer.status, answer.json["message"]) == (status, "Application not Found")


def test_an_application_cannot_take_tokens(hat):
    token = hat.application(hat.owner)

    assert hat.get("/api/v2.6/applications/hat-market/access-token", token=token).status == 403
