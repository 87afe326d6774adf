"""A scripted HAT, the cluster that leads to it, and tokens signed with its key."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import Settings

from hats.clusters import Hat
from hats.configured import hat_at
from hats.guard import CLUSTER_BREAKERS, HAT_BREAKERS
from tests.hats.scripted import Script, Scripted, answer, scripted_server


@cache
def a_key(name: str, bits: int = 2048, exponent: int = 65537) -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=exponent, key_size=bits)


def pem_of(key: RSAPrivateKey) -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.PEM, form).decode()


@pytest.fixture
def scripted(socket_enabled: None) -> Iterator[Scripted]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def canary(socket_enabled: None) -> Iterator[Scripted]:
    """A listener that nothing may ever reach."""
    with scripted_server() as server:
        yield server


@pytest.fixture
def hat(scripted: Scripted, settings: Settings) -> Hat:
    """Alice's HAT, which is the scripted server."""
    settings.HAT_CLUSTERS = [
        {
            "name": "Scripted",
            "suffix": "hat.test",
            "scheme": "http",
            "port": scripted.port,
            "connect_to": f"127.0.0.1:{scripted.port}",
            "application_id": "hat-market",
            "platform_username": "platform",
            "platform_password": "p%ss word",
        }
    ]
    scripted.on("/publickey", key_answer("alice"))
    return hat_at("alice.hat.test")


@pytest.fixture(autouse=True)
def _closed_breakers() -> Iterator[None]:
    """What one test made of a HAT's health is nothing to the next."""
    yield
    for breakers in (HAT_BREAKERS, CLUSTER_BREAKERS):
        breakers.forget_all()


def key_answer(name: str) -> Script:
    return answer(pem_of(a_key(name)).encode(), content_type="text/plain")


def login_token(hat: Hat, *, by: str = "alice", at: datetime | None = None, **changes) -> str:
    """An application token as the HAT would issue it now."""
    moment = at or datetime.now(UTC)
    usual = {
        "iss": hat.identity,
        "sub": "1-b3BhcXVl",
        "iat": int(moment.timestamp()),
        "exp": int((moment + timedelta(days=30)).timestamp()),
        "application": "hat-market",
        "applicationVersion": "1.0.0",
    }
    claims = {name: value for name, value in (usual | changes).items() if value is not None}
    return jwt.encode(claims, a_key(by), algorithm="RS256")
