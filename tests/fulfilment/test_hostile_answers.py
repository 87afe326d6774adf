"""T28, T29, T31, T32: what one bad answer does to its neighbours, to money and to the log."""

import hashlib
import json
import logging
from typing import Any

import orjson
import pytest
from django.utils import timezone

from buyers.models import OrderLine
from common import sealing
from fulfilment.actions import leases, retrievals, storing
from fulfilment.actions.readings import Answer
from fulfilment.models import Acceptance, Retrieval, Reward, SealedBlock
from hats.answers import read_values
from hats.errors import BadJson
from ledger.models import Entry
from tests.fulfilment import steps
from tests.fulfilment.steps import ENDPOINT, debit_of
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db
SECRET = "Nightingale"
NUMBERS = [
    "1e5000",
    "1e131071",
    "-1e400",
    "1" + "0" * 5_000,
    "9223372036854775808",
    "-9223372036854775809",
    "0.123456789012345678",
    "NaN",
    "Infinity",
    "-Infinity",
]
TEXTS = [
    (f'"{SECRET}\\u0000"', "forbidden_character"),
    (f'"{SECRET}\\ud800"', "forbidden_character"),
    (f'{{"{SECRET}":1,"{SECRET}":2}}', "duplicate_key"),
]


@pytest.fixture
def line() -> OrderLine:
    return steps.funded_line()


def record(number: int, song: str) -> str:
    """One record as text; ``song`` is JSON, or what a bad HAT takes for it."""
    return f'{{"endpoint":"{ENDPOINT}","recordId":"r{number}","data":{{"song":{song}}}}}'


def body_with(*songs: str) -> bytes:
    records = ",".join(record(number, song) for number, song in enumerate(songs))
    return f'{{"bundle":{{"plays":[{records}]}}}}'.encode()


def store(body: bytes) -> Retrieval:
    """Write down what this body amounts to, as the answer of the only reading that is due."""
    at = timezone.now()
    (job,) = leases.claim(limit=1, at=at)
    storing.store([Answer(job=job, values=read_values(body))], at=at)
    return Retrieval.objects.get(pk=job.retrieval_id)


def songs_stored(acceptance: Acceptance) -> list[Any]:
    block = SealedBlock.objects.get(acceptance=acceptance)
    key = sealing.unwrap(
        bytes(acceptance.data_key.wrapped or b""), context=f"acceptance:{acceptance.uid}"
    )
    context = f"block:{acceptance.uid}:{block.retrieval_id}"
    plain = orjson.loads(sealing.unseal(bytes(block.sealed), data_key=key, context=context))
    return [one["d"]["song"] for one in plain["plays"]]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_bomb_is_put_aside_and_its_neighbours_are_stored_and_can_be_read(
    line: OrderLine, sandbox: Sandbox, number: str
):
    acceptance = steps.confirmed(line, sandbox.hat())

    retrieval = store(body_with('"before"', number, '"after"'))

    assert (retrieval.status, retrieval.records, retrieval.quarantined) == ("stored", 2, 1)
    assert songs_stored(acceptance) == ["before", "after"]


@pytest.mark.parametrize(("song", "reason"), TEXTS)
def test_a_value_that_no_database_holds_is_put_aside_with_its_reason(song: str, reason: str):
    values = read_values(body_with('"before"', song, '"after"'))

    assert [one.reason for one in values.quarantined] == [reason]
    assert [one["data"]["song"] for one in values.properties["plays"]] == ["before", "after"]


@pytest.mark.parametrize("song", [song for song, _ in TEXTS])
def test_no_word_of_what_was_put_aside_is_logged(
    line: OrderLine, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, song: str
):
    caplog.set_level(logging.DEBUG)
    acceptance = steps.confirmed(line, sandbox.hat())

    retrieval = store(body_with('"before"', song, '"after"'))

    assert (retrieval.status, retrieval.quarantined) == ("stored", 1)
    assert songs_stored(acceptance) == ["before", "after"]
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"\xef\xbb\xbf" + body_with('"song"'), "malformed"),
        (body_with('"song"').decode().encode("utf-16"), "not_utf8"),
        (body_with('"song"').replace(b"song", b"\xed\xa0\x80"), "not_utf8"),
    ],
    ids=["BOM", "UTF-16", "raw surrogate"],
)
def test_a_body_in_another_coding_is_refused_as_a_whole(body: bytes, detail: str):
    with pytest.raises(BadJson) as refusal:
        read_values(body)

    assert refusal.value.detail == detail


