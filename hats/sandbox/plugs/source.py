"""What every data plug is made of: generators that give the same records for the same person."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hats.sandbox.people import Person

# A key that stays the same for ever, when the plug wrote it, and the data.
Item = tuple[str, datetime, dict[str, object]]
Generate = Callable[[Person, date], Iterable[Item]]


@dataclass(frozen=True, slots=True)
class Source:
    """One endpoint; ``plug`` is the one of :data:`hats.sandbox.people.PLUGS` that fills it."""

    plug: str
    generate: Generate


def days(count: int, *, until: date) -> Iterator[date]:
    """Yield the last days, oldest first; ``until`` is the day after the newest."""
    for back in range(count, 0, -1):
        yield until - timedelta(days=back)


def moment(day: date, seconds: float) -> datetime:
    """Count seconds from midnight UTC; more than a day runs into the next."""
    return datetime.combine(day, time(), tzinfo=UTC) + timedelta(seconds=seconds)


def happens(chance: Random, share: float) -> bool:
    return chance.random() < share


def iso_ms(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_ms_no_zone(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds")


def iso_offset(at: datetime) -> str:
    """Write the zone as ``+0000``, without a colon."""
    return at.strftime("%Y-%m-%dT%H:%M:%S%z")


def epoch(at: datetime) -> int:
    return int(at.timestamp())
