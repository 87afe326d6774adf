"""How much memory processes have taken at most, as Linux counts it."""

import contextlib
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_LOOK_EVERY_SECONDS = 0.5
_KIBIBYTES = 1024


class Peak:
    """The highest peak of any child of a process, watched for as long as the block lasts.

    A pool starts new children now and then; each is looked at while it lives.
    """

    def __init__(self, pid: int) -> None:
        self.mebibytes, self._pid = 0.0, pid
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_looking, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._watch.join()

    def look(self) -> None:
        """Look now."""
        peaks = [peak_mebibytes(child) for child in children_of(self._pid)]
        self.mebibytes = max([self.mebibytes, *peaks])

    def _keep_looking(self) -> None:
        while not self._over.wait(_LOOK_EVERY_SECONDS):
            self.look()


def peak_mebibytes(pid: int) -> float:
    """``VmHWM`` of a process; none if it has ended."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM"))
        return int(peak.split()[1]) / _KIBIBYTES
    return 0.0


def children_of(pid: int) -> list[int]:
    """The processes that this one has started and that still run."""
    with contextlib.suppress(OSError):
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in listed.split()]
    return []
