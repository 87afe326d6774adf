"""The page and the addresses by which HATs are made by hand."""

from urllib.parse import urlencode

import pytest

from tests.hats.sandbox.conftest import HatClient, serving

FORM = {"name": "Robin", "password": "quiet-river-9", "town": "York YO31", "plugs": "uber"}


@pytest.fixture
def running(data_folder):
    with serving(data_folder) as running:
        yield running


@pytest.fixture
def front(running):
    """The sandbox itself, at an address that is no HAT's."""
    return HatClient(running.port, f"localhost:{running.port}", None)


def made(running):
    return [hat.person.name for hat in running.world.hats_made_by_hand()]


def test_a_form_makes_a_hat_and_says_how_to_log_in(running, front):
    answer = front.browse("/_sandbox/new", FORM)
    page = front.browse(answer.headers["Location"]).text

    robin = running.world.hats_made_by_hand()[0]
    assert (answer.status, robin.person.town.name) == (303, "York")
    assert f'href="http://robin.hat.localhost:{running.port}/"' in page
    assert "quiet-river-9" in page
    assert robin.holdings["uber/rides"]


def test_a_refused_form_says_why_and_keeps_what_was_typed(running, front):
    answer = front.browse("/_sandbox/new", FORM | {"name": "<b>Robin</b>"})

    assert answer.status == 422
    assert "letters a to z" in answer.text
    assert "&lt;b&gt;Robin" in answer.text
    assert "<option selected>York YO31" in answer.text
    assert 'value="uber" checked' in answer.text
    assert made(running) == []


def test_a_hat_is_removed_from_the_page(running, front):
    front.browse("/_sandbox/new", FORM)

    answer = front.browse("/_sandbox/remove", {"name": "robin"})

    assert answer.headers["Location"] == "/_sandbox/new"
    assert made(running) == []
    assert front.browse("/_sandbox/remove", {"name": "robin"}).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
)
def test_a_form_of_another_site_makes_nothing(running, front, headers):
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers

    answer = front.call("POST", "/_sandbox/new", body=urlencode(FORM), headers=headers)

    assert answer.status == 403
    assert made(running) == []


def test_a_program_makes_and_removes_a_hat(running, front):
    answer = front.post("/_sandbox/hats", {"name": "robin", "plugs": ["fitbit", "uber"]})

    assert answer.status == 201
    assert answer.json["domain"] == f"robin.hat.localhost:{running.port}"
    assert set(answer.json) == {"domain", "username", "password"}
    assert front.call("DELETE", "/_sandbox/hats/robin").status == 200
    assert made(running) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "not JSON"),
        ([], "not a JSON object"),
        ({"name": 7}, "are texts"),
        ({"name": "robin", "plugs": "uber"}, "is a list"),
        ({}, "3 to 40 characters"),
    ],
)
def test_a_program_is_told_what_is_wrong(running, front, body, reason):
    headers = {"Content-Type": "application/json"}

    answer = front.post("/_sandbox/hats", body, headers=headers)

    assert (answer.status, answer.json["message"]) == (400, "Bad Request")
    assert reason in answer.json["cause"]
    assert made(running) == []


def test_a_body_that_any_site_could_send_makes_nothing(running, front):
    body = '{"name": "robin"}'

    answer = front.post("/_sandbox/hats", body, headers={"Content-Type": "text/plain"})

    assert answer.status == 400
    assert made(running) == []


def test_only_hats_made_by_hand_can_be_removed(running, front):
    name = running.hat().person.name

    assert front.call("DELETE", f"/_sandbox/hats/{name}").status == 404
    assert running.hat().get("/publickey").status == 200


def test_the_page_brings_its_own_style(front):
    assert "/_sandbox/sandbox.css" in front.browse("/_sandbox/new").text
    assert front.get("/_sandbox/sandbox.css").headers["Content-Type"].startswith("text/css")
