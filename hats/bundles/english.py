"""Small pieces of English: lists, figures, dates, hours, names made of paths."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[._/\-\[\]\s]+")
_MOMENT = re.compile(r"(?i)(^|_)(date|time|datetime|timestamp|created|updated|at)(_|$)")
_PLAIN_UNIT = re.compile(r"[^\W\d_/²³%°]+([/²³%°][^\W\d_]*)*( per [^\W\d_]+)?|per cent|%")
_LEAST_WITH_COMMAS = 10_000
_TOO_LONG_TO_WRITE_OUT = 10**15
_NOON, _EVENING, _MIDNIGHT = 12, 18, 24

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class FieldName:
    """How people call one field of a record.

    :param unit: such as ``minutes``; said behind figures.
    :param is_moment: it says when something was, so that the highest is the newest.
    :param is_list: it holds several values.
    """

    text: str
    unit: str = ""
    is_moment: bool = False
    is_list: bool = False

    def __str__(self) -> str:
        return f"“{self.text}”"


def name_from(path: str) -> FieldName:
    """Make a name for a field that has none: ``place.name`` is “place name”."""
    words = [word for word in _parts(path) if not word.lstrip("+-").isdigit()]
    text = " ".join(word if word.isupper() else word.lower() for word in words)
    last = path.rstrip(".").rsplit(".", 1)[-1]
    spaced = "_".join(_parts(last))
    return FieldName(text or path or "(no name)", is_moment=bool(_MOMENT.search(spaced)))


def _parts(path: str) -> list[str]:
    return [part for part in _WORD_STARTS.split(path) if part]


def title_from(name: str) -> str:
    """Make a heading of the name of a property or an endpoint: ``bank-fees`` is “Bank fees”."""
    text = " ".join(part for part in re.split(r"[/_\-\s]+", name) if part)
    return text[:1].upper() + text[1:] or name


def listed(items: Sequence[str], *, last: str = "and") -> str:
    """Join: a, b and c."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def figure(number: float) -> str:
    """Write a number: 1200, 10,000, 2.5, −3."""
    if number % 1 == 0 and abs(number) < _TOO_LONG_TO_WRITE_OUT:
        number = int(number)
    written = f"{number:,}" if abs(number) >= _LEAST_WITH_COMMAS else str(number)
    return written.replace("-", "−")


def value(item: str | float) -> str:
    return f"“{item}”" if isinstance(item, str) else figure(item)


def with_unit(text: str, name: FieldName) -> str:
    """Say the unit behind the figures: after them when it reads so, else in brackets."""
    if not name.unit or name.unit.casefold() == name.text.casefold():
        return text
    return f"{text} {name.unit}" if _PLAIN_UNIT.fullmatch(name.unit) else f"{text} ({name.unit})"


def day(when: date) -> str:
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def hours(first: int, end: int) -> str:
    """Name the time from one full hour to another: between 6 and 9 in the morning."""
    if (first, end) == (0, _MIDNIGHT):
        return "at any hour"
    begin, begin_part = _hour(first)
    finish, finish_part = _hour(end)
    if begin_part == finish_part and begin_part:
        return f"between {begin} and {finish}{finish_part}"
    return f"between {begin}{begin_part} and {finish}{finish_part}"


def _hour(hour: int) -> tuple[str, str]:
    if hour in {0, _MIDNIGHT}:
        return "midnight", ""
    if hour == _NOON:
        return "noon", ""
    if hour < _NOON:
        return str(hour), " in the morning"
    part = " in the afternoon" if hour < _EVENING else " in the evening"
    return str(hour - _NOON), part


def weekdays(days: Sequence[int]) -> str:
    """Name days of the week, Monday is 1: a Saturday or a Sunday; a day from Monday to Friday."""
    names = [DAYS[number - 1] for number in days]
    is_run = len(days) > len("ab") and list(days) == list(range(days[0], days[-1] + 1))
    if is_run:
        return f"a day from {names[0]} to {names[-1]}"
    return listed([f"a {name}" for name in names], last="or")
