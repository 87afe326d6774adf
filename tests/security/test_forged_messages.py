"""T84: whoever writes to the broker can wake a worker, and nothing more."""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Notification
from common import outbox
from common.management.commands.dispatch_outbox import TASK
from common.models import OutboxMessage, OutboxStatus
from marketplace.celery import app
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]
QUEUE = "forged"
WITHIN_SECONDS = 30


class Payload:
    """What runs a program as soon as it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self):
        return os.system, (f"touch {self.proof}",)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A real worker, on this queue and on the tests' database."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    options = ["-P", "solo", "-Q", QUEUE, "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "celery", "-A", "marketplace.celery", "worker", *options],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)


@pytest.fixture
def broker():
    with app.connection_for_write() as broker:
        queue = broker.SimpleQueue(QUEUE)
        queue.clear()
        yield broker
        queue.clear()
        queue.close()


def forge(broker, body: bytes, **properties) -> None:
    """A message as somebody writes it who knows the broker and not our code."""
    headers = {"task": TASK, "id": "forged", "lang": "py"}
    broker.Producer().publish(
        body, routing_key=QUEUE, content_encoding="binary", headers=headers, **properties
    )


def send(task: str, *arguments: object) -> None:
    app.send_task(task, args=list(arguments), queue=QUEUE)


def a_mail() -> OutboxMessage:
    """A harmless effect, written down and pending: one mail to one person."""
    notice = Notification.objects.create(
        user=factories.make_user(), subject="Paid", line="Paid.", link="/", key=f"{time.time_ns()}"
    )
    outbox.enqueue("accounts.mail_notification", notification_id=notice.pk)
    return OutboxMessage.objects.latest("pk")


def test_forged_messages_run_nothing_and_stop_nobody(broker, tmp_path):
    proof = tmp_path / "proof"
    honest = a_mail()
    assert outbox.claim_due(limit=1, at=timezone.now()) == [honest.pk]
    not_due = a_mail()

    forge(broker, pickle.dumps(Payload(proof)), content_type="application/x-python-serialize")
    forge(broker, b"\x80\x04not json", content_type="application/json")
    send("os.system", f"touch {proof}")
    send(TASK, 999_999_999)
    send(TASK, not_due.pk)
    send(TASK, "1; DROP TABLE common_outboxmessage")
    send(TASK, {"task": "accounts.mail_notification"})
    send(TASK, honest.pk)
    with worker() as process:
        until = time.monotonic() + WITHIN_SECONDS
        while honest.status != OutboxStatus.DONE and time.monotonic() < until:
            time.sleep(0.1)
            honest.refresh_from_db()
        assert process.poll() is None, "the worker has ended"

    assert honest.status == OutboxStatus.DONE
    assert not proof.exists()
    not_due.refresh_from_db()
    assert (not_due.status, not_due.attempts) == (OutboxStatus.PENDING, 0)
    assert OutboxMessage.objects.count() == 2
