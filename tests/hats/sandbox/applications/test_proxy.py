"""Requests that the sandbox HAT passes on to applications."""

from urllib.parse import quote

import pytest

from tests.hats.sandbox.applications.asking import (
    APPLICATIONS,
    DENIED,
    MANAGERS,
    OWNERS,
    SHOP,
    claims,
    set_up,
)


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
