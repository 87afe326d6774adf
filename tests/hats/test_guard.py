"""T01-T12, T25-T27: what leaves for a HAT, how long it may take, and how much may come back."""

import asyncio
import datetime as dt
import gzip
import ssl
import time
from dataclasses import replace

import pytest
import trustme

from hats.breaker import Breakers
from hats.clusters import Hat
from hats.configured import hat_at, trusted
from hats.dialling import tls_context
from hats.errors import Broken, HatBroken, HatUnreachable, Unreachable
from hats.guard import Bounds, Outbound, Question
from tests.hats.scripted import after, answer, raw, scripted_server

QUICK = Bounds(total=1.0, connect=0.5, silence=0.5, grace=0.2, body_bytes=100_000)
# Where no deadline is tried, none may pass, however busy the machine.
PATIENT = replace(QUICK, total=20.0, connect=10.0, silence=10.0, grace=10.0)
HELLO = Question(path="/hello")


def outbound(bounds: Bounds = PATIENT, **more) -> Outbound:
    breakers = {
        "hat_breakers": Breakers(threshold=5),
        "cluster_breakers": Breakers(threshold=100),
    }
    return Outbound(trusted(), bounds=bounds, **{**breakers, **more})


def ask(hat: Hat, question: Question = HELLO, **options):
    async def conversation():
        async with outbound(**options) as session:
            return await session.ask(hat, question)

    return asyncio.run(conversation())


def unreachable(hat: Hat, **options) -> Unreachable:
    with pytest.raises(HatUnreachable) as trouble:
        ask(hat, **options)
    return trouble.value.reason


def broken(hat: Hat, **options) -> Broken:
    with pytest.raises(HatBroken) as trouble:
        ask(hat, **options)
    return trouble.value.reason


async def never_asked(host: str) -> list[str]:
    raise AssertionError("DNS was asked")


def dns(*answers: list[str]):
    """A resolver that gives these answers in turn, and remembers who asked."""
    left = list(answers)

    async def lookup(host: str) -> list[str]:
        lookup.asked.append(host)
        return left.pop(0) if len(left) > 1 else left[0]

    lookup.asked = []
    return lookup


@pytest.fixture
def public_hat(settings) -> Hat:
    """A HAT that is found by DNS."""
    settings.HAT_CLUSTERS = [{"name": "Hub", "suffix": "hubat.net", "application_id": "hm"}]
    return hat_at("alice.hubat.net")


class TestWhereItConnects:
    def test_the_configured_address_is_dialled_and_the_name_is_only_said(self, scripted, hat):
        scripted.on("*", answer(b"ok"))

        reply = ask(hat, lookup=never_asked)

        assert (reply.status, reply.body) == (200, b"ok")
        assert scripted.heard[0].headers["host"] == f"alice.hat.test:{scripted.port}"

    @pytest.mark.parametrize(
        "addresses",
        [
            ["127.0.0.1"],
            ["8.8.8.8", "127.0.0.1"],
            ["8.8.8.8", "::1"],
            ["::ffff:127.0.0.1"],
            ["64:ff9b::7f00:1"],
            ["2002:7f00:1::"],
            ["169.254.169.254"],
            ["fe80::1%eth0"],
            ["not an address"],
        ],
    )
    def test_one_forbidden_answer_among_all_refuses_the_name(self, public_hat, canary, addresses):
        configured = replace(public_hat.cluster, port=canary.port)
        hat = Hat(public_hat.host, configured)

        assert unreachable(hat, lookup=dns(addresses)) is Unreachable.FORBIDDEN_ADDRESS
        assert canary.connections == 0

    def test_dns_never_leads_to_an_address_only_configuration_may_use(self, scripted, hat):
        by_dns = Hat("bob.hat.test", replace(hat.cluster, connect_to=None))

        assert unreachable(by_dns, lookup=dns(["127.0.0.1"])) is Unreachable.FORBIDDEN_ADDRESS
        assert scripted.connections == 0

    def test_the_socket_itself_is_judged_again(self, scripted, hat, settings):
        """A hole in the name's judgement would still not open a socket."""
        settings.HAT_CLUSTERS = []  # the address is configured no more

        assert unreachable(hat, lookup=never_asked) is Unreachable.FORBIDDEN_ADDRESS
        assert scripted.connections == 0

    def test_a_name_without_an_address_is_unknown(self, public_hat, socket_enabled):
        async def no_such_name(host: str) -> list[str]:
            raise OSError

        assert unreachable(public_hat, lookup=no_such_name) is Unreachable.UNKNOWN_NAME
        assert unreachable(public_hat, lookup=dns([])) is Unreachable.UNKNOWN_NAME

    def test_a_closed_port_is_down(self, scripted, hat, settings):
        free = scripted.port + 1 if scripted.port < 65_000 else scripted.port - 1
        settings.HAT_CLUSTERS[0] |= {"connect_to": f"127.0.0.1:{free}"}

        assert unreachable(hat_at("alice.hat.test")) is Unreachable.DOWN

    def test_the_environment_changes_nothing(self, scripted, hat, canary, monkeypatch, tmp_path):
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login me password secret\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
        scripted.on("*", answer(b"ok"))

        assert ask(hat).body == b"ok"
        assert canary.connections == 0
        assert "authorization" not in scripted.heard[0].headers


