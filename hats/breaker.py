"""Stop asking a HAT, or a whole cluster, that keeps failing; pure, with the clock passed in.

State lives in the process: each worker learns for itself within a few failures, which is soon
enough to spare a HAT and needs no shared store that could fail too.
"""

from collections import OrderedDict
from dataclasses import dataclass

MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class CircuitBreaker:
    """Closed: ask. Open: do not ask before ``rest`` has passed. Half-open: one question decides.

    :param threshold: failures in a row that open it.
    :param rest: seconds it stays open; doubles with each failed trial up to ``longest_rest``.
    """

    threshold: int
    rest: float = 30.0
    longest_rest: float = 900.0
    failures: int = 0
    opened_until: float = 0.0
    is_trying: bool = False

    def wait(self, at: float) -> float:
        """Return the seconds to wait before the next question; 0 means ask now."""
        if self.failures < self.threshold:
            return 0.0
        if self.is_trying:
            return self.rest
        if at < self.opened_until:
            return self.opened_until - at
        self.is_trying = True
        return 0.0

    def failed(self, at: float) -> None:
        """Count a failure; the threshold, or a failed trial, opens the breaker."""
        self.failures += 1
        self.is_trying = False
        if self.failures >= self.threshold:
            doublings = min(self.failures - self.threshold, 10)
            self.opened_until = at + min(self.rest * 2**doublings, self.longest_rest)

    def abandoned(self) -> None:
        """Give the trial back: the question was never answered nor failed (cancelled)."""
        self.is_trying = False


class Breakers:
    """One breaker per name, kept only for names that fail, and for the latest of those."""

    def __init__(self, *, threshold: int) -> None:
        self._threshold = threshold
        self._failing: OrderedDict[str, CircuitBreaker] = OrderedDict()

    def wait(self, name: str, *, at: float) -> float:
        """Return the seconds to wait before asking this name; 0 means ask now."""
        breaker = self._failing.get(name)
        return breaker.wait(at) if breaker else 0.0

    def succeeded(self, name: str) -> None:
        """Close the breaker: whatever was wrong is over."""
        self._failing.pop(name, None)

    def failed(self, name: str, *, at: float) -> None:
        """Count a failure of this name."""
        breaker = self._failing.setdefault(name, CircuitBreaker(self._threshold))
        breaker.failed(at)
        self._failing.move_to_end(name)
        if len(self._failing) > MOST_REMEMBERED:
            self._failing.popitem(last=False)

    def abandoned(self, name: str) -> None:
        """Count nothing: the question was cancelled on our side."""
        breaker = self._failing.get(name)
        if breaker:
            breaker.abandoned()

    def forget_all(self) -> None:
        """Close every breaker, as a process that has just started."""
        self._failing.clear()
