"""T01-T06, T09, T12, T25-T27, T30: the guard against servers and name servers that mean harm."""

import asyncio
import gzip
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace

import pytest
import trustme
import zstandard

from hats.breaker import Breakers
from hats.clusters import Hat
from hats.configured import hat_at
from hats.dialling import tls_context
from hats.errors import Broken, HatBroken, HatUnreachable, Unreachable
from hats.guard import Bounds, Outbound, Question
from hats.room import HOLD, Hold, Room
from marketplace.bench.figures import Memory
from tests.hats.scripted import Script, after, answer, raw, scripted_server
from tests.hats.test_guard import HELLO, QUICK, broken, dns, outbound, unreachable
from tests.hats.test_networks import FORBIDDEN_V4, FORBIDDEN_V6

MEBIBYTE = 1 << 20
LITERALS = f"{FORBIDDEN_V4} {FORBIDDEN_V6}".split()
CHUNK = b"10000\r\n" + b"[],[" * 0x4000 + b"\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def by_dns(settings, canary) -> Hat:
    """A HAT found by DNS, on the port where the canary listens."""
    settings.HAT_CLUSTERS = [{"name": "Hub", "suffix": "hubat.net", "application_id": "hm"}]
    found = hat_at("alice.hubat.net")
    return Hat(found.host, replace(found.cluster, port=canary.port))


@pytest.fixture
def dialled(monkeypatch) -> list[str]:
    """Where a connection was about to be made; all of them fail, so that nothing leaves."""
    where: list[str] = []

    async def nobody_there(_loop, _sock, address) -> None:
        where.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", nobody_there)
    return where


def test_there_are_enough_literals():
    assert len(set(LITERALS)) >= 60


@pytest.mark.parametrize("address", LITERALS)
def test_a_name_that_leads_to_a_special_address_is_never_dialled(by_dns, canary, dialled, address):
    assert unreachable(by_dns, lookup=dns([address])) is Unreachable.FORBIDDEN_ADDRESS
    assert (canary.connections, dialled) == (0, [])


def test_a_name_that_is_rebound_is_never_dialled_at_its_second_address(by_dns, canary, dialled):
    lookup = dns(["8.8.8.8"], ["127.0.0.1"])

    async def in_turn() -> list[Unreachable]:
        reasons = []
        async with outbound(lookup=lookup) as session:
            for _ in range(2):
                with pytest.raises(HatUnreachable) as trouble:
                    await session.ask(by_dns, HELLO)
                reasons.append(trouble.value.reason)
        return reasons

    assert asyncio.run(in_turn()) == [Unreachable.DOWN, Unreachable.FORBIDDEN_ADDRESS]
    assert set(dialled) == {"8.8.8.8"}
    assert canary.connections == 0


def test_a_name_is_looked_up_once_for_one_question(by_dns, dialled):
    lookup = dns(["8.8.8.8"])

    unreachable(by_dns, lookup=lookup)

    assert lookup.asked == [by_dns.host]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_token_follows_a_redirect(scripted, hat, canary, status):
    location = {"Location": f"http://127.0.0.1:{canary.port}/"}
    scripted.on("*", answer(b"", status=status, headers=location))

    async def with_a_token() -> Broken:
        async with outbound() as session:
            with pytest.raises(HatBroken) as trouble:
                await session.ask(hat, HELLO, token="secret.of.ours")
            return trouble.value.reason

    assert asyncio.run(with_a_token()) is Broken.REDIRECT
    assert (len(scripted.heard), canary.connections) == (1, 0)


@pytest.mark.usefixtures("socket_enabled")
def test_an_authority_named_by_the_environment_is_not_trusted(settings, monkeypatch, tmp_path):
    authority, file = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(file))
    tls_context.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("alice.hat.test").configure_cert(context)
    with scripted_server(context) as server:
        server.on("*", answer(b"ok"))
        where = f"127.0.0.1:{server.port}"
        entry = {"name": "TLS", "suffix": "hat.test", "application_id": "hm", "connect_to": where}
        settings.HAT_CLUSTERS = [entry]

        assert unreachable(hat_at("alice.hat.test")) is Unreachable.TLS
        assert server.heard == []


