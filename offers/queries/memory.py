"""A few things this process has worked out, the most recently asked for."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """So many values by key; safe between threads."""

    def __init__(self, *, most: int) -> None:
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = Lock()
        self._most = most

    def get(self, key: Hashable) -> V | None:
        """The value, if it is still kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, value: V) -> None:
        """Keep it, and forget what nobody has asked for longest."""
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def get_or_make(self, key: Hashable | None, make: Callable[[], V]) -> V:
        """The value kept, or made now; with no key it is made each time."""
        value = None if key is None else self.get(key)
        if value is None:
            value = make()
            if key is not None:
                self.keep(key, value)
        return value