def test_a_prototype_is_a_field_that_nobody_asked_for(line: OrderLine, sandbox: Sandbox):
    acceptance = steps.confirmed(line, sandbox.hat())
    proto = '"song":"x","__proto__":{"is_admin":true}'
    body = body_with('"x"').replace(b'"song":"x"', proto.encode())

    retrieval = store(body)

    assert (retrieval.status, retrieval.dropped) == ("stored", 1)
    assert songs_stored(acceptance) == ["x"]


def test_the_proof_is_the_hash_of_the_very_bytes_that_came(line: OrderLine, sandbox: Sandbox):
    acceptance = steps.confirmed(line, sandbox.hat())
    body = json.dumps(json.loads(body_with('"x"')), indent=3).encode()

    store(body)

    digest = SealedBlock.objects.get(acceptance=acceptance).digest
    assert digest == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("depth", [33, 1_000, 100_000])
def test_depth_ends_one_reading_and_no_worker(line: OrderLine, sandbox: Sandbox, depth: int):
    deep, good = sandbox.hats(2)
    sick = steps.confirmed(line, deep)
    steps.confirmed(line, good)
    sandbox.faults({"kind": "deep", "depth": depth, "hosts": deep.domain})

    by_status = retrievals.run_batch(at=timezone.now()).by_status

    assert dict(by_status) == {"broken": 1, "stored": 1}
    assert Retrieval.objects.get(debit=debit_of(sick)).problem == "bad_json:too_deep"


@pytest.mark.parametrize(
    ("fault", "status", "problem"),
    [
        ({"kind": "html200"}, "broken", "html"),
        ({"kind": "conditions_unmet"}, "conditions_unmet", ""),
        ({"kind": "status", "status": 204}, "broken", ""),
        ({"kind": "status", "status": 201}, "broken", ""),
        ({"kind": "malformed"}, "broken", "bad_json:malformed"),
        ({"kind": "not_enabled"}, "refused", "not_enabled"),
    ],
    ids=lambda value: str(value.get("status", value["kind"])) if isinstance(value, dict) else None,
)
def test_a_success_that_is_none_has_its_own_state_and_moves_no_money(
    line: OrderLine, sandbox: Sandbox, fault: dict[str, Any], status: str, problem: str
):
    hat = sandbox.hat()
    acceptance = steps.confirmed(line, hat)
    entries = Entry.objects.count()
    sandbox.faults(fault | {"hosts": hat.domain})

    retrievals.run_batch(at=timezone.now())

    retrieval = Retrieval.objects.get()
    assert retrieval.status == status
    assert retrieval.problem.startswith(problem)
    assert not SealedBlock.objects.exists()
    assert Entry.objects.count() == entries
    assert Reward.objects.get(acceptance=acceptance).status in {"held", "released"}


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"bundle":[]}', b'{"bundle":{"plays":{}}}', b'{"bundle":{"plays":[7]}}'],
)
def test_an_answer_of_the_wrong_shape_stores_nothing_and_moves_no_money(
    line: OrderLine, sandbox: Sandbox, body: bytes
):
    steps.confirmed(line, sandbox.hat())
    entries = Entry.objects.count()
    (job,) = leases.claim(limit=1, at=timezone.now())
    try:
        answer = Answer(job=job, values=read_values(body))
    except Exception as refusal:  # noqa: BLE001  # as the engine does, whatever the reader says
        answer = Answer(job=job, problem=type(refusal).__name__)

    storing.store([answer], at=timezone.now())

    assert Retrieval.objects.get().status in {"broken", "empty"}
    assert not SealedBlock.objects.exists()
    assert Entry.objects.count() == entries
