"""What a HAT tells of itself."""

import pytest

from hats.errors import HatBroken, HatRefused
from hats.protocol import Api, StatusItem
from tests.hats.client.saying import say
from tests.hats.scripted import answer
from tests.hats.test_answers import GOOD

HTML = answer(b"<html>", content_type="text/html; charset=UTF-8")


def test_the_status_has_texts_and_numbers_with_units(scripted, hat, token):
    items = [
        {"title": "Previous Login", "kind": {"metric": "2 hours ago", "kind": "Text"}},
        {"title": "Storage", "kind": {"metric": 1.5, "units": "MB", "kind": "Numeric"}},
    ]
    scripted.on("/api/v2.6/system/status", answer(items))

    assert say(lambda hats: hats.status(hat, token=token)) == [
        StatusItem("Previous Login", "2 hours ago"),
        StatusItem("Storage", 1.5, "MB"),
    ]


@pytest.mark.parametrize("item", [{"title": "x"}, {"title": "x", "kind": {"metric": []}}, 7])
def test_a_misshapen_status_is_broken(scripted, hat, token, item):
    scripted.on("*", answer([item]))

    with pytest.raises(HatBroken):
        say(lambda hats: hats.status(hat, token=token))


def test_a_status_does_not_show_its_metric_when_printed():
    assert "a@x.org" not in repr(StatusItem("Owner Email", "a@x.org"))


@pytest.mark.parametrize("body", [{"profile": [GOOD]}, {"bundle": {"profile": [GOOD]}}])
def test_the_public_profile_is_read_without_a_token(scripted, hat, body):
    scripted.on("/api/v2.6/phata/profile", answer(body))

    assert say(lambda hats: hats.public_profile(hat)) == {"profile": [GOOD]}
    assert "x-auth-token" not in scripted.heard[0].headers


def test_a_hat_says_its_version_and_its_health(scripted, hat):
    scripted.on("/api/v2.6/version", answer({"Version": "v2.8.18"}))
    scripted.on("/healthz", answer({"Status": "OK"}), answer({"Status": "no"}))

    async def both(hats):
        return await hats.version(hat), await hats.is_healthy(hat), await hats.is_healthy(hat)

    assert say(both) == ("v2.8.18", True, False)


@pytest.mark.parametrize(
    ("script", "api"), [(answer({"Version": "v2.8.18"}), Api.V2_6), (HTML, Api.V2)]
)
def test_an_older_hat_answers_a_page_where_a_newer_one_says_its_version(scripted, hat, script, api):
    scripted.on("/api/v2.6/version", script)

    assert say(lambda hats: hats.api_of(hat)) is api


def test_a_hat_that_is_not_there_speaks_no_api(scripted, hat):
    unavailable = {"error": "Not Found", "message": "HAT unavailable"}
    scripted.on("*", answer(unavailable, status=404))

    with pytest.raises(HatRefused) as refusal:
        say(lambda hats: hats.api_of(hat))

    assert refusal.value.reason == "no_such_hat"


@pytest.mark.parametrize(
    "call",
    [
        lambda hats, hat, token: hats.debit(hat, token=token, debit_id="d-1"),
        lambda hats, hat, token: hats.debits(hat, token=token),
        lambda hats, hat, token: hats.data(hat, token=token, endpoint="shop/orders"),
        lambda hats, hat, token: hats.sources(hat, token=token),
        lambda hats, hat, token: hats.applications(hat, token=token),
        lambda hats, hat, token: hats.bundle(hat, token=token, name="mine"),
        lambda hats, hat, token: hats.status(hat, token=token),
        lambda hats, hat, token: hats.public_profile(hat),
        lambda hats, hat, token: hats.version(hat),
        lambda hats, hat, token: hats.accepts(hat, token=token),
        lambda hats, hat, token: hats.delete_endpoint(hat, token=token, endpoint="shop/orders"),
    ],
)
def test_a_page_where_json_should_be_is_never_a_success(scripted, hat, token, call):
    scripted.on("*", HTML)

    with pytest.raises(HatBroken) as trouble:
        say(lambda hats: call(hats, hat, token))

    assert (trouble.value.status, trouble.value.reason) == (200, "html")