class TestSendingOnce:
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    def test_what_may_have_been_written_is_not_sent_again(self, scripted, hat, method):
        scripted.on("*", answer(b"ok"), raw(b""))

        async def twice():
            async with outbound() as session:
                await session.ask(hat, HELLO)  # the next question goes over the same connection
                await session.ask(hat, replace(HELLO, method=method))

        with pytest.raises(HatUnreachable) as trouble:
            asyncio.run(twice())

        assert trouble.value.reason is Unreachable.RESET
        assert [heard.method for heard in scripted.heard] == ["GET", method]

    def test_a_write_to_a_closed_port_is_down_as_a_reading_is(self, scripted, hat, settings):
        free = scripted.port + 1 if scripted.port < 65_000 else scripted.port - 1
        settings.HAT_CLUSTERS[0] |= {"connect_to": f"127.0.0.1:{free}"}

        with pytest.raises(HatUnreachable) as trouble:
            ask(hat_at("alice.hat.test"), replace(HELLO, method="PUT"))

        assert trouble.value.reason is Unreachable.DOWN


class TestTls:
    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    @pytest.fixture
    def client_tls(self, authority) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        authority.configure_trust(context)
        return context

    def serve(self, certificate: trustme.LeafCert) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    def hat_on(self, server, settings) -> Hat:
        settings.HAT_CLUSTERS = [
            {
                "name": "TLS",
                "suffix": "hat.test",
                "application_id": "hm",
                "connect_to": f"127.0.0.1:{server.port}",
            }
        ]
        return hat_at("alice.hat.test")

    def reason(self, tls: ssl.SSLContext, settings, client_tls) -> Unreachable:
        with scripted_server(tls) as server:
            server.on("*", answer(b"ok"))
            reason = unreachable(self.hat_on(server, settings), tls=client_tls)
            assert server.heard == []
        return reason

    def test_a_certificate_for_the_name_is_accepted(
        self, authority, client_tls, settings, socket_enabled
    ):
        with scripted_server(self.serve(authority.issue_cert("alice.hat.test"))) as server:
            server.on("*", answer(b"ok"))

            assert ask(self.hat_on(server, settings), tls=client_tls).body == b"ok"
            assert server.heard[0].headers["host"] == "alice.hat.test"

    @pytest.mark.usefixtures("socket_enabled")
    def test_wrong_name_unknown_authority_and_expiry_are_refused(
        self, authority, client_tls, settings
    ):
        long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        certificates = [
            authority.issue_cert("bob.hat.test"),
            trustme.CA().issue_cert("alice.hat.test"),
            authority.issue_cert("alice.hat.test", not_after=long_ago),
        ]

        reasons = [self.reason(self.serve(one), settings, client_tls) for one in certificates]

        assert reasons == [Unreachable.TLS] * 3

    @pytest.mark.usefixtures("socket_enabled")
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_tls_before_1_2_is_refused(self, authority, client_tls, settings):
        old = self.serve(authority.issue_cert("alice.hat.test"))
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")

        # The server may hang up before it has said why.
        assert self.reason(old, settings, client_tls) in {Unreachable.TLS, Unreachable.DOWN}

    def test_the_usual_context_verifies_and_ignores_the_environment(self, monkeypatch, tmp_path):
        mine = tmp_path / "mine.pem"
        trustme.CA().cert_pem.write_to_path(mine)
        monkeypatch.setenv("SSL_CERT_FILE", str(mine))
        tls_context.cache_clear()

        context = tls_context()

        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert not any("trustme" in str(one) for one in context.get_ca_certs())


