import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Notification
from buyers.models import OrderLine
from common import sealing
from fulfilment.actions import debits, leases, retrievals, storing
from fulfilment.actions.readings import Answer
from fulfilment.models import (
    Acceptance,
    DataDebit,
    Dataset,
    Retrieval,
    Reward,
    SealedBlock,
)
from hats.answers import read_values
from hats.models import HatCredential, HatOwner, HatOwnerStatus
from ledger.queries import line_money
from offers.models import Collection
from tests import factories
from tests.fulfilment import steps
from tests.fulfilment.steps import ENDPOINT, broken_invariants, debit_of, play
from tests.outbox import run_outbox
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> OrderLine:
    return steps.funded_line()


def _run(*, later: timedelta = timedelta()) -> dict[str, int]:
    return dict(retrievals.run_batch(at=timezone.now() + later).by_status)


def _opened(block: SealedBlock) -> dict[str, list[dict[str, Any]]]:
    acceptance = block.acceptance
    key = sealing.unwrap(
        bytes(acceptance.data_key.wrapped or b""), context=f"acceptance:{acceptance.uid}"
    )
    context = f"block:{acceptance.uid}:{block.retrieval_id}"
    plain: dict[str, list[dict[str, Any]]] = orjson.loads(
        sealing.unseal(bytes(block.sealed), data_key=key, context=context)
    )
    return plain


def _statuses(line: OrderLine) -> dict[str, int]:
    found = [row.status for row in Acceptance.objects.filter(order_line=line)]
    return {status: found.count(status) for status in found}


# -- what is stored ---------------------------------------------------------------------------


def test_only_the_fields_agreed_to_are_sealed_under_the_persons_key(
    line: OrderLine, sandbox: Sandbox
):
    acceptance = steps.confirmed(line, sandbox.hat(), plays=2)

    assert _run() == {"stored": 1}

    block = SealedBlock.objects.get(acceptance=acceptance)
    (newest, oldest) = _opened(block)["plays"]
    assert newest["d"] == {"at": "2026-11-02T20:00:00.000Z", "song": "Song 1"}
    assert oldest["d"] == {"at": "2026-11-01T20:00:00.000Z", "song": "Song 0"}
    assert newest["e"] == ENDPOINT
    assert block.records == Retrieval.objects.get().records == 2
    assert len(block.digest) == 64


def test_more_than_was_agreed_is_dropped_and_counted(line: OrderLine, sandbox: Sandbox):
    hat = sandbox.hat()
    steps.confirmed(line, hat, plays=1)
    sandbox.faults({"kind": "over_delivery", "hosts": [hat.domain]})

    assert _run() == {"stored": 1}

    assert Retrieval.objects.get().dropped > 0
    opened = _opened(SealedBlock.objects.get())
    assert list(opened) == ["plays"]
    assert all(set(record["d"]) <= {"at", "song"} for record in opened["plays"])


def test_reading_again_is_harmless(line: OrderLine, sandbox: Sandbox):
    hat = sandbox.hat()
    acceptance = steps.confirmed(line, hat)

    _run()
    assert _run() == {}

    assert SealedBlock.objects.count() == 1
    assert hat.books()["debits"][str(acceptance.uid)]["pulls"] == 1


def test_the_platforms_token_is_kept_sealed_and_used_again(line: OrderLine, sandbox: Sandbox):
    steps.confirmed(line, sandbox.hat())
    kept = HatCredential.objects.get()

    _run()

    assert b"eyJ" not in bytes(kept.sealed_token)
    assert HatCredential.objects.get().renewed_at == kept.renewed_at


def test_a_hat_that_signs_with_another_key_is_frozen_and_not_read(
    line: OrderLine, sandbox: Sandbox
):
    hat = sandbox.hat()
    steps.confirmed(line, hat)
    sandbox.faults({"kind": "rotate_key", "hosts": [hat.domain]})

    assert _run() == {"broken": 1}
    run_outbox(rounds=2)

    assert HatOwner.objects.get().status == HatOwnerStatus.FROZEN
    assert not SealedBlock.objects.exists()
    assert Retrieval.objects.get().problem in {"changed_key", "hat_not_connected"}


