"""Counting without remembering anybody: bins that know when ten people stand behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ENOUGH_PEOPLE = 10  # fewer than these are never drawn by themselves
MOST_BINS = 2_000  # what comes later is counted together, so memory stays bounded
MOST_NEW_BINS = 500  # at a time, so that one odd person cannot use up the room of all

Key = str | float


@dataclass(slots=True)
class Bin:
    """How many records, and who, until it is enough people to forget who."""

    records: int = 0
    people: set[str] | None = field(default_factory=set)

    def add(self, records: int, *, person: str) -> None:
        """Count one person's records."""
        self.records += records
        if self.people is not None:
            self.people.add(person)
            self._forget_if_enough()

    def join(self, other: "Bin") -> None:
        """Take in another bin's records and people."""
        self.records += other.records
        if self.people is None or other.people is None:
            self.people = None
        else:
            self.people |= other.people
            self._forget_if_enough()

    @property
    def may_show(self) -> bool:
        """Whether enough people stand behind it."""
        return self.people is None

    def _forget_if_enough(self) -> None:
        if self.people is not None and len(self.people) >= ENOUGH_PEOPLE:
            self.people = None


class Bins:
    """Bins by key, at most ``MOST_BINS`` of them."""

    def __init__(self) -> None:
        self.bins: dict[Key, Bin] = {}
        self.beyond = Bin()

    def add(self, counts: Mapping[Key, int], *, person: str) -> None:
        """Count one person's records by key."""
        room = len(self.bins) + MOST_NEW_BINS
        for key, records in counts.items():
            found = self.bins.get(key)
            if found is None:
                found = self._new(key, room=room)
            found.add(records, person=person)

    @property
    def records(self) -> int:
        """All that was counted."""
        return self.beyond.records + sum(one.records for one in self.bins.values())

    def merged(self, name: Mapping[Key, str]) -> dict[str, Bin]:
        """The bins under coarser names; keys without one are left out."""
        merged: dict[str, Bin] = {}
        for key, one in self.bins.items():
            if key in name:
                merged.setdefault(name[key], Bin()).join(one)
        return merged

    def _new(self, key: Key, *, room: int) -> Bin:
        if len(self.bins) >= min(room, MOST_BINS):
            return self.beyond
        return self.bins.setdefault(key, Bin())


def showable(bins: Mapping[str, Bin]) -> dict[str, int]:
    """The records of each bin that enough people stand behind, in the order given."""
    return {name: one.records for name, one in bins.items() if one.may_show}


def joined(bins: Iterable[Bin]) -> Bin:
    """All of them as one."""
    whole = Bin()
    for one in bins:
        whole.join(one)
    return whole