class TestWhatComesBack:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_redirects_are_errors_and_not_followed(self, scripted, hat, canary, status):
        location = {"Location": f"http://127.0.0.1:{canary.port}/"}
        scripted.on("*", answer(b"", status=status, headers=location))

        assert broken(hat) is Broken.REDIRECT
        assert canary.connections == 0

    @pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "gzip, gzip"])
    def test_encoded_bodies_are_refused_unread(self, scripted, hat, encoding):
        bomb = gzip.compress(b"0" * 1_000_000)
        scripted.on("*", answer(bomb, headers={"Content-Encoding": encoding}))

        assert broken(hat) is Broken.ENCODED
        assert scripted.heard[0].headers["accept-encoding"] == "identity"

    def test_a_body_announced_beyond_the_cap_is_refused(self, scripted, hat):
        scripted.on("*", answer(b"x" * 100_001))

        assert broken(hat) is Broken.TOO_LARGE

    def test_an_endless_body_is_cut_at_the_cap(self, scripted, hat):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        scripted.on("*", raw(head, *[b"2000\r\n" + b"x" * 0x2000 + b"\r\n"] * 50))

        assert broken(hat) is Broken.TOO_LARGE

    def test_a_body_shorter_than_announced_is_cut_off(self, scripted, hat):
        scripted.on("*", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"))

        assert unreachable(hat) is Unreachable.RESET

    @pytest.mark.parametrize("junk", [b"", b"SSH-2.0-OpenSSH\r\n", b"\x00" * 100, b"HTTP/1.1 200"])
    def test_what_is_no_http_is_cut_off(self, scripted, hat, junk):
        scripted.on("*", raw(junk))

        assert unreachable(hat) is Unreachable.RESET

    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            (500, Unreachable.SERVER_ERROR),
            (502, Unreachable.SERVER_ERROR),
            (503, Unreachable.BUSY),
            (429, Unreachable.BUSY),
        ],
    )
    def test_server_errors_are_worth_another_try(self, scripted, hat, status, reason):
        scripted.on("*", answer(b"", status=status))

        assert unreachable(hat) is reason

    @pytest.mark.parametrize(
        ("header", "seconds"), [("7", 7.0), ("999999999", 3600.0), ("soon", None), ("-1", None)]
    )
    def test_the_asked_for_pause_is_told_within_reason(self, scripted, hat, header, seconds):
        scripted.on("*", answer(b"", status=503, headers={"Retry-After": header}))

        with pytest.raises(HatUnreachable) as trouble:
            ask(hat)

        assert trouble.value.retry_after == seconds


class TestDeadlines:
    def test_a_silent_hat_is_given_up(self, scripted, hat):
        scripted.on("*", after(5, answer()))

        assert unreachable(hat, bounds=QUICK) is Unreachable.TIMEOUT

    @pytest.mark.parametrize(
        "bounds", [QUICK, replace(QUICK, grace=99)], ids=["slow rate", "total deadline"]
    )
    def test_a_dripping_hat_is_given_up(self, scripted, hat, bounds):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        scripted.on("*", raw(head, *[b"x"] * 100, every=0.05))
        started = time.monotonic()

        assert unreachable(hat, bounds=bounds) is Unreachable.TIMEOUT
        assert time.monotonic() - started < 4  # all drops take five seconds

    def test_dripping_hats_do_not_keep_others_waiting(self, scripted, hat):
        scripted.on("/drip", after(1, answer()))
        scripted.on("/quick", answer())
        bounds = replace(PATIENT, per_cluster=2, slow_after=0.05)

        async def batch() -> list[bool]:
            async with outbound(bounds) as session:
                slow = [
                    asyncio.create_task(session.ask(one, Question(path="/drip")))
                    for one in (hat_at(f"drip{n}.hat.test") for n in range(4))
                ]
                await asyncio.sleep(0)
                await session.ask(hat, Question(path="/quick"))
                over = [task.done() for task in slow]
                await asyncio.gather(*slow)
                return over

        assert not any(asyncio.run(batch()))


