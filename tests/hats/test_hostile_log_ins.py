"""T03, T07, T08, T11, T13, T17, T18, T20, T22, T23: the log-in's own doors, knocked at badly."""

import asyncio
import json
import logging
import re
import socket
from urllib.parse import urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.cache import cache
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from yarl import URL

from hats.address import canonical_host
from hats.clusters import Hat
from hats.configured import hat_typed
from hats.dialling import Gate, ask_dns
from hats.errors import HatAddressInvalid, HatNotTrusted
from hats.models import HatCredential, HatOwner, UsedLoginToken
from marketplace.bench.figures import Memory
from tests.hats.conftest import a_key, login_token, pem_of
from tests.hats.scripted import Scripted, after, answer, raw
from tests.hats.test_address import FRAGMENTS
from tests.hats.test_networks import FORBIDDEN_V4, FORBIDDEN_V6
from tests.hats.test_views import LOGIN, NOT_CONFIRMED, come_back, log_in, start, state_of

ZERO_WIDTH_SPACE, CYRILLIC_A = "\u200b", "\u0430"
SPELLINGS_OF_LOCALHOST = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "0x7f000001",
    "0177.0.0.1",
    "0",
    "①②⑦.0.0.1",
    "１２７.０.０.１",
    "127。0。0。1",
    "ⓛocalhost",
    f"loca{ZERO_WIDTH_SPACE}lhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "alice.hat.test.",
    f"alice{ZERO_WIDTH_SPACE}.hat.test",
    "alice。hat。test",
]
LOOK_ALIKES = [
    "alice.evilhat.test",
    "evilhat.test",
    "hat.test.evil.example",
    "alice.hat.test.evil.example",
    "alice.hat-test",
    "alice.h\u0430t.test",
    f"{CYRILLIC_A}lice.hat.test",
    "alice.xn--ht-8kc.test",
    "hat.test",
]


@pytest.fixture(autouse=True)
def _no_failures_yet(db):
    cache.clear()


@pytest.fixture
def names_asked(monkeypatch) -> list[str]:
    """Every name that is looked up, by the loop or directly; none exists."""
    names: list[str] = []

    def unknown(host, *_rest, **_more):
        names.append(host)
        raise socket.gaierror

    async def unknown_too(_loop, host, *_rest, **_more):
        unknown(host)

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(asyncio.SelectorEventLoop, "getaddrinfo", unknown_too)
    return names


class TestAddresses:
    @pytest.mark.parametrize("typed", SPELLINGS_OF_LOCALHOST)
    def test_no_spelling_of_localhost_is_asked_for_or_looked_up(
        self, client, hat, scripted, names_asked, typed
    ):
        response = client.post(LOGIN, {"address": typed})

        assert response.status_code == 422
        assert (names_asked, scripted.connections) == ([], 0)

    @pytest.mark.parametrize("typed", LOOK_ALIKES)
    def test_look_alikes_are_refused_and_not_looked_up(
        self, client, hat, scripted, names_asked, typed
    ):
        response = client.post(LOGIN, {"address": typed})

        assert response.status_code == 422
        assert (names_asked, scripted.connections) == ([], 0)

    @pytest.mark.parametrize("address", f"{FORBIDDEN_V4} {FORBIDDEN_V6}".split())
    def test_no_literal_address_is_the_name_of_a_hat(self, address):
        for typed in (address, f"[{address}]", f"https://{address}/", f"https://[{address}]:443"):
            with pytest.raises(HatAddressInvalid):
                canonical_host(typed)

    def test_every_spelling_of_one_hat_leads_to_one_account(self, client, hat):
        spellings = [
            "alice.hat.test",
            "Alice.HAT.test",
            f"  http://ALICE.hat.test:{hat.cluster.port}/ ",
        ]

        for number, typed in enumerate(spellings):
            token = login_token(hat, jti=str(number))
            assert come_back(client, state_of(start(client, typed)), token).status_code == 303
            client.logout()

        assert [owner.hat_domain for owner in HatOwner.objects.all()] == [hat.identity]


PUBLIC = {"name": "Hub", "suffix": "hubat.net", "application_id": "hat-market"}
TYPED = st.one_of(
    st.lists(FRAGMENTS, max_size=9).map("".join),
    st.lists(FRAGMENTS, max_size=3).map(lambda few: "alice.hubat.net" + "".join(few)),
    st.lists(FRAGMENTS, max_size=3).map(lambda few: "".join(few) + "alice.hubat.net"),
    st.text(max_size=40),
)


@limits(max_examples=60)
@given(TYPED)
@override_settings(HAT_CLUSTERS=[PUBLIC])
def test_nothing_typed_ever_yields_another_scheme_or_port(typed):
    try:
        hat = hat_typed(typed)
    except (HatAddressInvalid, HatNotTrusted):
        return

    url, extra = Gate(ask_dns, frozenset()).route(hat, "/publickey")
    assert (url.scheme, url.port, extra) == ("https", 443, {})
    assert str(url).endswith(".hubat.net/publickey")
    assert urlsplit(hat.origin)[:2] == ("https", hat.host)
    assert URL(hat.origin).raw_host == hat.host


