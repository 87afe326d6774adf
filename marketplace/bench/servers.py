"""A real gunicorn on loopback, a load from this process, and the CPU that the server used."""

import http.client
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from marketplace.bench.memory import children_of
from marketplace.run.house import ROOT, CannotStart, free_port

CONNECTIONS = 4
_numbers = itertools.count(1_000)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Load:
    """What a run of requests took: wall clock, and CPU of the server's processes."""

    requests: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of the server for one request."""
        return 1000 * self.cpu_seconds / self.requests


@contextmanager
def gunicorn(
    module: str, *, environment: dict[str, str], workers: int = 1
) -> Iterator[tuple[int, int]]:
    """Workers with four threads each; yields the port and the process id of their parent.

    :raises CannotStart: it did not answer within twenty seconds.
    """
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", module, "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(  # noqa: S603  # our own command
        [*command, "-w", str(workers), "-k", "gthread", "--threads", "4", "--keep-alive", "30"],
        cwd=ROOT,
        env={**os.environ, "PROCESS": "web", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def body_size(port: int, path: str, *, cookie: str = "") -> int:
    """Bytes of one answer.

    :raises CannotStart: the answer is not 200.
    """
    connection = http.client.HTTPConnection("localhost", port, timeout=20)
    connection.request("GET", path, headers=_headers(cookie))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise CannotStart(f"{path} answered {answer.status} in the measurement.")
    return len(body)


def load(
    port: int, pid: int, path: str, *, requests: int, cookie: str = "", is_new: bool = False
) -> Load:
    """Send requests over kept-alive connections, and see what they cost the server.

    :param is_new: ask in words nobody has used before, so that the page is in nobody's memory.
    """
    share, headers = requests // CONNECTIONS, _headers(cookie)
    paths = [_unused(path) if is_new else path for _ in range(share * CONNECTIONS)]
    threads = [
        threading.Thread(target=_send, args=(port, paths[start::CONNECTIONS], headers))
        for start in range(CONNECTIONS)
    ]
    cpu, began = cpu_seconds(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return Load(share * CONNECTIONS, seconds, cpu_seconds(pid) - cpu)


def _headers(cookie: str) -> dict[str, str]:
    return {"Host": "localhost", **({"Cookie": cookie} if cookie else {})}


def _unused(path: str) -> str:
    """Another address of the same page: a highest price, or a number of places, never asked for."""
    return f"{path}{'&' if '?' in path else '?'}price_to={next(_numbers)}&places={next(_numbers)}"


def _send(port: int, paths: Sequence[str], headers: dict[str, str]) -> None:
    connection = http.client.HTTPConnection("localhost", port, timeout=20)
    for path in paths:
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
    connection.close()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise CannotStart("the measured server did not start.")


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and its children."""
    family = [pid, *children_of(pid)]
    return sum(_times(one) for one in family)


def _times(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
