import random
import threading
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEntry, Notification
from buyers.actions import lines
from buyers.models import OrderLine
from common import events
from common.errors import InvalidTransition
from fulfilment.actions import acceptances, leases, retrievals
from fulfilment.models import (
    Acceptance,
    ConsentEvent,
    DataKey,
    RemovalNotice,
    Retrieval,
    Reward,
    SealedBlock,
)
from hats.models import HatOwner
from ledger.queries import line_money
from tests import factories
from tests.factories import NOON
from tests.fulfilment import steps
from tests.fulfilment.steps import broken_invariants, debit_of, say_yes
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def _withdraw(acceptance: Acceptance, *, at: datetime | None = None) -> Acceptance:
    return acceptances.withdraw_acceptance(acceptance=acceptance, at=at or timezone.now())


# -- before the first delivery ----------------------------------------------------------------


def test_before_the_delivery_everything_goes_back(open_line: OrderLine, owner: HatOwner):
    acceptance = say_yes(open_line, owner, at=NOON)

    _withdraw(acceptance, at=NOON + timedelta(days=1))

    acceptance.refresh_from_db()
    open_line.refresh_from_db()
    assert (acceptance.status, acceptance.holds_place) == ("withdrawn", False)
    assert open_line.places_taken == 0
    assert Reward.objects.get().status == "released"
    assert debit_of(acceptance).status == "ended"
    assert debit_of(acceptance).next_check_at is None


def test_the_key_is_destroyed_and_the_consent_says_when_it_ended(
    open_line: OrderLine, owner: HatOwner
):
    acceptance = say_yes(open_line, owner, at=NOON)

    _withdraw(acceptance, at=NOON + timedelta(days=1))

    key = DataKey.objects.get()
    assert (key.wrapped, key.destroyed_at) == (None, NOON + timedelta(days=1))
    assert list(ConsentEvent.objects.order_by("pk").values_list("kind", "at")) == [
        ("given", NOON),
        ("withdrawn", NOON + timedelta(days=1)),
    ]


def test_the_last_place_given_back_opens_the_line_again(owner: HatOwner):
    line = factories.make_line(places=20)
    OrderLine.objects.filter(pk=line.pk).update(places_taken=19)
    acceptance = say_yes(line, owner, at=NOON)

    _withdraw(acceptance, at=NOON + timedelta(days=1))

    line.refresh_from_db()
    assert (line.status, line.places_taken) == ("open", 19)


def test_stopping_twice_is_stopping_once(open_line: OrderLine, owner: HatOwner):
    acceptance = say_yes(open_line, owner, at=NOON)

    for _ in range(2):
        _withdraw(acceptance, at=NOON + timedelta(days=1))

    open_line.refresh_from_db()
    assert open_line.places_taken == 0
    assert ConsentEvent.objects.filter(kind="withdrawn").count() == 1
    assert Notification.objects.filter(user=owner.user).count() == 1


def test_a_lapsed_yes_cannot_be_stopped(open_line: OrderLine, owner: HatOwner):
    acceptance = say_yes(open_line, owner, at=NOON)
    acceptances.lapse_unconfirmed(at=NOON + timedelta(days=15))

    with pytest.raises(InvalidTransition):
        _withdraw(acceptance, at=NOON + timedelta(days=16))

    assert ConsentEvent.objects.filter(kind="withdrawn").count() == 0


def test_the_withdrawal_is_the_owners_own_act_in_the_record(open_line: OrderLine, owner: HatOwner):
    acceptance = say_yes(open_line, owner, at=NOON)

    _withdraw(acceptance)

    entry = AuditEntry.objects.get(action="acceptance.withdrawn")
    assert (entry.actor, entry.owner_user) == (owner.user, owner.user)
    assert (entry.from_status, entry.to_status) == ("accepted", "withdrawn")


# -- with real HATs ---------------------------------------------------------------------------


def test_a_reading_still_to_come_is_refused_and_the_hat_is_not_asked(sandbox: Sandbox):
    hat = sandbox.hat()
    acceptance = steps.confirmed(steps.funded_line(), hat)

    _withdraw(acceptance)

    assert retrievals.run_batch(at=timezone.now()).claimed == 0
    assert Retrieval.objects.get().status == "refused"
    assert hat.books()["pulls"] == 0


def test_after_the_delivery_the_reward_stays_and_the_buyer_must_remove_the_rows(sandbox: Sandbox):
    line = steps.funded_line()
    people = steps.many_confirmed(line, sandbox, count=10)
    retrievals.run_batch(at=timezone.now())

    _withdraw(people[0])

    line.refresh_from_db()
    assert (line.places_taken, line.people_delivered) == (10, 10)
    assert Reward.objects.get(acceptance=people[0]).status == "earned"
    assert line_money(line.reference).rewards == line.reward.times(10)
    assert DataKey.objects.get(acceptance=people[0]).wrapped is None


def test_before_the_group_is_complete_nobody_has_rows_to_remove(sandbox: Sandbox):
    line = steps.funded_line()
    people = steps.many_confirmed(line, sandbox, count=9)
    retrievals.run_batch(at=timezone.now())

    _withdraw(people[0])
    steps.confirmed(line, sandbox.hat())
    retrievals.run_batch(at=timezone.now())

    line.refresh_from_db()
    assert line.people_delivered == 0
    assert not RemovalNotice.objects.exists()


