"""What every route of the sandbox HAT has in common (contract checklist 1-13, 30)."""

import gzip
from urllib.parse import quote

import pytest

from tests.hats.sandbox.conftest import debit_request

ORDERS = "/api/v2.6/data/shop/orders"


@pytest.fixture
def owner(hat):
    return hat.owner


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "data-batch/"), ("PUT", "data/"), ("DELETE", "data/")]
)
def test_a_trailing_slash_is_no_route_for_writing(hat, owner, method, path):
    answer = hat.call(method, f"/api/v2.6/{path}", body=b"[]", token=owner)

    assert (answer.status, answer.json["error"]) == (404, "Handler Not Found")


def test_a_trailing_slash_on_the_list_of_debits_is_the_web_page(hat, owner):
    answer = hat.get("/api/v2.6/data-debit/", token=owner)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")


@pytest.mark.parametrize("path", ["/api/v2.6/data/shop/Orders", "/api/v2.6/data/shop/a_b",
                                  "/api/v2.6/data/shop/a.b"])  # fmt: skip
def test_an_endpoint_of_other_signs_is_the_web_page(hat, owner, path):
    assert hat.get(path, token=owner).headers["Content-Type"].startswith("text/html")


def test_a_missing_handler_is_html_for_those_who_want_html(hat):
    answer = hat.post("/nothing", {}, headers={"Accept": "text/html"})

    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")


def test_an_unknown_host_is_told_in_html_to_those_who_want_html(hat):
    answer = hat.get("/publickey", headers={"Host": "nobody", "Accept": "text/html"})

    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")


def test_a_body_beyond_ten_megabytes_is_refused_in_html(hat, owner):
    body = b'"' + b"x" * (10 * 1024 * 1024) + b'"'

    answer = hat.post(ORDERS, body, token=owner, headers={"Content-Type": "application/json"})

    assert (answer.status, answer.headers["Content-Type"]) == (413, "text/html; charset=UTF-8")
    assert hat.get(ORDERS, token=owner).json == []


def test_a_body_without_a_type_is_refused_in_html(hat):
    answer = hat.post("/api/v2.6/data-debit/d-1", "{}")

    assert (answer.status, answer.headers["Content-Type"]) == (415, "text/html; charset=UTF-8")


def test_the_model_is_judged_before_the_missing_token(hat):
    answer = hat.post("/api/v2.6/data-debit/d-1", debit_request(period=0))

    assert answer.status == 400
    assert list(answer.json["message"]) == ["obj.period"]


def test_json_has_no_charset_and_no_spaces(hat, owner):
    answer = hat.post(ORDERS, {"name": "Zoë"}, token=owner)

    assert answer.headers["Content-Type"] == "application/json"
    assert '"data":{"name":"Zoë"},"links":[]}' in answer.text


def test_a_head_request_is_answered_like_a_get_without_its_body(hat, owner):
    answer = hat.call("HEAD", ORDERS, token=owner)

    assert (answer.status, answer.headers["Content-Type"], answer.body) == (
        200, "application/json", b"",
    )  # fmt: skip


def test_a_token_is_accepted_in_the_body(hat, owner):
    answer = hat.post(ORDERS, {"id": 1, "X-Auth-Token": owner})

    assert answer.status == 201


def test_what_is_no_token_in_the_body_is_none(hat):
    assert hat.post(ORDERS, {"X-Auth-Token": 7}).status == 401
    assert hat.post(ORDERS, ["X-Auth-Token"]).status == 401


@pytest.mark.parametrize("name", ["x-auth-token", "X-AUTH-TOKEN"])
def test_the_name_of_the_tokens_header_has_no_case(hat, owner, name):
    assert hat.get("/users/access_token/validate", headers={name: owner}).status == 200


def test_a_bearer_token_is_none(hat, owner):
    headers = {"Authorization": f"Bearer {owner}"}

    assert hat.get("/users/access_token/validate", headers=headers).status == 401


def test_long_answers_are_compressed_when_that_is_accepted(hat, owner):
    hat.post(ORDERS, [{"id": n} for n in range(50)], token=owner)

    packed = hat.get(ORDERS, token=owner, headers={"Accept-Encoding": "gzip"})
    plain = hat.get(ORDERS, token=owner)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Content-Encoding"] is None
    assert gzip.decompress(packed.body) == plain.body


def test_refusals_can_be_read_from_other_origins(hat):
    answer = hat.post("/api/v2.6/data-debit/d-1", "{", headers={
        "Origin": "https://shop.example", "Content-Type": "application/json",
    })  # fmt: skip

    assert answer.status == 400
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_a_preflight_allows_the_headers_clients_send(hat):
    answer = hat.call("OPTIONS", "/users/access_token", headers={
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "username,password",
    })  # fmt: skip

    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert answer.status == 200
    assert {"username", "password", "x-auth-token", "content-type", "cache-control"} <= {*allowed}


@pytest.mark.parametrize("number", ["many", "1.5", "", "2147483648", "٣"])
def test_a_number_that_is_none_is_named(hat, owner, number):
    answer = hat.get(f"{ORDERS}?take={quote(number)}", token=owner)

    assert (answer.status, answer.json) == (
        400,
        {
            "error": "Bad Request",
            "message": f'Cannot parse parameter take as Int: For input string: "{number}"',
        },
    )


def test_the_largest_number_of_a_hat_is_taken(hat, owner):
    assert hat.get(f"{ORDERS}?take=2147483647", token=owner).status == 200


def test_a_number_below_zero_fails_in_the_database(hat, owner):
    assert hat.get(f"{ORDERS}?take=-1", token=owner).status == 500


def test_an_id_that_is_no_uuid_is_named(hat, owner):
    answer = hat.call("DELETE", "/api/v2.6/data?records=x", token=owner)

    assert answer.json == {
        "error": "Bad Request",
        "message": "Cannot parse parameter records as UUID: Invalid UUID string: x",
    }
