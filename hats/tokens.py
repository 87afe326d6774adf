"""Does this token prove that its bearer controls this HAT? Verified against the pinned key alone.

The rules are those of hat-protocol §1.4, tightened where a log-in needs it. Nothing in the token
chooses the key, the algorithm or the HAT: all three are fixed before the token is looked at.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.types import Options

from hats import constants
from hats.errors import HatTokenRefused

_ALGORITHM: Final = "RS256"
_PEM: Final = re.compile(
    r"-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----"
)
_VERIFICATION: Final[Options] = {
    "require": ["exp", "iat", "iss"],
    # The two times are judged below, with our own clock, leeway and limits.
    "verify_exp": False,
    "verify_iat": False,
    "verify_aud": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a log-in token must say.

    :param identity: the HAT's own name, fixed in the signed state before the token was seen.
    :param application_id: ours, on the cluster.
    :param origin: our exact callback origin, for a HAT's older ``validate`` tokens.
    """

    identity: str
    application_id: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A verified log-in.

    :param is_application: it may read the granted namespaces; else it only proves identity.
    """

    identity: str
    is_application: bool
    issued_at: datetime
    expires_at: datetime


def check_public_key(pem: str) -> RSAPublicKey:
    """Return the key a HAT shows, if it is one we would trust to sign log-ins.

    :raises HatTokenRefused: not one PEM public key, not RSA, weak, monstrous or with an odd
        exponent.
    """
    text = pem.strip()
    if len(pem) > constants.MAX_KEY_BYTES or not _PEM.fullmatch(text):
        raise HatTokenRefused("key_not_pem")
    try:
        key = load_pem_public_key(text.encode("ascii"))
    except Exception:  # noqa: BLE001  # the library raises many kinds for a broken key
        raise HatTokenRefused("key_unreadable") from None
    if not isinstance(key, RSAPublicKey):
        raise HatTokenRefused("key_not_rsa")
    if not constants.MIN_KEY_BITS <= key.key_size <= constants.MAX_KEY_BITS:
        raise HatTokenRefused("key_size")
    if key.public_numbers().e != constants.PUBLIC_EXPONENT:
        raise HatTokenRefused("key_exponent")
    return key


def fingerprint(public_key: str) -> str:
    """Return what two people can compare: SHA-256 of a key, in groups of four."""
    lines = public_key.strip().splitlines()
    body = "".join(line for line in lines if not line.startswith("-----"))
    try:
        encoded = base64.b64decode(body, validate=True)
    except ValueError:
        encoded = public_key.encode()
    digest = hashlib.sha256(encoded).hexdigest()
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def verify(token: str, *, public_key: str, expected: Expected, at: datetime) -> Assertion:
    """Return who logged in, or refuse.

    :param public_key: the pinned PEM; nothing the token names is looked at.
    :raises HatTokenRefused: with one sentence for the person and the reason for the log.
    """
    if len(token) > constants.MAX_TOKEN_BYTES or not constants.TOKEN.fullmatch(token):
        raise HatTokenRefused("malformed")
    claims = _signed_claims(token, check_public_key(public_key))
    if claims["iss"] != expected.identity:
        raise HatTokenRefused("issuer")
    issued_at, expires_at = _moment(claims["iat"]), _moment(claims["exp"])
    _check_times(issued_at=issued_at, expires_at=expires_at, at=at)
    return Assertion(
        identity=expected.identity,
        is_application=_is_application(claims, expected),
        issued_at=issued_at,
        expires_at=expires_at,
    )


def is_signed_by(token: str, *, public_key: str) -> bool:
    """Whether a token the HAT gave us is signed with its pinned key.

    A HAT that was made anew, or a name that belongs to somebody else now, signs with another key;
    this notices it without a further question. Nothing else about the token is judged.

    :raises HatTokenRefused: the pinned key itself cannot be used.
    """
    try:
        _signed_claims(token, check_public_key(public_key))
    except HatTokenRefused as refusal:
        if refusal.reason.startswith("key_"):
            raise
        return False
    return True


def _signed_claims(token: str, key: RSAPublicKey) -> Mapping[str, object]:
    try:
        claims = jwt.decode(token, key, algorithms=[_ALGORITHM], options=_VERIFICATION)
    except jwt.MissingRequiredClaimError:
        raise HatTokenRefused("claim_missing") from None
    except jwt.InvalidAlgorithmError:
        raise HatTokenRefused("algorithm") from None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise HatTokenRefused("signature") from None
    return cast("Mapping[str, object]", claims)


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise HatTokenRefused("time")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise HatTokenRefused("time") from None


def _check_times(*, issued_at: datetime, expires_at: datetime, at: datetime) -> None:
    leeway = constants.CLOCK_LEEWAY
    if issued_at > at + leeway:
        raise HatTokenRefused("issued_in_the_future")
    if issued_at < at - constants.MAX_ASSERTION_AGE - leeway:
        raise HatTokenRefused("stale")
    if expires_at <= at - leeway:
        raise HatTokenRefused("expired")
    if expires_at > at + constants.MAX_TOKEN_LIFE:
        raise HatTokenRefused("lives_too_long")


def _is_application(claims: Mapping[str, object], expected: Expected) -> bool:
    """Whether this is our application's token, or else a ``validate`` token for our origin.

    Anything else, an owner's own full-power token above all, was not made for us.
    """
    scope, application = claims.get("accessScope"), claims.get("application")
    if scope is None and application == expected.application_id:
        return True
    if scope == "validate" and application is None and claims.get("resource") == expected.origin:
        return False
    raise HatTokenRefused("not_for_us")
