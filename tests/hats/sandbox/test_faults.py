"""Faults switched on at run time, seen from a client; and the sandbox's own books."""

import gzip
import http.client
import json
import time
import zlib
from datetime import timedelta

import brotli
import pytest
import zstandard

from hats.sandbox.faults import Fault, FaultsInvalid, Kind, read_faults
from tests.hats.sandbox.conftest import debit_request

DEBIT = "/api/v2.6/data-debit/d-1"
VALUES = f"{DEBIT}/values"


@pytest.fixture
def shared(hat):
    """A HAT whose debit may be read: two orders."""
    platform, owner = hat.platform, hat.owner
    hat.post("/api/v2.6/data/shop/orders", [{"id": 1}, {"id": 2}], token=owner)
    hat.post(DEBIT, debit_request(), token=platform)
    hat.get(f"{DEBIT}/enable", token=owner)
    hat.token = platform
    return hat


@pytest.fixture
def switch_on(sandbox, shared):
    def switch_on(**rule):
        rules = {"faults": [{"hosts": shared.domain, **rule}]}
        answer = shared.call("PUT", "/_sandbox/faults", body=rules)
        assert answer.status == 200, answer.text

    return switch_on


def values(hat):
    return hat.get(VALUES, token=hat.token)


@pytest.mark.parametrize("kind", ["down", "reset"])
def test_down_and_reset_end_the_connection(shared, switch_on, kind):
    switch_on(kind=kind)

    with pytest.raises(ConnectionError):
        values(shared)


def test_slow_answers_late_and_right(shared, switch_on):
    switch_on(kind="slow", seconds=0.2)
    started = time.monotonic()

    answer = values(shared)

    assert answer.status == 200
    assert time.monotonic() - started >= 0.2


def test_drip_sends_a_byte_at_a_time(shared, switch_on):
    honest = values(shared).body
    switch_on(kind="drip", seconds=0.0005)
    started = time.monotonic()

    assert values(shared).body == honest
    assert time.monotonic() - started >= 0.0005 * len(honest)


def test_endless_never_stops(shared, switch_on):
    switch_on(kind="endless")
    connection = http.client.HTTPConnection("127.0.0.1", shared.port, timeout=5)
    connection.request("GET", VALUES, headers={"Host": shared.domain})

    received = len(connection.getresponse().read(3_000_000))
    connection.close()

    assert received == 3_000_000
    assert shared.get("/healthz").status == 200


def test_a_bomb_is_small_on_the_wire(shared, switch_on):
    switch_on(kind="bomb", megabytes=5)

    answer = values(shared)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 10_000
    assert len(gzip.decompress(answer.body)) == 5 << 20