# -- the group --------------------------------------------------------------------------------


def test_below_the_smallest_group_nothing_counts_as_delivered(line: OrderLine, sandbox: Sandbox):
    steps.many_confirmed(line, sandbox, count=9)

    assert _run() == {"stored": 9}

    line.refresh_from_db()
    assert _statuses(line) == {"confirmed": 9}
    assert line.people_delivered == 0
    assert set(Reward.objects.values_list("status", flat=True)) == {"held"}
    assert not Dataset.objects.exists()
    assert line_money(line.reference).rewards.minor_units == 0


def test_the_one_who_completes_the_group_delivers_for_all(line: OrderLine, sandbox: Sandbox):
    steps.many_confirmed(line, sandbox, count=9)
    _run()
    steps.confirmed(line, sandbox.hat())

    assert _run() == {"stored": 1}

    line.refresh_from_db()
    money = line_money(line.reference)
    assert _statuses(line) == {"fulfilled": 10}
    assert line.people_delivered == 10
    assert set(Reward.objects.values_list("status", flat=True)) == {"earned"}
    assert Dataset.objects.get().order_line == line
    assert money.rewards == line.reward.times(10)
    assert money.held == line.price_of_place.times(2)


def test_after_the_group_is_complete_each_one_delivers_at_once(line: OrderLine, sandbox: Sandbox):
    steps.many_confirmed(line, sandbox, count=10)
    _run()
    late = steps.confirmed(line, sandbox.hat())

    _run()

    line.refresh_from_db()
    late.refresh_from_db()
    assert late.status == "fulfilled"
    assert late.delivered_at is not None
    assert line.people_delivered == 11


# -- HATs that give nothing -------------------------------------------------------------------


def test_a_hat_without_such_data_ends_a_single_reading_and_frees_the_place(
    line: OrderLine, sandbox: Sandbox
):
    acceptance = steps.confirmed(line, sandbox.hat(), plays=0)

    assert _run() == {"empty": 1}

    acceptance.refresh_from_db()
    line.refresh_from_db()
    assert (acceptance.status, line.places_taken) == ("ended", 0)
    assert Reward.objects.get().status == "released"
    assert not SealedBlock.objects.exists()


def test_unmet_conditions_end_a_single_reading_unpaid(line: OrderLine, sandbox: Sandbox):
    hat = sandbox.hat()
    acceptance = steps.confirmed(line, hat)
    sandbox.faults({"kind": "conditions_unmet", "hosts": [hat.domain]})

    assert _run() == {"conditions_unmet": 1}

    acceptance.refresh_from_db()
    assert acceptance.status == "ended"
    assert line_money(line.reference).rewards.minor_units == 0


def test_a_debit_switched_off_on_the_hat_is_refused_and_followed(line: OrderLine, sandbox: Sandbox):
    hat = sandbox.hat()
    acceptance = steps.confirmed(line, hat)
    hat.switch_off(acceptance.uid)

    assert _run() == {"refused": 1}

    debits.check_debit(debit=debit_of(acceptance), at=timezone.now() + timedelta(seconds=5))
    assert debit_of(acceptance).status == "disabled"
    assert not SealedBlock.objects.exists()


def test_a_frozen_hat_is_not_asked_and_the_attempt_does_not_count(
    line: OrderLine, sandbox: Sandbox
):
    hat = sandbox.hat()
    steps.confirmed(line, hat)
    HatOwner.objects.update(status=HatOwnerStatus.FROZEN)

    assert _run() == {"broken": 1}

    retrieval = Retrieval.objects.get()
    assert (retrieval.problem, retrieval.attempts) == ("hat_not_connected", 0)
    assert hat.books()["pulls"] == 0


