"""Tokens that a HAT makes for a service: believed by the pinned key and our own address alone.

So would a HAT's reports of its statistics be judged (contract checklist 88); the market takes none.
"""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from hats.errors import HatTokenRefused
from hats.tokens import Expected, verify
from tests.sandbox import Sandbox, SandboxHat

OURS = "https://market.example"


@pytest.fixture
def alice(sandbox: Sandbox) -> SandboxHat:
    return sandbox.hat()


def service_token(hat: SandboxHat, resource: str = OURS) -> str:
    path = f"/users/application_token?name=market&resource={quote(resource, safe='')}"
    return hat.call("GET", path)["accessToken"]


def believed(token: str, hat: SandboxHat, *, public_key: str):
    expected = Expected(identity=hat.domain, application_id="hat-market", origin=OURS)
    return verify(token, public_key=public_key, expected=expected, at=datetime.now(UTC))


def test_a_service_token_for_our_address_proves_which_hat_speaks(alice):
    assertion = believed(service_token(alice), alice, public_key=alice.public_key())

    assert (assertion.identity, assertion.is_application) == (alice.domain, False)


@pytest.mark.parametrize(
    "resource", ["https://market.example.evil.example", f"{OURS}/", "http://market.example"]
)
def test_a_service_token_for_another_address_proves_nothing(alice, resource):
    token = service_token(alice, resource)

    with pytest.raises(HatTokenRefused) as refusal:
        believed(token, alice, public_key=alice.public_key())

    assert refusal.value.reason == "not_for_us"


def test_a_service_token_signed_with_another_key_than_the_pinned_one_proves_nothing(alice, sandbox):
    pinned = alice.public_key()
    sandbox.faults({"kind": "rotate_key", "hosts": [alice.domain]})
    token = service_token(alice)

    with pytest.raises(HatTokenRefused) as refusal:
        believed(token, alice, public_key=pinned)

    assert refusal.value.reason == "signature"
