from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from buyers.models import OrderLine
from common.errors import InvalidTransition
from common.models import OutboxMessage
from fulfilment import tasks
from fulfilment.actions import leases, sweeps
from fulfilment.models import Acceptance, DataDebit, Retrieval
from hats.models import HatOwner
from tests.factories import NOON
from tests.fulfilment import steps
from tests.fulfilment.steps import broken_invariants, debit_of, say_yes
from tests.outbox import run_outbox
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def _due_retrieval(line: OrderLine, owner: HatOwner) -> Retrieval:
    """A confirmed yes whose first reading is due at noon; no HAT is behind it."""
    acceptance = say_yes(line, owner, at=NOON)
    Acceptance.objects.update(status="confirmed", confirmed_at=NOON)
    DataDebit.objects.update(status="enabled", next_check_at=NOON + timedelta(days=30))
    OutboxMessage.objects.all().delete()
    return Retrieval.objects.create(debit=debit_of(acceptance), due_at=NOON)


def _waiting_tasks() -> list[str]:
    return sorted(OutboxMessage.objects.filter(status="pending").values_list("task", flat=True))


def test_a_reading_whose_hint_was_lost_is_hinted_again(open_line: OrderLine, owner: HatOwner):
    _due_retrieval(open_line, owner)

    sweeps.sweep(at=NOON)
    sweeps.sweep(at=NOON)

    assert _waiting_tasks() == ["fulfilment.run_retrievals"]


def test_with_nothing_due_nothing_is_hinted(db: None):
    sweeps.sweep(at=NOON)

    assert _waiting_tasks() == []


def test_the_lease_of_a_dead_worker_is_given_to_the_next(open_line: OrderLine, owner: HatOwner):
    retrieval = _due_retrieval(open_line, owner)
    leases.claim(limit=5, at=NOON)

    sweeps.sweep(at=NOON + timedelta(seconds=59))
    retrieval.refresh_from_db()
    assert retrieval.status == "leased"
    sweeps.sweep(at=NOON + timedelta(seconds=61))

    retrieval.refresh_from_db()
    assert (retrieval.status, retrieval.lease, retrieval.attempts) == ("due", None, 1)
    assert _waiting_tasks() == ["fulfilment.run_retrievals"]


def test_what_kills_five_workers_is_parked(open_line: OrderLine, owner: HatOwner):
    retrieval = _due_retrieval(open_line, owner)
    for minute in range(0, 20, 2):
        leases.claim(limit=5, at=NOON + timedelta(minutes=minute))
        sweeps.sweep(at=NOON + timedelta(minutes=minute, seconds=61))

    retrieval.refresh_from_db()
    assert (retrieval.status, retrieval.attempts, retrieval.problem) == ("parked", 5, "worker_died")
    steps_taken = AuditEntry.objects.filter(subject=f"fulfilment.retrieval:{retrieval.pk}")
    assert steps_taken.filter(to_status="leased").count() == 5


def test_a_parked_reading_goes_on_when_a_moderator_says_so(
    open_line: OrderLine, owner: HatOwner, moderator: User
):
    retrieval = _due_retrieval(open_line, owner)
    Retrieval.objects.update(status="parked", attempts=5)

    leases.retry_parked(retrieval=retrieval, by=moderator, at=NOON)

    assert [job.retrieval_id for job in leases.claim(limit=5, at=NOON)] == [retrieval.pk]
    assert AuditEntry.objects.get(actor=moderator).to_status == "due"


def test_only_what_is_parked_is_read_again_on_request(
    open_line: OrderLine, owner: HatOwner, moderator: User
):
    retrieval = _due_retrieval(open_line, owner)
    Retrieval.objects.update(status="stored")

    with pytest.raises(InvalidTransition):
        leases.retry_parked(retrieval=retrieval, by=moderator, at=NOON)

    assert Retrieval.objects.get().status == "stored"


def test_a_yes_nobody_confirmed_lapses_and_the_place_reopens(open_line: OrderLine, owner: HatOwner):
    acceptance = say_yes(open_line, owner, at=NOON)

    sweeps.sweep(at=acceptance.confirm_by)

    acceptance.refresh_from_db()
    open_line.refresh_from_db()
    assert (acceptance.status, open_line.places_taken) == ("lapsed", 0)


def test_due_checks_of_debits_are_hinted_once(open_line: OrderLine, owner: HatOwner):
    say_yes(open_line, owner, at=NOON)
    DataDebit.objects.update(status="proposed", next_check_at=NOON)
    OutboxMessage.objects.all().delete()

    sweeps.sweep(at=NOON)
    sweeps.sweep(at=NOON)

    assert _waiting_tasks() == ["fulfilment.check_debit"]


def test_a_proposal_given_up_by_the_outbox_is_taken_up_again(open_line: OrderLine, owner: HatOwner):
    say_yes(open_line, owner, at=NOON)
    OutboxMessage.objects.update(status="parked")

    sweeps.sweep(at=NOON + timedelta(hours=7))

    assert _waiting_tasks() == ["fulfilment.propose_debit"]


def test_a_trade_goes_from_yes_to_delivery_with_nothing_but_the_rows(sandbox: Sandbox):
    line = steps.funded_line()
    for hat in sandbox.hats(10):
        hat.write(steps.ENDPOINT, steps.play(1))
        acceptance = say_yes(line, hat.connected())
        run_outbox()
        hat.confirm(acceptance.uid)
    OutboxMessage.objects.all().delete()  # every hint is lost
    DataDebit.objects.update(next_check_at=timezone.now())

    tasks.sweep()
    run_outbox()

    line.refresh_from_db()
    assert line.people_delivered == 10
    assert broken_invariants() == []
