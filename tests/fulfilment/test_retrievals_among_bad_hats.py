"""T25, T26, T30: HATs that are slow or heavy keep neither time nor memory from the others."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from buyers.models import OrderLine
from fulfilment.actions import retrievals
from fulfilment.models import Acceptance, Retrieval, SealedBlock
from hats.room import LARGE_BYTES
from tests.fulfilment import steps
from tests.fulfilment.steps import ENDPOINT, debit_of, play
from tests.sandbox import Sandbox, SandboxHat

SLOW_SECONDS = 3


@pytest.fixture
def line(db) -> OrderLine:
    return steps.funded_line()


def _slow(sandbox: Sandbox, *hats: SandboxHat) -> None:
    hosts = [hat.domain for hat in hats]
    sandbox.faults({"kind": "slow", "seconds": SLOW_SECONDS, "hosts": hosts})


def _run() -> float:
    """Seconds until nothing was due any more."""
    began = time.monotonic()
    retrievals.run_until_idle(clock=timezone.now, seconds=60)
    return time.monotonic() - began


def _stored_at(acceptance: Acceptance) -> float:
    """Seconds ago."""
    block = SealedBlock.objects.get(acceptance=acceptance)
    return (timezone.now() - block.stored_at).total_seconds()


def test_slow_hats_do_not_keep_the_places_of_others(
    line: OrderLine, sandbox: Sandbox, settings: Settings
):
    settings.RETRIEVAL_CONCURRENCY = 2
    slow, good = sandbox.hats(4), sandbox.hats(2)
    for hat in slow:
        steps.confirmed(line, hat)
    waiting = [steps.confirmed(line, hat) for hat in good]
    _slow(sandbox, *slow)

    seconds = _run()

    assert SealedBlock.objects.count() == len(slow) + len(good)
    assert seconds < 2 * SLOW_SECONDS, "two at a time would take twice as long"
    assert all(_stored_at(one) > 1 for one in waiting), "stored before the slow ones"


def test_what_has_arrived_is_written_while_a_slow_hat_keeps_the_run(
    line: OrderLine, sandbox: Sandbox
):
    slow, good = sandbox.hats(2)
    steps.confirmed(line, slow)
    quick = steps.confirmed(line, good)
    _slow(sandbox, slow)

    _run()

    assert _stored_at(quick) > SLOW_SECONDS - 1


@pytest.mark.django_db(transaction=True)
def test_what_becomes_due_while_a_slow_hat_keeps_the_run_is_read_meanwhile(sandbox: Sandbox):
    line = steps.funded_line()
    slow, good = sandbox.hats(2)
    steps.confirmed(line, slow)
    later = steps.confirmed(line, good)
    Retrieval.objects.filter(debit=debit_of(later)).update(
        due_at=timezone.now() + timedelta(seconds=1)
    )
    _slow(sandbox, slow)

    _run()

    assert _stored_at(later) > 1


def test_large_answers_are_written_after_the_usual_ones(
    line: OrderLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retrievals, "_WRITE_WHEN_SILENT_SECONDS", 30)
    monkeypatch.setattr(retrievals, "_LARGE_WAITS_SECONDS", 30)
    heavy, *usual = sandbox.hats(4)
    heavy.write(ENDPOINT, play(1) | {"track": {"name": "la" * LARGE_BYTES}})
    large = steps.confirmed(line, heavy, plays=1)
    small = [steps.confirmed(line, hat) for hat in usual]

    _run()

    assert all(_stored_at(one) > _stored_at(large) for one in small)


def test_large_answers_take_turns_and_are_all_stored(
    line: OrderLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retrievals, "_LARGE_ANSWERS_BYTES", LARGE_BYTES)
    for hat in sandbox.hats(4):
        long = play(1) | {"track": {"name": "la" * LARGE_BYTES}}
        hat.write(ENDPOINT, long)
        steps.confirmed(line, hat, plays=1)

    _run()

    assert SealedBlock.objects.count() == 4


def test_memory_for_large_answers_is_given_back_by_broken_ones_too(
    line: OrderLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retrievals, "_LARGE_ANSWERS_BYTES", LARGE_BYTES)
    hats = sandbox.hats(6)
    for hat in hats:
        hat.write(ENDPOINT, play(1) | {"track": {"name": "la" * LARGE_BYTES}})
        steps.confirmed(line, hat, plays=1)
    sandbox.faults({"kind": "malformed", "hosts": [hat.domain for hat in hats[::2]]})

    _run()

    assert SealedBlock.objects.count() == 3
    assert Retrieval.objects.filter(status="broken").count() == 3
