"""``make demo`` itself: how it ends, what it leaves behind, and when it does not begin."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from marketplace.run.house import ROOT, free_port
from tests.faults.site import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.fault, pytest.mark.enable_socket]

READY = "Ctrl-C stops everything."
STARTING = "Bringing the database up to date"
SERVERS = ("postgres", "valkey", "gunicorn", "celery", "dispatch_outbox", "sandbox_hat")


class Demo:
    """One start of the demo, with a home and ports of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.web_port = home, free_port()
        ports = {"WEB_PORT": str(self.web_port), "HAT_PORT": str(free_port())}
        own = {"DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "PROCESS"}
        kept = {name: value for name, value in os.environ.items() if name not in own}
        self.environment = {**kept, **ports, "HOUSE_HOME": str(home)}
        self.log = home.with_suffix(".log")

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "marketplace.run", "demo"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", "marketplace.run", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    @property
    def words(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def processes(self) -> list[str]:
        """The command of each process that belongs to this home."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                facts = command + (folder / "environ").read_bytes()
            except OSError:
                continue
            if str(self.home).encode() in facts and int(folder.name) != os.getpid():
                found.append(command.replace(b"\0", b" ").decode())
        return found

    def is_ready(self) -> bool:
        with urllib.request.urlopen(f"http://localhost:{self.web_port}/readyz", timeout=5) as page:
            return bool(page.status == 200)


@contextmanager
def running(demo: Demo) -> Iterator[subprocess.Popen[bytes]]:
    process = demo.start()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@pytest.fixture
def demo() -> Iterator[Demo]:
    """In a folder of its own, whose name is short: where it is long, sockets go elsewhere."""
    with tempfile.TemporaryDirectory(prefix="hm-demo-") as folder:
        yield Demo(Path(folder) / "demo")


def test_the_demo_ends_without_a_trace_when_interrupted(demo: Demo) -> None:
    with running(demo) as process:
        wait_until(lambda: READY in demo.words or process.poll() is not None, what="the demo")
        assert READY in demo.words, demo.words
        alive = " ".join(demo.processes())
        assert [name for name in SERVERS if name not in alive] == []

        verified = demo.run("manage", "verify")

        assert (verified.returncode, verified.stdout) == (0, "")
        assert demo.is_ready(), "a command beside the demo must not stop its servers"
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert demo.processes() == []
    assert demo.words.endswith("Stopped; nothing is left running.\n")

    with running(demo) as process:
        wait_until(lambda: STARTING in demo.words, what="the second start")
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert demo.processes() == []


@pytest.mark.parametrize("variable", ["WEB_PORT", "HAT_PORT"])
def test_the_demo_does_not_begin_where_a_port_is_in_use(demo: Demo, variable: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(demo.environment[variable])))
        taken.listen()

        started = demo.run("demo")

    assert started.returncode == 1
    assert started.stderr == (
        f"HAT Market cannot start: port {demo.environment[variable]} is in use."
        f" Stop what uses it, or choose: {variable}=… make demo.\n"
    )
    assert demo.processes() == []
