"""Workers that die: real processes, killed with SIGKILL in the middle of a run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from fulfilment.actions import retrievals, sweeps
from fulfilment.models import Retrieval, SealedBlock
from tests.fulfilment import steps
from tests.fulfilment.steps import broken_invariants
from tests.sandbox import Sandbox

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
WORKER = """
import os, django
django.setup()
from django.db import connection
from django.utils import timezone
connection.settings_dict["NAME"] = os.environ["TEST_DATABASE"]
from fulfilment.actions import retrievals
retrievals.run_until_idle(clock=timezone.now, seconds=30)
"""


@contextmanager
def _worker(sandbox: Sandbox) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603  # our own code
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE": connection.settings_dict["NAME"],
            "HAT_CLUSTERS": json.dumps([sandbox.cluster()]),
            "RETRIEVAL_CONCURRENCY": "3",
            "RETRIEVAL_BATCH": "6",
        },
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(sandbox: Sandbox):
    line = steps.funded_line()
    hats = sandbox.hats(12)
    people = [steps.confirmed(line, hat) for hat in hats]
    sandbox.faults({"kind": "slow", "seconds": 0.4})

    with _worker(sandbox):
        deadline = time.monotonic() + 30
        while not SealedBlock.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.02)

    left = Retrieval.objects.filter(status="leased").count()
    assert left > 0
    assert 0 < SealedBlock.objects.count() < 12
    sandbox.faults()
    later = timezone.now() + timedelta(seconds=61)
    sweeps.sweep(at=later)
    retrievals.run_batch(at=later)
    line.refresh_from_db()
    assert SealedBlock.objects.count() == line.people_delivered == 12
    pulls = [
        hat.books()["debits"][str(person.uid)]["pulls"]
        for hat, person in zip(hats, people, strict=True)
    ]
    assert set(pulls) <= {1, 2}
    assert broken_invariants() == []
