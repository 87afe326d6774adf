"""T15-T22: what a log-in token must prove, and all that does not count as proof."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hats.errors import HatTokenRefused
from hats.tokens import Expected, check_public_key, is_signed_by, verify
from tests.hats.conftest import a_key, pem_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE = "alice.hubat.net"
EXPECTED = Expected(
    identity=ALICE, application_id="hat-market", origin="https://market.test/hat/back/"
)


def claims(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "iss": ALICE,
        "sub": "1-b3BhcXVl",
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + timedelta(days=30)).timestamp()),
        "jti": "ab" * 128,
        "application": "hat-market",
        "applicationVersion": "1.0.0",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed(*, by: str = "alice", headers: dict[str, object] | None = None, **changes) -> str:
    return jwt.encode(claims(**changes), a_key(by), algorithm="RS256", headers=headers)


def by_hand(header: dict[str, object], signature: bytes = b"x", **changes) -> str:
    parts = [json.dumps(part).encode() for part in (header, claims(**changes))]
    return ".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, signature)
    )


def check(token: str, *, at: datetime = NOON, pem: str | None = None):
    return verify(token, public_key=pem or pem_of(a_key("alice")), expected=EXPECTED, at=at)


def reason_against(token: str, **how) -> str:
    with pytest.raises(HatTokenRefused) as refusal:
        check(token, **how)
    return refusal.value.reason


def test_a_fresh_token_for_our_application_logs_in():
    assertion = check(signed())

    assert (assertion.identity, assertion.is_application) == (ALICE, True)
    assert assertion.expires_at == NOON + timedelta(days=30)


def test_an_older_hats_token_for_our_very_origin_logs_in_without_access():
    token = signed(application=None, accessScope="validate", resource=EXPECTED.origin)

    assert check(token).is_application is False


@pytest.mark.parametrize("signature", [b"", b"x", b"x" * 256])
@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_unsigned_tokens_are_refused(algorithm, signature):
    assert reason_against(by_hand({"alg": algorithm}, signature)) in {
        "algorithm",
        "malformed",
        "signature",
    }


def test_the_public_key_is_no_shared_secret():
    head, body, _ = by_hand({"alg": "HS256"}).split(".")
    secret = pem_of(a_key("alice")).encode()
    mac = hmac.digest(secret, f"{head}.{body}".encode(), hashlib.sha256)
    forged = f"{head}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    assert reason_against(forged) == "algorithm"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_of_the_same_key_are_refused(algorithm):
    token = jwt.encode(claims(), a_key("alice"), algorithm=algorithm)

    assert reason_against(token) == "algorithm"


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(a_key("mallory").public_key()))},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"kid": "../../etc/passwd"},
    ],
)
def test_a_key_the_token_names_is_not_used(header):
    assert reason_against(signed(by="mallory", headers=header)) == "signature"
    assert check(signed(headers=header)).identity == ALICE


def test_a_token_of_another_hat_is_refused():
    assert reason_against(signed(iss="mallory.hubat.net")) == "issuer"
    assert reason_against(signed(iss="https://alice.hubat.net")) == "issuer"
    assert reason_against(signed(iss="alice.hubat.net:9100")) == "issuer"
    assert reason_against(signed(iss="ALICE.hubat.net")) == "issuer"


@pytest.mark.parametrize(
    "changes",
    [
        {"application": "hat-market-evil"},
        {"application": "HAT-MARKET"},
        {"application": None},
        {"application": ["hat-market"]},
        {"application": None, "accessScope": "owner", "resource": ALICE},
        {"application": None, "accessScope": "owner", "resource": EXPECTED.origin},
        {"application": None, "accessScope": "platform", "resource": EXPECTED.origin},
        {"accessScope": "owner"},
        {"accessScope": "validate", "resource": EXPECTED.origin},
        {"application": None, "accessScope": "validate"},
        {"application": None, "accessScope": "validate", "resource": "https://market.test"},
        {"application": None, "accessScope": "validate", "resource": "https://market.test.evil/"},
        {"application": None, "accessScope": "validate", "resource": f"{EXPECTED.origin}x"},
        {"application": None, "accessScope": "validate", "resource": EXPECTED.origin.upper()},
        {"application": None, "accessScope": "validate", "resource": EXPECTED.origin[:-1]},
        {"application": None, "accessScope": "VALIDATE", "resource": EXPECTED.origin},
    ],
)
def test_a_token_made_for_somebody_else_or_with_full_power_is_refused(changes):
    assert reason_against(signed(**changes)) == "not_for_us"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": None}, "claim_missing"),
        ({"iat": None}, "claim_missing"),
        ({"iss": None}, "claim_missing"),
        ({"exp": 10**18}, "time"),
        ({"exp": 10**30}, "time"),
        ({"exp": -(10**18)}, "time"),
        ({"iat": True}, "time"),
        ({"iat": NOON.timestamp() + 0.5}, "time"),
        ({"exp": "tomorrow"}, "time"),
        ({"exp": int((NOON + timedelta(days=32)).timestamp())}, "lives_too_long"),
        ({"exp": int((NOON - timedelta(seconds=61)).timestamp())}, "expired"),
        ({"iat": int((NOON + timedelta(seconds=65)).timestamp())}, "issued_in_the_future"),
        ({"iat": int((NOON - timedelta(minutes=12)).timestamp())}, "stale"),
    ],
)
def test_missing_absurd_and_outdated_times_are_refused(changes, reason):
    assert reason_against(signed(**changes)) == reason


@pytest.mark.parametrize("skew", [-55, 55])
def test_clocks_may_differ_by_less_than_a_minute(skew):
    moment = int(NOON.timestamp())

    assert check(signed(iat=moment + skew)).identity == ALICE
    assert check(signed(exp=moment - 55)).identity == ALICE


@pytest.mark.parametrize(
    "token", ["", "a", "a.b", "a.b.c.d", "é.b.c", "a.b.c\n", "x" * 9000 + ".b.c", "a..c"]
)
def test_what_is_no_token_is_refused(token):
    assert reason_against(token) == "malformed"


def test_a_changed_signature_or_payload_is_refused():
    head, body, signature = signed().split(".")
    other = signed(iss="mallory.hubat.net").split(".")[1]

    assert reason_against(f"{head}.{other}.{signature}") == "signature"
    assert reason_against(f"{head}.{body}.{signature[:-8]}AAAAAAAA") == "signature"


def test_every_refusal_reads_the_same():
    with pytest.raises(HatTokenRefused) as one:
        check(signed(by="mallory"))
    with pytest.raises(HatTokenRefused) as other:
        check(signed(exp=None))

    assert one.value.sentence == other.value.sentence
    assert one.value.sentence == "Your HAT could not confirm who you are. Please log in again."


def test_a_usual_key_is_accepted():
    assert check_public_key(pem_of(a_key("alice"))).key_size == 2048


def key_refusal(pem: str) -> str:
    with pytest.raises(HatTokenRefused) as refusal:
        check_public_key(pem)
    return refusal.value.reason


def test_weak_and_odd_keys_are_refused():
    assert key_refusal(pem_of(a_key("weak", bits=1024))) == "key_size"
    assert key_refusal(pem_of(a_key("odd", exponent=3))) == "key_exponent"
    assert key_refusal(pem_of(ec.generate_private_key(ec.SECP256R1()))) == "key_not_rsa"


def test_monstrous_keys_are_refused():
    numbers = rsa.RSAPublicNumbers(e=65537, n=2**16384 - 1)
    form = PublicFormat.SubjectPublicKeyInfo
    pem = numbers.public_key().public_bytes(Encoding.PEM, form).decode()

    assert key_refusal(pem) == "key_size"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>not here</html>",
        "ssh-rsa AAAAB3NzaC1yc2E",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\n" + "A" * 9000 + "\n-----END PUBLIC KEY-----",
    ],
)
def test_what_is_no_pem_is_refused(text):
    assert key_refusal(text) == "key_not_pem"


def test_an_unreadable_pem_is_refused():
    text = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"

    assert key_refusal(text) == "key_unreadable"


def test_two_keys_in_one_answer_are_refused():
    pem = pem_of(a_key("alice"))

    assert key_refusal(pem + pem) == "key_not_pem"


def test_tokens_signed_with_a_weak_key_are_refused():
    token = jwt.encode(claims(), a_key("alice"), algorithm="RS256")

    assert reason_against(token, pem=pem_of(a_key("weak", bits=1024))) == "key_size"


def test_a_hats_own_token_tells_whether_its_key_is_still_the_pinned_one():
    pinned = pem_of(a_key("alice"))

    assert is_signed_by(signed(application=None, accessScope="platform"), public_key=pinned)
    assert not is_signed_by(signed(by="somebody else"), public_key=pinned)
    assert not is_signed_by("no token", public_key=pinned)


def test_a_pinned_key_that_cannot_be_used_is_no_answer():
    with pytest.raises(HatTokenRefused):
        is_signed_by(signed(), public_key="garbage")
