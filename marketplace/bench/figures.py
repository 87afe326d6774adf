"""What a measurement says."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
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


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returned, and its wall-clock seconds."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def median(values: list[float]) -> float:
    """The middle one."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
