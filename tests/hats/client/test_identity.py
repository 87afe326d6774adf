"""Tokens that are asked about, and the older log-in."""

import pytest

from hats.errors import HatBroken, HatRefused
from tests.hats.client.saying import say
from tests.hats.scripted import answer

BACK = "https://shop.example/back?x=1&y=2"


@pytest.mark.parametrize(
    ("script", "accepted"),
    [
        (answer({"message": "Authenticated"}, headers={"X-Auth-Token": "dd.ee.ff"}), True),
        (answer({"error": "Not Authenticated", "message": "x"}, status=401), False),
    ],
)
def test_a_hat_says_whether_it_still_accepts_a_token(scripted, hat, token, script, accepted):
    scripted.on("/users/access_token/validate", script)

    assert say(lambda hats: hats.accepts(hat, token=token)) is accepted
    assert token.is_renewed is accepted


def test_a_service_gets_a_token_meant_for_its_address(scripted, hat, token):
    scripted.on("/users/application_token", answer({"accessToken": "dd.ee.ff", "userId": "u"}))

    made = say(lambda hats: hats.service_token(hat, token=token, name="shop", resource=BACK))

    assert (made.value, token.value) == ("dd.ee.ff", "aa.bb.cc")
    assert scripted.heard[0].path.endswith(
        "?name=shop&resource=https%3A%2F%2Fshop.example%2Fback%3Fx%3D1%26y%3D2"
    )


def test_the_older_login_leads_back_with_a_token(scripted, hat, token):
    scripted.on("/control/v2/auth/hatlogin", answer({"message": f"{BACK}&token=dd.ee.ff"}))

    address = say(lambda hats: hats.service_login(hat, token=token, name="shop", redirect=BACK))

    assert address == f"{BACK}&token=dd.ee.ff"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/back?token=dd.ee.ff",
        "http://shop.example/back?token=dd.ee.ff",
        "https://shop.example@evil.example/back?token=dd.ee.ff",
        "https://shop.example/other?token=dd.ee.ff",
        "https://[shop.example/back",
        "",
    ],
)
def test_a_hat_cannot_lead_the_older_login_elsewhere(scripted, hat, token, address):
    scripted.on("/control/v2/auth/hatlogin", answer({"message": address}))

    with pytest.raises(HatBroken) as trouble:
        say(lambda hats: hats.service_login(hat, token=token, name="shop", redirect=BACK))

    assert trouble.value.detail == "address"


def test_only_an_owner_may_have_such_a_token_made(scripted, hat, token):
    scripted.on("*", answer({"error": "Forbidden", "message": "Access Denied"}, status=403))

    with pytest.raises(HatRefused) as refusal:
        say(lambda hats: hats.service_token(hat, token=token, name="shop", resource=BACK))

    assert refusal.value.sentence == "The HAT does not allow us to do this."