UNPACK = {
    "gzip": gzip.decompress,
    "gzip, gzip": lambda body: gzip.decompress(gzip.decompress(body)),
    "deflate": zlib.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@pytest.mark.parametrize("packing", UNPACK)
def test_bombs_come_in_every_packing(shared, switch_on, packing):
    switch_on(kind="bomb", megabytes=3, packing=packing)

    answer = values(shared)

    assert answer.headers["Content-Encoding"] == packing
    assert len(answer.body) < 10_000
    assert UNPACK[packing](answer.body) == bytes(3 << 20)


def test_a_large_answer_is_good_json_all_the_same(shared, switch_on):
    switch_on(kind="large", megabytes=2)

    first, _ = values(shared).json["bundle"]["orders"]

    assert first["data"]["sandbox"] == "x" * (2 << 20)


def test_many_tiny_nodes_fit_into_one_record(shared, switch_on):
    switch_on(kind="many", nodes=5_000)

    first, _ = values(shared).json["bundle"]["orders"]

    assert first["data"]["sandbox"] == [[]] * 5_000


@pytest.mark.parametrize(
    ("oddity", "sign"),
    [
        ("nul", rb"\u0000"),
        ("surrogate", rb'\ud800 a sign"'),
        ("duplicate_keys", b'{"twice":1,"twice":2}'),
        ("proto", b'"__proto__"'),
        ("latin1", b"caf\xe9"),
        ("bom", b"\xef\xbb\xbf{"),
        ("utf16", b"\xff\xfe{\x00"),
    ],
)
def test_odd_text_comes_as_json(shared, switch_on, oddity, sign):
    switch_on(kind="odd_text", oddity=oddity)

    answer = values(shared)

    assert answer.headers["Content-Type"] == "application/json"
    assert sign in answer.body


def test_a_wrong_content_type_is_put_on_honest_json(shared, switch_on):
    honest = values(shared).body
    switch_on(kind="wrong_type", content_type="text/csv")

    answer = values(shared)

    assert (answer.body, answer.headers["Content-Type"]) == (honest, "text/csv")


def test_an_empty_success_has_status_204(shared, switch_on):
    switch_on(kind="empty")

    answer = values(shared)

    assert (answer.status, answer.body) == (204, b"")


def test_a_bundle_that_cannot_be_cast_can_be_feigned(shared, switch_on):
    switch_on(kind="bundle_malformed")

    answer = values(shared)

    assert (answer.status, answer.json) == (
        400,
        {
            "message": "Data Debit Bundle malformed",
            "cause": "Data Debit d-1 active bundle malformed: "
            "Invalid bundle format - cannot cast between types to satisfy query",
        },
    )


def test_a_wrong_length_promises_more_than_comes(shared, switch_on):
    switch_on(kind="wrong_length")

    with pytest.raises(http.client.IncompleteRead):
        values(shared)


def test_html_comes_with_status_200(shared, switch_on):
    switch_on(kind="html200")

    answer = values(shared)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")


def test_malformed_json_is_cut_in_the_middle(shared, switch_on):
    honest = values(shared).body
    switch_on(kind="malformed")

    answer = values(shared)

    assert answer.body == honest[: len(honest) // 2]
    assert answer.headers["Content-Type"] == "application/json"


def test_deep_json_and_a_huge_number_are_smuggled_into_a_record(shared, switch_on):
    switch_on(kind="deep", depth=50)
    deep = values(shared).json["bundle"]["orders"][0]["data"]
    switch_on(kind="number_bomb")
    huge = values(shared).body

    assert json.dumps(deep["sandbox"]) == "[" * 50 + "]" * 50
    assert b'"data":{"sandbox":1e131071,"id":1}' in huge


def test_over_delivery_adds_a_property_a_record_and_a_field(shared, switch_on):
    switch_on(kind="over_delivery")

    bundle = values(shared).json["bundle"]

    assert set(bundle) == {"orders", "surplus"}
    assert [record["endpoint"] for record in bundle["orders"]] == [
        "shop/orders", "shop/orders", "sandbox/stray",
    ]  # fmt: skip
    assert bundle["orders"][0]["data"] == {"id": 1, "email": "surplus@example.org"}


def test_a_redirect_leads_where_it_is_told(shared, switch_on):
    switch_on(kind="redirect", to="http://127.0.0.1:1/inside")

    answer = values(shared)

    assert (answer.status, answer.headers["Location"]) == (302, "http://127.0.0.1:1/inside")


def test_a_status_comes_with_the_time_to_wait(shared, switch_on):
    switch_on(kind="status", status=429, retry_after=7, times=1)

    first, second = values(shared), values(shared)

    assert (first.status, first.headers["Retry-After"], second.status) == (429, "7", 200)


def test_a_lost_answer_is_done_all_the_same(shared, switch_on):
    switch_on(kind="lost201", routes=["propose"])

    with pytest.raises(ConnectionError):
        shared.post("/api/v2.6/data-debit/d-2", debit_request("b-2"), token=shared.token)

    assert shared.get("/api/v2.6/data-debit/d-2", token=shared.token).status == 200


def test_the_role_of_the_proposer_comes_late(shared, switch_on, sandbox):
    switch_on(kind="late_role", seconds=60)
    early = values(shared)
    sandbox.clock.skipped = timedelta(seconds=61)

    assert (early.status, early.json["message"]) == (403, "Access Denied")
    assert values(shared).status == 200


def test_a_rotated_key_makes_old_tokens_worthless(shared, switch_on):
    before = shared.get("/publickey").text
    switch_on(kind="rotate_key")

    assert shared.get("/publickey").text != before
    assert values(shared).status == 401
    assert shared.get(VALUES, token=shared.platform).status == 200


def test_unmet_conditions_and_a_debit_switched_off_can_be_feigned(shared, switch_on):
    switch_on(kind="conditions_unmet")
    unmet = values(shared)
    switch_on(kind="not_enabled")
    off = values(shared)

    assert (unmet.status, unmet.json["bundle"]) == (200, {})
    assert not any(unmet.json["conditions"].values())
    assert (off.status, off.json["cause"]) == (400, "Data Debit d-1 not enabled")


def test_a_fault_stays_on_its_host_and_route(sandbox, shared, switch_on):
    switch_on(kind="down")

    assert shared.get(DEBIT, token=shared.token).status == 200
    other = sandbox.unused_hat()
    assert other.get(VALUES, token=other.platform).status == 403


def test_shares_that_do_not_overlap_hit_different_hats(sandbox):
    first = Fault(kind=Kind.DOWN, share=(0.0, 0.05))
    second = Fault(kind=Kind.SLOW, share=(0.05, 0.1))

    hit = [
        {d for d in sandbox.world.domains if fault.concerns(d, "values")}
        for fault in (first, second)
    ]

    assert not hit[0] & hit[1]
    assert all(0.02 < len(some) / len(sandbox.world.domains) < 0.09 for some in hit)


@pytest.mark.parametrize(
    "text",
    ["{", "{}", '{"faults": [{"kind": "earthquake"}]}', '{"faults": [{"kind": "down", "x": 1}]}',
     '{"faults": [{"kind": "bomb", "packing": "rar"}]}',
     '{"faults": [{"kind": "slow", "seconds": "long"}]}',
     '{"faults": [{"kind": "status", "status": 4.5}]}',
     '{"faults": [{"kind": "large", "megabytes": -1}]}',
     '{"faults": [{"kind": "down", "hosts": 7}]}',
     '{"faults": [{}]}', '{"faults": [{"kind": "down", "share": [1]}]}'],
)  # fmt: skip
def test_faults_that_cannot_be_read_are_refused(shared, text):
    with pytest.raises(FaultsInvalid):
        read_faults(text)
    assert shared.call("PUT", "/_sandbox/faults", body=text).status == 400
    assert values(shared).status == 200


def test_faults_can_be_put_back_as_they_were_read(shared, switch_on):
    switch_on(kind="status", status=429, times=0)
    told = shared.get("/_sandbox/faults").json

    assert shared.call("PUT", "/_sandbox/faults", body=told).json == told


# Books


def test_books_say_what_each_hat_agreed_to_and_gave_away(shared):
    values(shared)
    values(shared)

    answer = shared.get(f"/_sandbox/books?domain={shared.domain}", headers={"Host": "x"})

    assert answer.json == {
        "hats": {
            shared.domain: {
                "debits": {
                    "d-1": {
                        "active": True,
                        "accepted": True,
                        "bundle": "b-1",
                        "pulls": 2,
                        "records": 2,
                    }
                },
                "pulls": 2,
                "records_offered": 2,
                "applications": {},
            }
        }
    }


def test_refused_pulls_are_not_in_the_books(shared, switch_on):
    switch_on(kind="status")
    values(shared)

    assert (
        shared.get(f"/_sandbox/books?domain={shared.domain}").json["hats"][shared.domain]["pulls"]
        == 0
    )


def test_all_hats_in_use_are_in_the_books(shared):
    assert shared.domain in shared.get("/_sandbox/books").json["hats"]


def test_the_first_hats_can_be_asked_how_to_log_in(sandbox, shared):
    log_ins = shared.get("/_sandbox/hats?first=3").json

    assert [one["domain"] for one in log_ins] == sandbox.world.domains[:3]
    hat = sandbox.hat(0)
    assert hat.log_in(log_ins[0]["username"], log_ins[0]["password"]).status == 200


def test_nothing_else_is_at_the_control_address(shared):
    assert shared.get("/_sandbox/secrets").status == 404