def test_a_claimed_reading_is_given_up_before_the_request(sandbox: Sandbox):
    acceptance = steps.confirmed(steps.funded_line(), sandbox.hat())
    jobs = leases.claim(limit=5, at=timezone.now())

    _withdraw(acceptance)

    with leases.agreed(jobs, at=timezone.now()) as forbidden:
        assert list(forbidden.values()) == ["not_agreed"]


def _run_beside(seconds: float) -> threading.Thread:
    def work() -> None:
        try:
            retrievals.run_until_idle(clock=timezone.now, seconds=seconds)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    return worker


@pytest.mark.django_db(transaction=True)
def test_an_answer_in_flight_is_thrown_away(sandbox: Sandbox):
    hat = sandbox.hat()
    acceptance = steps.confirmed(steps.funded_line(), hat)
    sandbox.faults({"kind": "slow", "seconds": 1, "hosts": [hat.domain]})
    worker = _run_beside(5)
    while not Retrieval.objects.filter(status="leased").exists():
        time.sleep(0.02)
    time.sleep(0.3)

    _withdraw(acceptance)
    worker.join()

    assert not SealedBlock.objects.exists()
    assert Retrieval.objects.get().status == "refused"


@pytest.mark.django_db(transaction=True)
def test_withdrawals_at_any_moment_of_a_run_leave_nothing_behind(
    sandbox: Sandbox, settings: Settings
):
    settings.RETRIEVAL_CONCURRENCY = settings.RETRIEVAL_BATCH = 4
    line = steps.funded_line(places=16)
    hats = sandbox.hats(16)
    people = [steps.confirmed(line, hat) for hat in hats]
    sandbox.faults({"kind": "slow", "seconds": 0.05})
    chance = random.Random(7)  # noqa: S311  # the same moments each time
    worker = _run_beside(10)

    stopped = chance.sample(range(16), 8)
    for number in stopped:
        time.sleep(chance.uniform(0, 0.05))
        _withdraw(people[number])
    worker.join()

    for number in stopped:
        person = Acceptance.objects.get(pk=people[number].pk)
        # Who was in flight may have been asked; who was not yet claimed never is.
        dropped = AuditEntry.objects.filter(owner_user=person.hat_owner.user, to_status="refused")
        was = dropped.values_list("from_status", flat=True).first()
        assert hats[number].books()["pulls"] <= (0 if was == "due" else 1)
        assert person.data_key.wrapped is None
        stored = SealedBlock.objects.filter(acceptance=person)
        assert not stored.filter(stored_at__gt=person.withdrawn_at).exists()
    assert broken_invariants() == []


# -- lines that close, HATs that are frozen ---------------------------------------------------


def test_a_closing_line_gives_back_the_places_nobody_confirmed(owner: HatOwner):
    line = steps.funded_line()
    acceptance = say_yes(line, owner)

    lines.close_line(order_line=line, at=timezone.now())

    acceptance.refresh_from_db()
    line.refresh_from_db()
    assert (acceptance.status, line.places_taken, line.status) == ("lapsed", 0, "closed")


def test_a_group_that_can_no_longer_be_reached_ends_for_all_with_their_data(sandbox: Sandbox):
    line = steps.funded_line()
    people = steps.many_confirmed(line, sandbox, count=3)
    retrievals.run_batch(at=timezone.now())

    lines.close_line(order_line=line, at=timezone.now())

    line.refresh_from_db()
    assert {a.status for a in Acceptance.objects.all()} == {"ended"}
    assert line.places_taken == 0
    assert not DataKey.objects.filter(wrapped__isnull=False).exists()
    assert set(Reward.objects.values_list("status", flat=True)) == {"released"}
    assert Notification.objects.filter(notice="acceptance_ended").count() == len(people)


def test_a_group_on_its_way_is_still_delivered_after_the_closing(sandbox: Sandbox):
    line = steps.funded_line()
    steps.many_confirmed(line, sandbox, count=10)
    lines.close_line(order_line=line, at=timezone.now())

    retrievals.run_batch(at=timezone.now())

    line.refresh_from_db()
    assert (line.status, line.people_delivered) == ("closed", 10)


def test_the_last_hope_of_a_closed_line_gone_all_places_go_back(sandbox: Sandbox):
    line = steps.funded_line()
    steps.many_confirmed(line, sandbox, count=9)
    steps.confirmed(line, sandbox.hat(), plays=0)
    lines.close_line(order_line=line, at=timezone.now())

    retrievals.run_batch(at=timezone.now())

    line.refresh_from_db()
    assert {a.status for a in Acceptance.objects.all()} == {"ended"}
    assert (line.places_taken, line.people_delivered) == (0, 0)


def test_a_hat_that_is_frozen_in_flight_is_not_believed(sandbox: Sandbox):
    acceptance = steps.confirmed(steps.funded_line(), sandbox.hat())
    leases.claim(limit=5, at=timezone.now())

    events.publish(events.HatFrozen(acceptance.hat_owner_id, timezone.now()))

    retrieval = Retrieval.objects.get()
    assert (retrieval.status, retrieval.problem) == ("broken", "hat_not_connected")
    assert (retrieval.attempts, retrieval.lease) == (0, None)
