"""How many bytes of large answers a process holds at once; pure.

One answer is bounded by the guard. Many at the same time would still be too many: a small body
can become a tree of twenty times its size, and it is kept until it has been written down.
"""

import asyncio
from collections import deque
from contextvars import ContextVar
from typing import Final

# Usual answers, of ten kilobytes or so, never wait.
LARGE_BYTES: Final = 32 * 1024


class Room:
    """So many bytes; who wants more than are free waits in line."""

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._line: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> None:
        """Wait until there is room."""
        if not self._line and self._fits(size):
            self._free -= size
            return
        turn = asyncio.get_running_loop().create_future()
        self._line.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back(size)
            raise

    def _fits(self, size: int) -> bool:
        """Whether it may come in now; one that wants more than there is comes in alone."""
        return size <= self._free or self._free == self._size

    def give_back(self, size: int) -> None:
        """Let the next ones in, in their order."""
        self._free += size
        while self._line:
            wanted, turn = self._line[0]
            if not turn.cancelled():
                if not self._fits(wanted):
                    return
                self._free -= wanted
                turn.set_result(None)
            self._line.popleft()


class Hold:
    """What one asker has taken of a room."""

    __slots__ = ("_room", "_size")

    def __init__(self, room: Room) -> None:
        self._room, self._size = room, 0

    async def take(self, size: int) -> None:
        """Take room for an answer that may have so many bytes, beside what is held already."""
        await self._room.take(size)
        self._size += size

    def settle(self, taken: int, size: int) -> None:
        """The answer had only so many."""
        self._size += size - taken
        self._room.give_back(taken - size)

    def let_go(self) -> None:
        """Nothing of it is kept any more."""
        if self._size:
            self._room.give_back(self._size)
            self._size = 0


# Of the task that asks; without one, only each answer's own bound counts.
HOLD: Final[ContextVar[Hold | None]] = ContextVar("hold", default=None)