class TestGentleness:
    async def all_of(self, hats: list[Hat], session: Outbound) -> list[object]:
        async with session:
            asked = (session.ask(one, HELLO) for one in hats)
            return await asyncio.gather(*asked, return_exceptions=True)

    def test_one_hat_is_asked_a_few_things_at_once_at_most(self, scripted, hat):
        scripted.on("*", after(0.02, answer()))

        asyncio.run(self.all_of([hat] * 30, outbound(replace(PATIENT, per_hat=3))))

        assert (len(scripted.heard), scripted.most_open) == (30, 3)

    def test_one_cluster_is_asked_a_bounded_number_of_things_at_once(self, scripted, hat):
        scripted.on("*", after(0.02, answer()))
        hats = [hat_at(f"owner{n}.hat.test") for n in range(30)]

        asyncio.run(self.all_of(hats, outbound(replace(PATIENT, per_cluster=5))))

        assert (len(scripted.heard), scripted.most_open) == (30, 5)

    def test_connections_are_shared_while_the_batch_lasts(self, scripted, hat):
        scripted.on("*", answer())

        async def in_turn() -> None:
            async with outbound() as session:
                for number in range(10):
                    await session.ask(hat_at(f"owner{number}.hat.test"), HELLO)

        asyncio.run(in_turn())

        assert (len(scripted.heard), scripted.connections) == (10, 1)

    def test_a_hat_that_keeps_failing_is_left_alone(self, scripted, hat):
        scripted.on("*", answer(b"", status=500))
        breakers = Breakers(threshold=3)

        reasons = [unreachable(hat, hat_breakers=breakers) for _ in range(5)]

        assert reasons == [Unreachable.SERVER_ERROR] * 3 + [Unreachable.RESTING] * 2
        assert len(scripted.heard) == 3

    def test_a_cluster_that_keeps_failing_is_left_alone(self, scripted, hat):
        scripted.on("*", answer(b"", status=500))
        breakers = Breakers(threshold=2)

        for number in range(2):
            unreachable(hat_at(f"owner{number}.hat.test"), cluster_breakers=breakers)

        assert unreachable(hat, cluster_breakers=breakers) is Unreachable.RESTING
        assert len(scripted.heard) == 2

    def test_a_cluster_is_tried_again_even_if_the_first_hat_asked_is_resting(self, scripted, hat):
        """A half-open breaker must not wait for ever for a question that was never put."""
        hats, clusters = Breakers(threshold=1), Breakers(threshold=1)
        hats.failed(hat.identity, at=time.monotonic())
        clusters.failed("hat.test", at=time.monotonic() - 31)
        scripted.on("*", answer())
        how = {"hat_breakers": hats, "cluster_breakers": clusters}

        assert unreachable(hat, **how) is Unreachable.RESTING
        assert ask(hat_at("bob.hat.test"), **how).status == 200

    def test_a_hat_is_tried_again_after_its_cluster_rested(self, scripted, hat):
        hats, clusters = Breakers(threshold=1), Breakers(threshold=1)
        hats.failed(hat.identity, at=time.monotonic() - 31)
        clusters.failed("hat.test", at=time.monotonic())
        scripted.on("*", answer())
        how = {"hat_breakers": hats, "cluster_breakers": clusters}

        assert unreachable(hat, **how) is Unreachable.RESTING
        clusters.succeeded("hat.test")
        assert ask(hat, **how).status == 200

    def test_names_that_do_not_exist_say_nothing_of_their_cluster(self, public_hat, scripted):
        clusters = Breakers(threshold=1)

        for number in range(3):
            unknown = Hat(f"nobody{number}.hubat.net", public_hat.cluster)
            reason = unreachable(unknown, lookup=dns([]), cluster_breakers=clusters)
            assert reason is Unreachable.UNKNOWN_NAME

    def test_a_question_given_up_by_us_leaves_the_trial_to_the_next(self, scripted, hat):
        hats = Breakers(threshold=1)
        hats.failed(hat.identity, at=time.monotonic() - 31)
        scripted.on("*", after(0.3, answer()), answer())

        async def given_up() -> None:
            async with outbound(hat_breakers=hats) as session:
                await asyncio.wait_for(session.ask(hat, Question(path="/slow")), 0.05)

        with pytest.raises(TimeoutError):
            asyncio.run(given_up())

        assert ask(hat, hat_breakers=hats).status == 200

    def test_an_answer_of_any_use_closes_the_breaker(self, scripted, hat):
        bad, good = answer(b"", status=500), answer()
        scripted.on("*", bad, good, bad, answer(b"", status=301), bad, good)
        breakers = Breakers(threshold=2)

        for _ in range(3):
            unreachable(hat, hat_breakers=breakers)
            try:
                ask(hat, hat_breakers=breakers)
            except HatBroken:
                continue

        assert len(scripted.heard) == 6
