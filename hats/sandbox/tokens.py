"""The HAT's own tokens: RS256 JWTs whose last-used time slides and whose end does not."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from hats.sandbox.keys import SigningKey

LIFETIME = timedelta(days=30)
IDLE_LIMIT = timedelta(days=3)
_JTI_BYTES = 128  # 256 hex characters, as HATs write them.


class TokenRefused(Exception):
    """Not ours, changed, too old, or idle for too long; the answer is 401 and says no more."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the sandbox reads of a token it made."""

    sub: str
    issued_at: int
    expires_at: int
    scope: str | None
    application: str | None
    raw: dict[str, object]

    def is_fresh(self, at: datetime) -> bool:
        seconds = at.timestamp()
        return seconds < self.expires_at and seconds < self.issued_at + IDLE_LIMIT.total_seconds()


def subject(*, domain: str, username: str) -> str:
    """Name an account opaquely; nobody but this HAT can tell who it is."""
    digest = hmac.digest(domain.encode(), username.encode(), hashlib.sha256)
    return f"1-{base64.b64encode(digest).decode()}"


def mint(
    *, key: SigningKey, domain: str, username: str, at: datetime, claims: dict[str, str]
) -> str:
    """Sign a new token.

    :param claims: ``resource`` and ``accessScope``, or ``application`` and its version.
    """
    payload: dict[str, object] = {
        "iss": domain,
        "sub": subject(domain=domain, username=username),
        "iat": int(at.timestamp()),
        "exp": int((at + LIFETIME).timestamp()),
        "jti": secrets.token_hex(_JTI_BYTES),
    }
    return _signed(payload | claims, key=key)


def renewed(claims: Claims, *, key: SigningKey, at: datetime) -> str:
    """Sign the same token again with the time of this use."""
    return _signed(claims.raw | {"iat": int(at.timestamp())}, key=key)


def _signed(payload: dict[str, object], *, key: SigningKey) -> str:
    return jwt.encode(payload, key.private, algorithm="RS256", headers={"typ": "JWT"})


def read(token: str, *, key: SigningKey, domain: str, at: datetime) -> Claims:
    """Check signature and times.

    :raises TokenRefused: for whatever reason.
    """
    try:
        raw = jwt.decode(
            token,
            key.public,
            algorithms=["RS256"],
            issuer=domain,
            options={"verify_exp": False, "verify_iat": False, "require": ["iat", "exp", "sub"]},
        )
        claims = Claims(
            sub=str(raw["sub"]),
            issued_at=int(raw["iat"]),
            expires_at=int(raw["exp"]),
            scope=raw.get("accessScope"),
            application=raw.get("application"),
            raw=raw,
        )
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise TokenRefused from error
    if not claims.is_fresh(at):
        raise TokenRefused
    return claims
