"""PostgreSQL's ``date_part`` in UTC, for the two extracts of the bundle language."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

_TWITTER_FORM = "%a %b %d %H:%M:%S %z %Y"
_DAYS_OF_WEEK = 7
_SECONDS_OF_DAY = 86_400
_JULIAN_DAY_ZERO = 1_721_425  # Of the day before 1 January of the year 1.

PARTS: dict[str, Callable[[datetime], float]] = {
    "microseconds": lambda moment: moment.second * 1_000_000 + moment.microsecond,
    "milliseconds": lambda moment: moment.second * 1_000 + moment.microsecond / 1_000,
    "second": lambda moment: moment.second + moment.microsecond / 1_000_000,
    "minute": lambda moment: moment.minute,
    "hour": lambda moment: moment.hour,
    "day": lambda moment: moment.day,
    "dow": lambda moment: moment.isoweekday() % _DAYS_OF_WEEK,
    "isodow": lambda moment: moment.isoweekday(),
    "doy": lambda moment: moment.timetuple().tm_yday,
    "week": lambda moment: moment.isocalendar().week,
    "isoyear": lambda moment: moment.isocalendar().year,
    "month": lambda moment: moment.month,
    "quarter": lambda moment: (moment.month + 2) // 3,
    "year": lambda moment: moment.year,
    "decade": lambda moment: moment.year // 10,
    "century": lambda moment: math.ceil(moment.year / 100),
    "millennium": lambda moment: math.ceil(moment.year / 1000),
    "epoch": lambda moment: moment.timestamp(),
    "julian": lambda moment: _JULIAN_DAY_ZERO + moment.toordinal() + _share_of_day(moment),
    "timezone": lambda _moment: 0,
    "timezone_hour": lambda _moment: 0,
    "timezone_minute": lambda _moment: 0,
}


def _share_of_day(moment: datetime) -> float:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment - midnight).total_seconds() / _SECONDS_OF_DAY


# PostgreSQL's other names for the same parts.
_ALIASES = {
    "microseconds": "us usec usecs usecond useconds microsecon",
    "milliseconds": "ms msec msecs msecond mseconds millisecon",
    "second": "s sec secs seconds",
    "minute": "m min mins minutes",
    "hour": "h hr hrs hours",
    "day": "d days",
    "week": "w weeks",
    "month": "mon mons months",
    "quarter": "qtr",
    "year": "y yr yrs years",
    "decade": "dec decs decades",
    "century": "c cent centuries",
    "millennium": "mil mils millennia",
}
_CANONICAL = {name: name for name in PARTS} | {
    alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()
}


def names_of_parts() -> list[str]:
    """All names by which a part may be called."""
    return list(_CANONICAL)


def canonical_part(part: str) -> str:
    """Return the one name of a part; an unknown one stands for itself, in small letters."""
    return _CANONICAL.get(part.lower(), part.lower())


def part_of(moment: datetime, part: str) -> float:
    """Take one part.

    :raises ValueError: PostgreSQL knows no such part, or it is not offered here.
    """
    try:
        return PARTS[_CANONICAL[part.lower()]](moment)
    except KeyError:
        raise ValueError(part) from None


def from_text(text: str) -> datetime:
    """Read an ISO date-time (without zone: UTC), or Twitter's own form.

    :raises ValueError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.strptime(text, _TWITTER_FORM)  # noqa: DTZ007 - the form holds %z
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def from_epoch_seconds(seconds: float) -> datetime:
    """Count from 1970.

    :raises ValueError: outside the years a date can hold.
    """
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(seconds) from error
