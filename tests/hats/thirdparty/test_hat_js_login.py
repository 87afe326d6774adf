"""Logging in with a token, and its renewal, through hat-js 0.5.0 (contract checklist 90)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.hats.thirdparty.conftest import refused, result, speaker, step
from tests.sandbox import SandboxHat


def claims(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def log_in_by_page(hat: SandboxHat, page: str) -> str:
    """Follow the address as a browser would: the page's script moves ``#/`` to ``/``."""
    assert page.startswith(f"http://{hat.domain}/#/hatlogin?name=hat-market&redirect=")
    browser = speaker(hat)
    browser.enter()
    path = "/" + page.partition("/#/")[2]
    assert browser.browse(path).status == 200
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    answer = browser.browse(
        "/hatlogin/decision",
        {
            "application": asked["name"],
            "redirect": asked["redirect"],
            "fallback": asked["fallback"],
            "decision": "allow",
        },
    )
    back = urlsplit(answer.headers["Location"])
    return parse_qs(back.query)["token"][0]


@pytest.fixture(scope="module")
def told(play, alice, owner):
    return play(
        owner,
        step("exists", "auth.isDomainRegistered", alice.domain),
        step("unknown", "auth.isDomainRegistered", f"nobody.hat.localhost:{alice.port}"),
        step("domain", "auth.getHatDomain"),
        step("token", "auth.getToken"),
        step("expired", "auth.isTokenExpired", owner),
        step("page", "auth.generateHatLoginUrl", f"http://{alice.domain}", "hat-market",
             "http://localhost:8000/hat/back/", "http://localhost:8000/"),
    )  # fmt: skip


def test_a_hat_is_registered_when_it_shows_a_public_key(told):
    assert (told["exists"].body, told["unknown"].body) == (True, False)


def test_the_hat_is_found_by_the_issuer_of_its_token(told, alice):
    assert told["domain"].body == f"http://{alice.domain}"


def test_the_token_given_is_the_one_used(told, owner):
    assert (told["token"].body, told["expired"].body) == (owner, False)


def test_an_answer_renews_the_token_which_is_used_from_then_on(play, later):
    hat = later.unused_hat()
    token = hat.owner
    later.clock.skipped = timedelta(hours=5)

    story = play(
        token,
        step("first", "hatData.getAllDefault", "hatjs", "orders"),
        step("token", "auth.getToken"),
        step("expired", "auth.isTokenExpired", result("token")),
        step("second", "hatData.getAllDefault", "hatjs", "orders"),
    )

    renewed = story["token"].body
    before, after = claims(token), claims(renewed)
    assert story.renewed[0] == renewed != token
    assert 5 * 3600 <= after["iat"] - before["iat"] < 5 * 3600 + 60
    assert {**after, "iat": before["iat"]} == before
    assert story["expired"].body is False
    assert (story["second"].status, len(story.renewed)) == (200, 2)


def test_the_page_it_generates_logs_in_and_its_token_reads_what_was_granted(told, play, alice):
    token = log_in_by_page(alice, told["page"].body)
    story = play(
        token,
        step("granted", "hatData.getAllDefault", "rumpel", "profile"),
        step("not_granted", "hatData.getAllDefault", "hatjs", "orders"),
        step("write", "hatData.create", "rumpel", "profile", {"is": "not ours"}),
        step("debits", "dataDebits.getAllDefault"),
        step("applications", "applications.getAllDefault"),
    )

    assert claims(token)["application"] == "hat-market"
    assert story["granted"].status == 200
    for name in ("not_granted", "write", "debits", "applications"):
        assert story[name] == refused(403), name
    assert len(story.renewed) == 1


def test_a_token_the_hat_did_not_sign_is_refused(play, owner):
    forged = jwt.encode({**claims(owner), "sub": "1-somebody"}, "k" * 32, algorithm="HS256")

    story = play(forged, step("read", "hatData.getAllDefault", "rumpel", "profile"))

    assert story["read"] == refused(401)
    assert story.renewed == []


def test_a_token_too_old_is_not_even_sent(play, alice):
    """hat-js judges by the same three days as the HAT."""
    long_ago = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    token = jwt.encode({"iss": alice.domain, "iat": long_ago, "exp": long_ago}, "k" * 32)

    story = play(token, step("read", "hatData.getAllDefault", "rumpel", "profile"))

    assert story["read"].failed == "NOT_AUTHENTICATED"
