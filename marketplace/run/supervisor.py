"""Start the market's processes, keep them running, stop them all.

Each child is a process group of its own, so that Ctrl-C reaches only the supervisor, which then
asks each child to finish and insists after a while. Children are told by the kernel when the
supervisor dies, so that none outlives it.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from marketplace.run.house import ROOT, CannotStart, House

STOP_SECONDS = 20
HEALTHY_WITHIN_SECONDS = 90
RESTARTS_A_MINUTE = 5
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process of the house and how it is started."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)


def children_of(house: House, *, hats: int, today: str = "") -> list[Child]:
    """Web, worker, scheduler, relay and sandbox HATs, as real processes."""
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "marketplace.celery"]
    quiet = ["--without-gossip", "--without-mingle"]
    sandbox = [
        python,
        "manage.py",
        "sandbox_hat",
        "--hats",
        str(hats),
        "--port",
        str(house.hat_port),
    ]
    sandbox += ["--data", str(house.home / "hats"), "--market-url", house.site_url]
    web = [python, "-m", "gunicorn", "marketplace.wsgi", "-b", f"127.0.0.1:{house.web_port}"]
    web += ["-c", "python:marketplace.gunicorn", "-w", "2", "--threads", "4"]
    beat = [*celery, "beat", "-s", str(house.home / "beat"), "--pidfile="]
    return [
        Child("sandbox", [*sandbox, *(["--today", today] if today else [])]),
        Child("web", web, {"PROCESS": "web", "DB_POOL": "6"}),
        Child("worker", [*celery, "worker", "-c", "2", *quiet], {"PROCESS": "worker"}),
        Child("scheduler", beat, {"PROCESS": "scheduler"}),
        Child("relay", [python, "manage.py", "dispatch_outbox"], {"PROCESS": "relay"}),
    ]


class Supervisor:
    """The children of one house."""

    def __init__(self, house: House, children: list[Child]) -> None:
        self.house, self.children, self.stopping = house, children, False

    def start(self) -> None:
        """Start all; ``wait_until_healthy`` says when they serve."""
        for child in self.children:
            self._start(child)

    def wait_until_healthy(self) -> None:
        """:raises CannotStart: not ready in time, with the end of the log that says why."""
        deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if all(map(self._answers, self._signs_of_health())):
                return
            for child in self.children:
                if child.process and child.process.poll() is not None:
                    raise CannotStart(f"the {child.name} ended at once.\n{self._end_of_log(child)}")
            time.sleep(0.2)
        raise CannotStart(
            f"the market was not ready in time.\n{self._end_of_log(self.children[1])}"
        )

    def _signs_of_health(self) -> tuple[str, str]:
        sandbox = f"http://127.0.0.1:{self.house.hat_port}/_sandbox/faults"
        return f"{self.house.site_url}/readyz", sandbox

    def watch(self) -> None:
        """Restart children that die, until interrupted or told to stop.

        :raises CannotStart: a child died again and again.
        """
        while not self.stopping:
            for child in self.children:
                if child.process and child.process.poll() is not None and not self.stopping:
                    self._restart(child)
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask every child to finish, wait, insist; leaves none behind."""
        self.stopping = True
        alive = [c.process for c in self.children if c.process and c.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _end_group(process)

    def child(self, name: str) -> Child:
        """The child of that name."""
        return next(child for child in self.children if child.name == name)

    def _start(self, child: Child) -> None:
        child.starts.append(time.monotonic())
        with (self.house.logs / f"{child.name}.log").open("ab") as log:
            child.process = subprocess.Popen(  # our own commands
                child.command,
                cwd=ROOT,
                env={**self.house.environment, **child.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # only a system call
            )

    def _restart(self, child: Child) -> None:
        recent = [at for at in child.starts if at > time.monotonic() - 60]
        if len(recent) >= RESTARTS_A_MINUTE:
            raise CannotStart(f"the {child.name} keeps ending.\n{self._end_of_log(child)}")
        print(f"The {child.name} ended and is started again.", flush=True)
        if child.process:
            _end_group(child.process)
        self._start(child)

    def _end_of_log(self, child: Child) -> str:
        log = self.house.logs / f"{child.name}.log"
        return log.read_text(encoding="utf-8", errors="replace")[-1500:] if log.exists() else ""

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310  # our own
                return bool(answer.status == 200)  # noqa: PLR2004
        except (urllib.error.URLError, OSError):
            return False


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End what a dead child has left behind: its own children would hold the port or the work."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
