"""What processes beside the web do: workers around every task, the relay in its log."""

import json
import os
import subprocess
import sys
from pathlib import Path

from celery.signals import task_postrun, task_prerun
from django.db import connection


def test_a_task_starts_without_the_connection_that_postgresql_has_cut(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    cut(backend)

    task_prerun.send(sender=None, task_id="1", task=None)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    finally:
        task_postrun.send(sender=None, task_id="1", task=None)


def cut(backend: int) -> None:
    """End our own connection from another one, as a restart of the server would."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    finally:
        other.close()


def test_the_relay_logs_in_lines_of_json():
    nowhere = {"DATABASE_URL": "postgresql://postgres@/postgres?host=/nowhere", "LOG_JSON": "1"}
    settings = {"DJANGO_SETTINGS_MODULE": "marketplace.settings", "DEMO": "1"}

    done = subprocess.run(
        [sys.executable, "manage.py", "dispatch_outbox", "--once"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **nowhere, **settings},
        capture_output=True,
        text=True,
        check=False,
    )

    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == [
        "relay.database_unreachable"
    ]