class TestManyQuestions:
    """T12, T25: one host named by thousands, and HATs that keep their connection busy."""

    async def together(self, session: Outbound, hats: list[Hat]) -> list[object]:
        async with session:
            asked = (session.ask(hat, HELLO) for hat in hats)
            return await asyncio.gather(*asked, return_exceptions=True)

    def test_a_thousand_questions_to_one_host_come_a_few_at_a_time(self, scripted, hat):
        scripted.on("*", after(0.001, answer()))

        replies = asyncio.run(self.together(outbound(), [hat] * 1_000))

        assert not [reply for reply in replies if isinstance(reply, Exception)]
        assert scripted.most_open <= Bounds().per_hat

    def test_a_host_that_fails_is_spared_by_all_who_wait_for_it(self, scripted, hat):
        scripted.on("*", answer(b"", status=500))
        session = outbound(hat_breakers=Breakers(threshold=5))

        replies = asyncio.run(self.together(session, [hat] * 1_000))

        reasons = [reply.reason for reply in replies if isinstance(reply, HatUnreachable)]
        asked = reasons.count(Unreachable.SERVER_ERROR)
        assert asked == len(scripted.heard) <= 5 + Bounds().per_hat
        assert reasons.count(Unreachable.RESTING) == 1_000 - asked

    def test_five_hundred_dripping_hats_are_outrun_by_five_hundred_good_ones(self, scripted, hat):
        """Each good one is answered before a single dripping one is given up."""
        drops = raw(CHUNKED, *[b"1\r\n[\r\n"] * 600, every=0.5)
        scripted.on("/drip", drops)
        scripted.on("/hello", answer())
        bounds = Bounds(slow_after=0.05, open_sockets=1_000)

        async def mixed() -> list[bool]:
            async with outbound(bounds) as session:
                slow, good = [], []
                for number in range(500):
                    drip, well = (hat_at(f"{kind}{number}.hat.test") for kind in ("drip", "good"))
                    question = Question(path="/drip")
                    slow.append(asyncio.create_task(session.ask(drip, question)))
                    good.append(asyncio.create_task(session.ask(well, HELLO)))
                await asyncio.gather(*good)
                over = [task.done() for task in slow]
                for task in slow:
                    task.cancel()
                await asyncio.gather(*slow, return_exceptions=True)
                return over

        assert not any(asyncio.run(mixed()))


