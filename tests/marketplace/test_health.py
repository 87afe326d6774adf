from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from common import outbox
from common.models import Heartbeat
from marketplace import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def working_house():
    now = timezone.now()
    Heartbeat.objects.create(process="relay", beat_at=now)
    Heartbeat.objects.create(process="worker", beat_at=now)


def test_a_process_that_answers_is_live(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_working_house_is_ready(client, working_house):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert set(answer.json()["checks"].values()) == {"ok"}


@pytest.mark.parametrize("process", ["relay", "worker"])
def test_a_silent_process_makes_the_house_unready(client, working_house, process):
    Heartbeat.objects.filter(process=process).update(beat_at=timezone.now() - timedelta(minutes=2))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"][process] == "failing"


def test_an_outbox_that_stands_still_makes_the_house_unready(client, working_house):
    outbox.enqueue("tests.thing", due_at=timezone.now() - timedelta(minutes=11), thing_id=1)

    assert client.get("/readyz").json()["checks"]["outbox"] == "failing"


def test_a_broker_that_does_not_answer_makes_the_house_unready(client, working_house, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/valkey.sock?virtual_host=0"

    assert client.get("/readyz").json()["checks"]["broker"] == "failing"


def test_a_database_that_does_not_answer_makes_the_house_unready(client, monkeypatch):
    def refuse() -> None:
        raise OperationalError

    monkeypatch.setattr(health.connection, "cursor", refuse)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]) == (503, {"database": "failing"})
