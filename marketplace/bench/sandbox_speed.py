"""``bench sandbox``: how many HATs one sandbox process carries, and how fast it answers.

The sandbox is asked over bare sockets, a few requests in flight, so that it and not the asking is
what is measured. ``per_core_second`` counts by the sandbox's own CPU time: the figure to compare
on a busy machine. Tokens are not renewed: that would be an RSA signature an answer.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from marketplace.bench.figures import Figure
from marketplace.bench.sandbox import PASSWORD_VARIABLE, PLATFORM_USER, Owner, started
from marketplace.bench.servers import cpu_seconds
from marketplace.run.house import CannotStart, free_port

SIZE = 10_000  # HATs
IN_FLIGHT = 8
HATS_READ, ANSWERS = 200, 20_000  # values read at full speed, and from how many HATs
# What was asked for: docs/sandbox-hat.md compares.
LONGEST_START_SECONDS, LEAST_ANSWERS_A_SECOND = 10, 4_000

_DEBIT = {
    "dataDebitKey": "bench",
    "purpose": "Measure",
    "start": "2026-01-01T00:00:00.000Z",
    "period": 31_536_000_000,
    "cancelAtPeriodEnd": False,
    "requestClientName": "Bench",
    "requestClientUrl": "https://bench.example",
    "requestClientLogoUrl": "https://bench.example/logo.png",
    "termsUrl": "https://bench.example/terms",
    "bundle": {
        "name": "bench",
        "bundle": {"rides": {"endpoints": [{"endpoint": "uber/rides"}]}},
    },
}


class Wire:
    """One connection kept open, without a client library in the way."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        """Send one request; its answer is to be received before the next."""
        self._socket.sendall(request)

    def receive(self) -> bytes:
        """The body of the answer.

        :raises CannotStart: not a success, or cut short.
        """
        text = b""
        while b"\r\n\r\n" not in text:
            text += self._more()
        head, _, body = text.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            raise CannotStart(f"the sandbox HAT answered {head[:30]!r} in the measurement.")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return body

    def _more(self) -> bytes:
        received = self._socket.recv(262_144)
        if not received:
            raise CannotStart("the sandbox HAT hung up in the measurement.")
        return received

    def close(self) -> None:
        self._socket.close()


@dataclass
class Visitor:
    """One HAT and the two tokens that speak to it."""

    owner: Owner
    owner_token: str = ""
    platform_token: str = ""

    def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> bytes:
        """Write a request."""
        named = {"Host": self.owner.domain, "Accept": "application/json", **(headers or {})}
        if body:
            named |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {named[name]}" for name in named)]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def log_in(self, username: str, password: str) -> bytes:
        """Ask for a token."""
        headers = {"username": username, "password": password}
        return self.request("GET", "/users/access_token", headers=headers)

    @property
    def values(self) -> bytes:
        """Ask for what the debit lets be read."""
        headers = {"X-Auth-Token": self.platform_token}
        return self.request("GET", "/api/v2.6/data-debit/bench/values", headers=headers)


def measure(*, size: int = SIZE) -> Iterator[Figure]:
    """Start, memory with every HAT spoken to, and answers a second of one process."""
    port, began = free_port(), time.perf_counter()
    with started(hats=size, port=port, printed=1) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise CannotStart("the sandbox HAT did not start.")
        yield _start(process.pid, size=size, seconds=time.perf_counter() - began)
        wires = [Wire(port) for _ in range(IN_FLIGHT)]
        visitors = _visitors(wires[0], size=size)
        yield _everybody(process.pid, wires, visitors)
        yield _values(process.pid, wires, visitors[:HATS_READ])
        for wire in wires:
            wire.close()


def _start(pid: int, *, size: int, seconds: float) -> Figure:
    return Figure(
        "start of the sandbox HAT", size, seconds, "imports, names of people",
        f"{LONGEST_START_SECONDS} s asked for", size / LONGEST_START_SECONDS,
        more=_cost(pid),
    )  # fmt: skip


def _visitors(wire: Wire, *, size: int) -> list[Visitor]:
    wire.send(f"GET /_sandbox/hats?first={size} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return [Visitor(Owner(**log_in)) for log_in in orjson.loads(wire.receive())]


def _everybody(pid: int, wires: Sequence[Wire], visitors: Sequence[Visitor]) -> Figure:
    """Log in twice, propose, enable and read on every HAT: its file is written, its data made."""
    cpu, began = cpu_seconds(pid), time.perf_counter()
    for start in range(0, len(visitors), len(wires)):
        _speak_once(wires, visitors[start : start + len(wires)])
    seconds = time.perf_counter() - began
    return Figure(
        "HATs spoken to for the first time", len(visitors), seconds,
        "two RSA signatures and a new file for each HAT",
        f"{LEAST_ANSWERS_A_SECOND:,}/s of values, in five requests each",
        LEAST_ANSWERS_A_SECOND / 5,
        more=_cost(pid, since=cpu, size=len(visitors)),
    )  # fmt: skip


def _speak_once(wires: Sequence[Wire], visitors: Sequence[Visitor]) -> None:
    password = os.environ[PASSWORD_VARIABLE]
    as_platform = _asked(wires, visitors, lambda v: v.log_in(PLATFORM_USER, password))
    as_owner = _asked(wires, visitors, lambda v: v.log_in(v.owner.username, v.owner.password))
    for visitor, platform, owner in zip(visitors, as_platform, as_owner, strict=True):
        visitor.platform_token = orjson.loads(platform)["accessToken"]
        visitor.owner_token = orjson.loads(owner)["accessToken"]
    debit, body = "/api/v2.6/data-debit/bench", orjson.dumps(_DEBIT)
    _asked(wires, visitors, lambda v: v.request(
        "POST", debit, headers={"X-Auth-Token": v.platform_token}, body=body))  # fmt: skip
    _asked(wires, visitors, lambda v: v.request(
        "GET", f"{debit}/enable", headers={"X-Auth-Token": v.owner_token}))  # fmt: skip
    _asked(wires, visitors, lambda v: v.values)


def _asked(
    wires: Sequence[Wire], visitors: Sequence[Visitor], request: Callable[[Visitor], bytes]
) -> list[bytes]:
    """Ask all at once, one on each wire, and wait for all."""
    pairs = list(zip(wires, visitors, strict=False))
    for wire, visitor in pairs:
        wire.send(request(visitor))
    return [wire.receive() for wire, _ in pairs]


def _values(pid: int, wires: Sequence[Wire], visitors: Sequence[Visitor]) -> Figure:
    """Read what is known already, as fast as it comes."""
    requests = [visitor.values for visitor in visitors]
    cpu, began, read = cpu_seconds(pid), time.perf_counter(), 0
    for start in range(0, ANSWERS, len(wires)):
        for number, wire in enumerate(wires):
            wire.send(requests[(start + number) % len(requests)])
        read += sum(len(wire.receive()) for wire in wires)
    seconds = time.perf_counter() - began
    return Figure(
        "answers to values", ANSWERS, seconds, "HTTP in one Python process",
        "the answers asked for", LEAST_ANSWERS_A_SECOND,
        more={"bytes_each": read // ANSWERS} | _cost(pid, since=cpu, size=ANSWERS),
    )  # fmt: skip


def _cost(pid: int, *, since: float = 0, size: int | None = None) -> dict[str, float | int | str]:
    """What the sandbox takes: memory, CPU since then, and work for a second of it."""
    used = cpu_seconds(pid) - since
    cost: dict[str, float | int | str] = {
        "mebibytes": round(_resident_mebibytes(pid)),
        "cpu_seconds": round(used, 2),
    }
    if size is not None and used:
        cost["per_core_second"] = round(size / used)
    return cost


def _resident_mebibytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
