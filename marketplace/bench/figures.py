"""What a measurement says."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Figure:
    """One figure: how much work in how long, what holds it, and the share of its limit.

    ``of_limit`` compares ``per_second`` with the same work done without the product around it
    (``limit`` says which), measured on this machine in this run.
    """

    name: str
    size: int
    seconds: float
    holds: str
    limit: str
    limit_per_second: float
    more: dict[str, float | int | str] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Pieces of work a second."""
        return self.size / self.seconds

    def line(self) -> str:
        """One JSON object."""
        body = asdict(self)
        more = body.pop("more")
        body |= {
            "seconds": round(self.seconds, 3),
            "per_second": round(self.per_second, 1),
            "limit_per_second": round(self.limit_per_second, 1),
            "of_limit": round(self.per_second / self.limit_per_second, 3),
            **more,
        }
        return json.dumps(body)


@dataclass(frozen=True)
class Took:
    """Wall clock, and CPU of this process with all its threads, in seconds."""

    seconds: float
    cpu_seconds: float


def timed(work: Callable[[], T]) -> tuple[T, Took]:
    """What the work returned, and what it took."""
    began, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, Took(time.perf_counter() - began, time.process_time() - cpu)


def in_threads(
    work: Callable[[T], object],
    items: Iterable[T],
    *,
    threads: int,
    prepare: Callable[[], AbstractContextManager[None]],
) -> float:
    """Seconds in which so many threads did the work on all items, one after the other.

    :param prepare: entered by each thread before the clock starts.
    :raises Exception: the first one that the work raised.
    """
    waiting, problems, start = (
        iter(list(items)),
        list[BaseException](),
        threading.Barrier(threads + 1),
    )
    lock = threading.Lock()

    def run() -> None:
        with prepare():
            start.wait()
            try:
                while (item := _next_of(waiting, lock)) is not None:
                    work(item)
            except BaseException as problem:  # noqa: BLE001  # raised again below
                problems.append(problem)

    team = [threading.Thread(target=run) for _ in range(threads)]
    for one in team:
        one.start()
    start.wait()
    began = time.perf_counter()
    for one in team:
        one.join()
    seconds = time.perf_counter() - began
    if problems:
        raise problems[0]
    return seconds


def _next_of(items: Iterator[T], lock: threading.Lock) -> T | None:
    with lock:
        return next(items, None)


class Memory:
    """How far this process's memory rises above where it was, as the kernel counts it."""

    def __init__(self) -> None:
        # Linux: “5” forgets the peak so far, so that what came before does not hide a rise.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = _mebibytes("VmRSS")

    def grown_mebibytes(self) -> float:
        """The highest rise since."""
        return _mebibytes("VmHWM") - self._before


def _mebibytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    line = next(line for line in lines if line.startswith(name))
    return int(line.split()[1]) / 1024


def median(values: list[float]) -> float:
    """The middle one."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
