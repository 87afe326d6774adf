"""Agreements of version 2 on the owner's pages."""

import pytest

DEBIT = "/api/v2/data-debit/old-1"


def request(name="b-1", *, rolling=False, **more):
    bundle = {"orders": {"endpoints": [{"endpoint": "shop/orders"}]}}
    return {
        "bundle": {"name": name, "bundle": bundle},
        "startDate": "2026-01-01T00:00:00+0000",
        "endDate": "2036-01-01T00:00:00+0000",
        "rolling": rolling,
    } | more


@pytest.fixture
def owner(hat):
    """The HAT, with its owner logged in and an older agreement proposed."""
    hat.enter()
    assert hat.post(DEBIT, request(), token=hat.platform).status == 201
    return hat


def read(hat):
    return hat.get(f"{DEBIT}/values", token=hat.platform).status


def test_older_agreements_are_listed_beside_the_others(owner):
    page = owner.browse("/data-debit").text

    assert 'href="/data-debit-v2/old-1">platform: old-1' in page
    assert "Off: nothing may be read" in page


def test_what_is_asked_is_said(owner):
    conditions = {"name": "c", "bundle": {"n": {"endpoints": [{"endpoint": "fitbit/sleep"}]}}}
    path = "/api/v2/data-debit/old-2"
    body = request("b-2", rolling=True, conditions=conditions)
    owner.post(path, body, token=owner.platform)

    page = owner.browse("/data-debit-v2/old-2").text

    assert "Everything from shop/orders" in page
    assert "there is something in your sleep on Fitbit" in page
    assert "From 1 January 2026 until 1 January 2036, and on from then," in page


def test_it_is_confirmed_and_stopped(owner):
    owner.browse("/data-debit-v2/old-1/confirm", {"bundle": "b-1"})
    confirmed = read(owner)
    page = owner.browse("/data-debit-v2/old-1").text
    owner.browse("/data-debit-v2/old-1/stop", {})

    assert confirmed == 200
    assert "On: this data may be read" in page
    assert ">Confirm<" not in page
    assert read(owner) == 400
    assert "Stop sharing" not in owner.browse("/data-debit-v2/old-1").text


def test_a_request_that_is_not_there_confirms_nothing(owner):
    owner.browse("/data-debit-v2/old-1/confirm", {"bundle": "b-1"})

    answer = owner.browse("/data-debit-v2/old-1/confirm", {"bundle": "other"})

    assert answer.status == 404
    assert read(owner) == 200
    assert owner.browse("/data-debit-v2/none").status == 404


def test_a_stranger_confirms_nothing(owner):
    owner.cookies.clear()

    for path in ("/data-debit-v2/old-1/confirm", "/data-debit-v2/old-1/stop"):
        answer = owner.browse(path, {"bundle": "b-1"})
        assert answer.headers["Location"].startswith("/user/login")
    assert read(owner) == 400
