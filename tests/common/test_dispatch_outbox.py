"""The relay: one round, with a broker that answers and with one that does not."""

import signal
from contextlib import suppress
from datetime import timedelta

import pytest
from celery import Celery, current_app
from django.core.management import call_command
from django.utils import timezone

from common import outbox
from common.management.commands.dispatch_outbox import TASK
from common.models import OutboxMessage, OutboxStatus
from marketplace.celery import app

# The command gives its connection back between rounds, so it cannot share a test's transaction.
pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "relay-test"


@pytest.fixture(autouse=True)
def _signals_as_before():
    """The command takes the signals of its process; here that is the tests'."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def broker():
    """A queue of its own on the broker that answers; yields what lies in it."""
    app.conf.task_default_queue, former = QUEUE, app.conf.task_default_queue
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue(QUEUE)
        queue.clear()

        def lying() -> list[int]:
            found = []
            with suppress(queue.Empty):
                while True:
                    message = queue.get(block=False)
                    message.ack()
                    assert message.headers["task"] == TASK
                    found.append(message.payload[0][0])
            return found

        yield lying
        queue.clear()
        queue.close()
    app.conf.task_default_queue = former


@pytest.fixture
def no_broker(tmp_path, monkeypatch):
    """Nobody listens where the broker should be."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery heeds it above all
    deaf = Celery("deaf", broker=f"redis+socket://{tmp_path}/nobody.sock", set_as_current=True)
    deaf.conf.broker_transport_options = {"max_retries": 0, "interval_start": 0}
    yield
    current_app.close()
    app.set_current()


def test_one_round_hands_the_numbers_of_due_messages_to_the_workers(broker):
    outbox.enqueue("tests.note", thing_id=1)
    outbox.enqueue("tests.note", thing_id=2)

    call_command("dispatch_outbox", "--once")

    numbers = list(OutboxMessage.objects.order_by("pk").values_list("pk", flat=True))
    assert sorted(broker()) == numbers
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {OutboxStatus.LEASED}


def test_what_is_not_due_is_not_handed_on(broker):
    outbox.enqueue("tests.note", due_at=timezone.now() + timedelta(hours=1), thing_id=1)

    call_command("dispatch_outbox", "--once")

    assert broker() == []
    assert OutboxMessage.objects.get().status == OutboxStatus.PENDING


def test_without_a_broker_everything_is_given_back_at_once(no_broker):
    outbox.enqueue("tests.note", thing_id=1)
    outbox.enqueue("tests.note", thing_id=2)

    call_command("dispatch_outbox", "--once")

    left = OutboxMessage.objects.values_list("status", "leased_until", "attempts")
    assert list(left) == [(OutboxStatus.PENDING, None, 0)] * 2
    assert len(outbox.claim_due(limit=10, at=timezone.now())) == 2