# -- bad HATs among good ones -----------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "down"},
        {"kind": "reset"},
        {"kind": "status", "status": 500},
        {"kind": "slow", "seconds": 20},
        {"kind": "drip", "seconds": 0.4},
        {"kind": "endless"},
        {"kind": "html200"},
        {"kind": "malformed"},
        {"kind": "deep"},
        {"kind": "bomb", "megabytes": 5},
        {"kind": "wrong_length"},
        {"kind": "redirect"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_bad_hat_stops_none_of_its_neighbours(
    line: OrderLine, sandbox: Sandbox, settings: Settings, fault: dict[str, Any]
):
    settings.HAT_TOTAL_TIMEOUT_SECONDS = 2
    bad, good, better = sandbox.hats(3)
    sick = steps.confirmed(line, bad)
    for hat in (good, better):
        steps.confirmed(line, hat)
    sandbox.faults(fault | {"hosts": [bad.domain]})

    assert _run() == {"stored": 2, "broken": 1}

    retrieval = Retrieval.objects.get(debit=debit_of(sick))
    assert retrieval.attempts == 1
    assert retrieval.problem
    assert retrieval.due_at > timezone.now()
    assert not SealedBlock.objects.filter(acceptance=sick).exists()


def test_a_record_that_cannot_be_kept_is_put_aside_and_counted(line: OrderLine, sandbox: Sandbox):
    hat = sandbox.hat()
    steps.confirmed(line, hat)
    sandbox.faults({"kind": "number_bomb", "hosts": [hat.domain]})

    _run()

    retrieval = Retrieval.objects.get()
    assert retrieval.quarantined + (retrieval.status == "broken") > 0


def test_what_fails_five_times_is_parked_and_moderators_are_told_once(
    line: OrderLine, sandbox: Sandbox
):
    moderator = factories.make_moderator()
    hats = sandbox.hats(2)
    for hat in hats:
        steps.confirmed(line, hat)
    sandbox.faults({"kind": "html200", "hosts": [hat.domain for hat in hats]})

    outcomes = [_run(later=timedelta(days=day)) for day in range(6)]

    assert outcomes == [{"broken": 2}] * 4 + [{"parked": 2}, {}]
    assert broken_invariants() == []
    assert set(Retrieval.objects.values_list("status", "attempts")) == {("parked", 5)}
    assert Notification.objects.filter(user=moderator).count() == 1


def test_a_line_whose_money_is_missing_stops_no_other_line(sandbox: Sandbox):
    poor = factories.make_line(
        steps.plays_version(), places=12, closes_at=timezone.now() + timedelta(days=9)
    )
    rich = steps.funded_line()
    for line in (poor, rich):
        steps.many_confirmed(line, sandbox, count=10)

    assert _run() == {"stored": 19, "broken": 1}

    poor.refresh_from_db()
    rich.refresh_from_db()
    assert (poor.people_delivered, rich.people_delivered) == (0, 10)
    assert Retrieval.objects.get(status="broken").problem == "cannot_be_stored"


# -- leases -----------------------------------------------------------------------------------


def _answer(job: leases.Job) -> Answer:
    body = {"plays": [{"endpoint": ENDPOINT, "recordId": "1", "data": {"song": "Slow Train"}}]}
    return Answer(job=job, values=read_values(orjson.dumps({"bundle": body})))


def test_the_answer_of_a_worker_that_lost_its_lease_is_dropped(line: OrderLine, sandbox: Sandbox):
    steps.confirmed(line, sandbox.hat())
    at = timezone.now()
    (slow,) = leases.claim(limit=10, at=at)
    leases.free_expired(at=at + timedelta(minutes=2))
    (quick,) = leases.claim(limit=10, at=at + timedelta(minutes=2))

    assert storing.store([_answer(slow)], at=at + timedelta(minutes=2)) == []
    assert len(storing.store([_answer(quick)], at=at + timedelta(minutes=2))) == 1

    assert SealedBlock.objects.count() == 1
    assert Retrieval.objects.get().attempts == 2


def test_the_same_answer_written_twice_is_stored_once(line: OrderLine, sandbox: Sandbox):
    steps.confirmed(line, sandbox.hat())
    at = timezone.now()
    jobs = leases.claim(limit=10, at=at)

    for _ in range(2):
        storing.store([_answer(job) for job in jobs], at=at)

    assert SealedBlock.objects.count() == 1


def test_a_job_is_agreed_to_again_just_before_the_request(line: OrderLine, sandbox: Sandbox):
    acceptance = steps.confirmed(line, sandbox.hat())
    at = timezone.now()
    jobs = leases.claim(limit=10, at=at)
    DataDebit.objects.filter(acceptance=acceptance).update(status="disabled")

    with leases.agreed(jobs, at=at) as forbidden:
        assert list(forbidden.values()) == ["not_agreed"]


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_read_each_hat_once(sandbox: Sandbox, settings: Settings):
    settings.RETRIEVAL_BATCH = 3
    line = steps.funded_line()
    hats = sandbox.hats(12)
    people = [steps.confirmed(line, hat) for hat in hats]
    ready = threading.Barrier(3)

    def work(_: int) -> int:
        ready.wait()
        try:
            return retrievals.run_until_idle(clock=timezone.now, seconds=10).stored
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        stored = list(pool.map(work, range(3)))

    line.refresh_from_db()
    assert sum(stored) == SealedBlock.objects.count() == 12
    pulls = [
        hat.books()["debits"][str(person.uid)]["pulls"]
        for hat, person in zip(hats, people, strict=True)
    ]
    assert pulls == [1] * 12
    assert line.people_delivered == 12
    assert broken_invariants() == []


# -- collections that go on -------------------------------------------------------------------


def _daily_line() -> OrderLine:
    return steps.funded_line(steps.plays_version(collection=Collection.DAILY, period_days=3))


def test_a_single_collection_is_read_exactly_once(line: OrderLine, sandbox: Sandbox):
    steps.confirmed(line, sandbox.hat())

    _run()

    assert _run(later=timedelta(days=8)) == {}
    assert Retrieval.objects.count() == 1


def test_a_daily_collection_stores_only_what_is_new(sandbox: Sandbox):
    hat = sandbox.hat()
    steps.confirmed(_daily_line(), hat, plays=2)
    assert _run() == {"stored": 1}
    hat.write(ENDPOINT, play(7))

    assert _run(later=timedelta(days=1)) == {"stored": 1}

    first, second = SealedBlock.objects.order_by("pk")
    assert len(_opened(first)["plays"]) == 2
    assert [record["d"]["song"] for record in _opened(second)["plays"]] == ["Song 7"]


def test_a_daily_collection_without_news_goes_on(sandbox: Sandbox):
    acceptance = steps.confirmed(_daily_line(), sandbox.hat())
    _run()

    assert _run(later=timedelta(days=1)) == {"empty": 1}

    acceptance.refresh_from_db()
    assert acceptance.status == "confirmed"
    assert Retrieval.objects.get(number=3).status == "due"


def test_a_collection_ends_with_the_debit(sandbox: Sandbox):
    steps.confirmed(_daily_line(), sandbox.hat())

    outcomes = [_run(later=timedelta(days=day)) for day in range(5)]

    assert [sum(outcome.values()) for outcome in outcomes] == [1, 1, 1, 0, 0]


def test_nothing_follows_on_a_debit_that_was_switched_off(sandbox: Sandbox):
    acceptance = steps.confirmed(_daily_line(), sandbox.hat())
    jobs = leases.claim(limit=1, at=timezone.now())
    DataDebit.objects.filter(acceptance=acceptance).update(status="disabled")

    storing.store([_answer(job) for job in jobs], at=timezone.now())

    assert Retrieval.objects.count() == 1


def test_a_run_stops_beginning_when_its_time_is_over(line: OrderLine, sandbox: Sandbox):
    steps.confirmed(line, sandbox.hat())
    times = iter([timezone.now(), *[timezone.now() + timedelta(hours=1)] * 9])

    result = retrievals.run_until_idle(clock=lambda: next(times), seconds=5)

    assert result.claimed == 0
