"""The outbox delivers at least once, remembers why not, and never runs what is not its turn."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common import outbox
from common.models import OutboxMessage, OutboxStatus
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran():
    """What the effect ``tests.note`` was called with."""
    calls: list[int] = []
    outbox.handler("tests.note")(lambda *, thing_id: calls.append(thing_id))
    return calls


def _the_message() -> OutboxMessage:
    return OutboxMessage.objects.get()


def test_a_message_is_delivered_once_and_then_done(ran):
    outbox.enqueue("tests.note", thing_id=7)

    run_outbox()
    run_outbox()

    assert ran == [7]
    assert _the_message().status == OutboxStatus.DONE


@pytest.mark.django_db(transaction=True)
def test_a_message_of_a_rolled_back_transaction_never_existed(ran):
    with transaction.atomic():
        outbox.enqueue("tests.note", thing_id=7)
        transaction.set_rollback(True)

    assert run_outbox() == 0
    assert ran == []


def test_messages_of_one_key_coalesce_while_pending(ran):
    outbox.enqueue("tests.note", key="7", thing_id=7)
    outbox.enqueue("tests.note", key="7", thing_id=7)

    run_outbox()

    assert ran == [7]


def test_a_message_hinted_twice_runs_once(ran):
    outbox.enqueue("tests.note", thing_id=7)
    [number] = outbox.claim_due(limit=10, at=timezone.now())

    outbox.deliver(number)
    outbox.deliver(number)

    assert ran == [7]


def test_a_number_that_nobody_claimed_runs_nothing(ran):
    outbox.enqueue("tests.note", thing_id=7)

    outbox.deliver(_the_message().pk)

    assert ran == []


def test_a_lost_hint_is_claimed_again_when_its_lease_has_run_out(ran):
    outbox.enqueue("tests.note", thing_id=7)
    outbox.claim_due(limit=10, at=timezone.now())

    assert outbox.claim_due(limit=10, at=timezone.now()) == []
    assert len(outbox.claim_due(limit=10, at=timezone.now() + timedelta(seconds=61))) == 1


def test_what_could_not_be_hinted_is_due_at_once():
    outbox.enqueue("tests.note", thing_id=7)
    claimed = outbox.claim_due(limit=10, at=timezone.now())

    outbox.release(claimed)

    assert outbox.claim_due(limit=10, at=timezone.now()) == claimed


class Busy(outbox.Retry):
    code = "busy"
    after_seconds = 120


def test_an_effect_that_asks_for_a_retry_waits_as_long_as_it_says():
    def busy(*, thing_id: int) -> None:
        raise Busy

    outbox.handler("tests.busy")(busy)
    outbox.enqueue("tests.busy", thing_id=7)
    began = timezone.now()

    run_outbox(rounds=1)

    message = _the_message()
    assert (message.status, message.last_problem) == (OutboxStatus.PENDING, "busy")
    assert message.due_at >= began + timedelta(seconds=120)


def test_an_effect_that_fails_keeps_no_text_of_the_failure(caplog):
    def fail(*, thing_id: int) -> None:
        raise ValueError("Robin Vale, 3 Mill Lane")

    outbox.handler("tests.fail")(fail)
    outbox.enqueue("tests.fail", thing_id=7)

    run_outbox(rounds=1)

    assert _the_message().last_problem == "unexpected"


def test_a_message_is_parked_after_its_last_attempt():
    def fail(*, thing_id: int) -> None:
        raise Busy

    outbox.handler("tests.fail")(fail)
    outbox.enqueue("tests.fail", thing_id=7)
    OutboxMessage.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)

    run_outbox(rounds=1)

    assert _the_message().status == OutboxStatus.PARKED


def test_a_message_for_an_unknown_effect_is_parked():
    outbox.enqueue("tests.nobody_knows", thing_id=7)

    run_outbox()

    assert (_the_message().status, _the_message().last_problem) == ("parked", "unknown_task")


def test_a_failed_message_keeps_its_key_so_that_equal_ones_still_coalesce():
    def fail(*, thing_id: int) -> None:
        raise Busy

    outbox.handler("tests.fail")(fail)
    outbox.enqueue("tests.fail", key="7", thing_id=7)
    run_outbox(rounds=1)

    outbox.enqueue("tests.fail", key="7", thing_id=7)

    assert OutboxMessage.objects.count() == 1