class TestOneAnswerForEveryTrouble:
    """T11: the form opens no connection, and the way back tells nothing about what is there."""

    def words(self, client: Client, hat: Hat) -> str:
        response = log_in(client, hat)
        assert response.status_code == 401
        assert NOT_CONFIRMED in response.content.decode()
        main = response.content.decode().partition("<main")[2].partition("</main>")[0]
        return re.sub(r"\b[0-9a-f]{12}\b", "(number of the request)", main)

    def closed_port(self, hat: Hat, settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        settings.HAT_CLUSTERS[0]["connect_to"] = f"127.0.0.1:{free}"

    def test_closed_slow_and_foreign_ports_read_the_same(self, client, hat, scripted, settings):
        settings.HAT_TOTAL_TIMEOUT_SECONDS = 1
        troubles = [answer(b"", status=500), raw(b"SSH-2.0-OpenSSH\r\n"), after(3, answer())]
        pages = []
        for trouble in troubles:
            scripted.on("/publickey", trouble)
            pages.append(self.words(client, hat))
        self.closed_port(hat, settings)
        pages.append(self.words(client, hat))

        assert len(set(pages)) == 1
        assert not HatOwner.objects.exists()

    def test_an_address_is_not_asked_before_its_owner_comes_back(
        self, client, hat, scripted, names_asked
    ):
        start(client)

        assert (names_asked, scripted.connections) == ([], 0)


class TestTokens:
    @pytest.fixture
    def forged(self, hat, canary) -> list[str]:
        """Tokens signed by somebody else, with the means to check them named in the token."""
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(a_key("mallory").public_key())
        address = f"http://127.0.0.1:{canary.port}/keys"
        headers = [
            {"jwk": json.loads(jwk)},
            {"jku": address, "kid": "1"},
            {"x5u": address},
            {"kid": "../../../../etc/passwd"},
            {"kid": address},
        ]
        claims = jwt.decode(login_token(hat), options={"verify_signature": False})
        return [
            jwt.encode(claims, a_key("mallory"), algorithm="RS256", headers=header)
            for header in headers
        ]

    def test_no_key_that_a_token_names_is_fetched(self, client, hat, scripted, canary, forged):
        for token in forged:
            assert come_back(client, state_of(start(client)), token).status_code == 401

        assert canary.connections == 0
        assert {heard.path for heard in scripted.heard} == {"/publickey"}
        assert not HatOwner.objects.exists()

    def test_no_key_is_fetched_from_an_issuer(self, client, hat, scripted, canary):
        token = login_token(hat, by="mallory", iss=f"127.0.0.1:{canary.port}")

        assert come_back(client, state_of(start(client)), token).status_code == 401
        assert canary.connections == 0
        assert not HatOwner.objects.exists()

    def test_an_owners_own_token_is_refused_and_kept_nowhere(self, client, hat, caplog):
        caplog.set_level(logging.DEBUG)
        scope = {"application": None, "accessScope": "owner", "resource": "alice.hat.test"}
        token = login_token(hat, **scope)

        response = come_back(client, state_of(start(client)), token)

        assert response.status_code == 401
        assert token.rpartition(".")[2] not in caplog.text + response.content.decode()
        assert not HatCredential.objects.exists()
        assert not UsedLoginToken.objects.exists()
        assert token not in str(dict(client.session))


def _of_size(bits: int) -> bytes:
    numbers = rsa.RSAPublicNumbers(e=65537, n=2**bits - 1)
    form = PublicFormat.SubjectPublicKeyInfo
    return numbers.public_key().public_bytes(Encoding.PEM, form)


class TestKeys:
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (pem_of(a_key("weak", bits=1024)).encode(), "text/plain"),
            (_of_size(16384), "text/plain"),
            (b"<!doctype html><title>HAT</title>", "text/html"),
            (b"<!doctype html><title>HAT</title>", "text/plain"),
            (b"", "text/plain"),
        ],
        ids=["1024 bits", "16384 bits", "HTML", "HTML as text", "nothing"],
    )
    def test_weak_monstrous_and_garbage_keys_log_nobody_in(
        self, client, hat, scripted, body, content_type
    ):
        scripted.on("/publickey", answer(body, content_type=content_type))

        assert log_in(client, hat, by="weak").status_code == 401
        assert not HatOwner.objects.exists()

    def test_fifty_megabytes_of_key_are_cut_at_eight_kilobytes(self, client, hat, scripted):
        sent = self.endless_key(scripted)
        memory = Memory()

        assert log_in(client, hat).status_code == 401
        assert memory.grown_mebibytes() <= 10
        assert sent() < 10 << 20, "the connection was cut long before its end"
        assert not HatOwner.objects.exists()

    def endless_key(self, scripted: Scripted):
        piece, count = b"A" * 65_536, [0]

        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            for _ in range(800):
                writer.write(piece)
                await writer.drain()
                count[0] += len(piece)

        scripted.on("/publickey", script)
        return lambda: count[0]
