"""The command: a process of its own, without database or broker."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hats.sandbox.conftest import free_port

ROOT = Path(__file__).parents[3]


@pytest.fixture
def start(data_folder):
    """Start the command and read the log-ins it prints; stop it in the end."""
    started = []

    def start(*options):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
            "DEMO": "1",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        }
        command = [sys.executable, "manage.py", "sandbox_hat", "--hats", "50", "--print", "2",
                   "--data", str(data_folder), *options]  # fmt: skip
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_command_prints_log_ins_once_it_serves_and_stops_when_told(start):
    port = free_port()
    process = start("--port", str(port))

    log_ins = [json.loads(process.stdout.readline()) for _ in range(2)]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/publickey", headers={"Host": log_ins[0]["domain"]})
    key = connection.getresponse().read()
    connection.close()
    process.send_signal(signal.SIGTERM)

    assert log_ins[0]["domain"] == f"{log_ins[0]['username']}.hat.localhost:{port}"
    assert set(log_ins[0]) == {"domain", "username", "password"}
    assert key.startswith(b"-----BEGIN PUBLIC KEY-----")
    assert process.wait(5) == 0


def test_faults_that_cannot_be_read_stop_the_command(start, tmp_path):
    faults = tmp_path / "faults.json"
    faults.write_text('{"faults": [{"kind": "earthquake"}]}')

    process = start("--faults", str(faults))

    assert process.wait(20) == 1
    assert "earthquake" in process.stderr.read()
