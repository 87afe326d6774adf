"""PostgreSQL's ``date_part`` in UTC, for the two extracts of the bundle language."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

_TWITTER_FORM = "%a %b %d %H:%M:%S %z %Y"
_DAYS_OF_WEEK = 7

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
}


def part_of(moment: datetime, part: str) -> float:
    """Take one part.

    :raises ValueError: PostgreSQL knows no such part, or it is not offered here.
    """
    try:
        return PARTS[part.lower()](moment)
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