class TestBodies:
    """T26, T27, T30: what comes is cut, and memory stays flat."""

    def growth_while(self, act: Callable[[], object]) -> float:
        memory = Memory()
        act()
        return memory.grown_mebibytes()

    def endless(self) -> Script:
        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(CHUNKED)
            for _ in range(16_000):  # a gigabyte
                writer.write(CHUNK)
                await writer.drain()

        return script

    def test_an_endless_body_costs_no_more_than_the_cap_allows(self, scripted, hat):
        scripted.on("*", self.endless())

        grown = self.growth_while(lambda: self.is_too_large(hat))

        assert grown <= 20

    def is_too_large(self, hat: Hat) -> None:
        assert broken(hat, bounds=Bounds()) is Broken.TOO_LARGE

    def test_thirty_megabytes_of_empty_lists_are_cut(self, scripted, hat):
        scripted.on("*", raw(CHUNKED, *[CHUNK] * 480))

        grown = self.growth_while(lambda: self.is_too_large(hat))

        assert grown <= 50

    def test_a_false_length_of_ten_gigabytes_is_refused_before_it_is_read(self, scripted, hat):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
        scripted.on("*", raw(head, *[b"x" * MEBIBYTE] * 40))

        grown = self.growth_while(lambda: self.is_too_large(hat))

        assert grown <= 20

    def test_what_follows_an_answer_is_nobody_elses_answer(self, scripted, hat):
        """Connections to one configured address are shared: an answer must not leave a second."""
        short = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"
        smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
        scripted.on("/hello", raw(short + smuggled, then_close=False))
        scripted.on("/other", answer(b"mine"))

        async def in_turn() -> list[bytes]:
            async with outbound() as session:
                first = await session.ask(hat, HELLO)
                await asyncio.sleep(0.05)
                second = await session.ask(hat_at("bob.hat.test"), Question(path="/other"))
                return [first.body, second.body]

        assert asyncio.run(in_turn()) == [b"good", b"mine"]

    @pytest.mark.usefixtures("socket_enabled")
    def test_with_tls_no_two_hats_share_a_connection(self, settings):
        authority = trustme.CA()
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("*.hat.test").configure_cert(served)
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        authority.configure_trust(trusting)
        with scripted_server(served) as server:
            server.on("*", answer(b"ok"))
            where = f"127.0.0.1:{server.port}"
            settings.HAT_CLUSTERS = [
                {"name": "TLS", "suffix": "hat.test", "application_id": "hm", "connect_to": where}
            ]

            async def in_turn() -> None:
                async with outbound(tls=trusting) as session:
                    for name in ("alice", "bob", "alice"):
                        await session.ask(hat_at(f"{name}.hat.test"), HELLO)

            asyncio.run(in_turn())

            assert (len(server.heard), server.connections) == (3, 2)

    @pytest.mark.parametrize(
        ("encoding", "pack"),
        [
            ("gzip", gzip.compress),
            ("gzip, gzip", lambda zeros: gzip.compress(gzip.compress(zeros))),
            ("zstd", zstandard.ZstdCompressor().compress),
            # 165 bytes that name themselves brotli: no library here could even open them.
            ("br", lambda _zeros: b"\x5b\xff\xff\x3f\x00" + b"\x00" * 160),
        ],
        ids=["gzip", "gzip twice", "zstd", "br"],
    )
    def test_a_bomb_of_a_hundred_megabytes_is_refused_unread(self, scripted, hat, encoding, pack):
        bomb = pack(bytes(100 * MEBIBYTE))
        scripted.on("*", answer(bomb, headers={"Content-Encoding": encoding}))

        def refused() -> None:
            assert broken(hat) is Broken.ENCODED

        assert self.growth_while(refused) <= 5

    def test_many_large_bodies_at_once_share_the_room_there_is(self, scripted, hat):
        """Forty HATs send four mebibytes each; no more than eight are held at a time."""
        bounds, room = Bounds(per_cluster=40), Room(8 * MEBIBYTE)
        scripted.on("*", answer(b"x" * 4 * MEBIBYTE))

        async def read_and_drop(session: Outbound, number: int) -> None:
            HOLD.set(hold := Hold(room))
            await session.ask(hat_at(f"owner{number}.hat.test"), HELLO)
            hold.let_go()

        async def all_of_them() -> None:
            async with outbound(bounds) as session:
                await asyncio.gather(*(read_and_drop(session, number) for number in range(40)))

        assert self.growth_while(lambda: asyncio.run(all_of_them())) <= 60


def test_a_hat_that_waits_for_room_is_still_bound_by_the_deadline(scripted, hat):
    scripted.on("*", answer(b"x" * 90_000))

    async def no_room() -> None:
        room = Room(100_000)
        await room.take(100_000)
        HOLD.set(Hold(room))
        async with outbound(replace(QUICK, total=0.5)) as session:
            await session.ask(hat, HELLO)

    with pytest.raises(HatUnreachable) as trouble:
        asyncio.run(no_room())

    assert trouble.value.reason is Unreachable.TIMEOUT


def test_the_canary_would_have_been_heard(canary):
    """Else its silence says nothing."""
    canary.on("*", answer())

    with socket.create_connection(("127.0.0.1", canary.port)) as knocking:
        knocking.sendall(b"GET / HTTP/1.1\r\n\r\n")
        knocking.recv(1)

    assert canary.connections == 1
