"""Small pieces of what is said, in the reader's language: lists, figures, hours, names of paths."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from common import language
from common.language import gettext as _
from common.language import gettext_noop, pgettext

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[._/\-\[\]\s]+")
_MOMENT = re.compile(r"(?i)(^|_)(date|time|datetime|timestamp|created|updated|at)(_|$)")
_PLAIN_UNIT = re.compile(r"[^\W\d_/²³%°]+([/²³%°][^\W\d_]*)*( per [^\W\d_]+)?|per cent|%")
_LEAST_WITH_COMMAS = 10_000
_TOO_LONG_TO_WRITE_OUT = 10**15
_NOON, _EVENING, _MIDNIGHT = 12, 18, 24
LOCAL_TIME = "local time"  # the unit of moments that name no zone

DAYS = (
    *(gettext_noop("Monday"), gettext_noop("Tuesday"), gettext_noop("Wednesday")),
    *(gettext_noop("Thursday"), gettext_noop("Friday")),
    *(gettext_noop("Saturday"), gettext_noop("Sunday")),
)
_ON_A_DAY = (
    *(gettext_noop("a Monday"), gettext_noop("a Tuesday"), gettext_noop("a Wednesday")),
    *(gettext_noop("a Thursday"), gettext_noop("a Friday")),
    *(gettext_noop("a Saturday"), gettext_noop("a Sunday")),
)
# Units that data catalogues use; any other stands as it is written.
_UNITS = frozenset(
    {
        *(gettext_noop("accounts"), gettext_noop("beats per minute"), gettext_noop("centimetres")),
        *(gettext_noop("cents"), gettext_noop("degrees"), gettext_noop("floors")),
        *(gettext_noop("kilograms"), gettext_noop("kilometres"), gettext_noop("metres")),
        *(gettext_noop("metres per second"), gettext_noop("miles"), gettext_noop("milliseconds")),
        *(gettext_noop("minutes"), gettext_noop("of 100"), gettext_noop("pages")),
        *(gettext_noop("pence"), gettext_noop("per cent"), gettext_noop("posts")),
        *(gettext_noop("seconds"), gettext_noop("smallest unit"), gettext_noop("steps")),
        *(gettext_noop("smallest unit of the currency"), gettext_noop("times")),
        *(gettext_noop("tweets"), gettext_noop("years")),
    }
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

    @property
    def is_local_time(self) -> bool:
        """Whether its hours are those of the person's own clock: it names no zone."""
        return self.unit == LOCAL_TIME

    def __str__(self) -> str:
        return quoted(self.text)


def name_from(path: str) -> FieldName:
    """Make a name for a field that has none: ``place.name`` is “place name”."""
    words = [word for word in _parts(path) if not word.lstrip("+-").isdigit()]
    text = " ".join(word if word.isupper() else word.lower() for word in words)
    last = path.rstrip(".").rsplit(".", 1)[-1]
    spaced = "_".join(_parts(last))
    return FieldName(text or path or _("(no name)"), is_moment=bool(_MOMENT.search(spaced)))


def _parts(path: str) -> list[str]:
    return [part for part in _WORD_STARTS.split(path) if part]


def title_from(name: str) -> str:
    """Make a heading of the name of a property or an endpoint: ``bank-fees`` is “Bank fees”."""
    text = " ".join(part for part in re.split(r"[/_\-\s]+", name) if part)
    return text[:1].upper() + text[1:] or name


def quoted(text: str) -> str:
    """Put what somebody has named between the quotes of the language."""
    return _("“{text}”").format(text=text)


def listed(items: Sequence[str], *, last: str = "and") -> str:
    """Join: a, b and c; or with ``or``."""
    if last == "and" or len(items) <= 1:
        return language.listed(items)
    return _("{items} or {last}").format(items=", ".join(items[:-1]), last=items[-1])


def joined(clauses: Sequence[str]) -> str:
    """Join clauses, each of which has a verb of its own."""
    return _(", and ").join(clauses)


def small(sentence: str) -> str:
    """Let a sentence go on behind a colon; not every language begins it small there."""
    if language.language() != language.ENGLISH:
        return sentence
    return sentence[:1].lower() + sentence[1:]


def figure(number: float) -> str:
    """Write a number: 1200, 10,000, 2.5, −3. Up to four digits stay together, as years do."""
    if number % 1 == 0 and abs(number) < _TOO_LONG_TO_WRITE_OUT:
        number = int(number)
    return language.figure(f"{number:,}" if abs(number) >= _LEAST_WITH_COMMAS else str(number))


def value(item: str | float) -> str:
    return quoted(item) if isinstance(item, str) else figure(item)


def with_unit(text: str, name: FieldName) -> str:
    """Say the unit behind the figures: after them when it reads so, else in brackets."""
    if not name.unit or name.unit.casefold() == name.text.casefold():
        return text
    unit = _(name.unit) if name.unit in _UNITS else name.unit
    return f"{text} {unit}" if _PLAIN_UNIT.fullmatch(name.unit) else f"{text} ({unit})"


def hours(first: int, end: int) -> str:
    """Name the time from one full hour to another: between 6 and 9 in the morning."""
    if (first, end) == (0, _MIDNIGHT):
        return _("at any hour")
    # A language that counts the hours through the day says “24” here.
    if pgettext("clock", "12") == "24":
        return _("between {first} and {end} o’clock").format(first=first, end=end)
    begin, begin_part = _hour(first)
    finish, finish_part = _hour(end)
    if begin_part == finish_part and first < end:
        begin_part = "{hour}"
    return _("between {first} and {end}").format(
        first=begin_part.format(hour=begin), end=finish_part.format(hour=finish)
    )


def _hour(hour: int) -> tuple[int, str]:
    """An hour of the twelve, and how it is said."""
    if hour in {0, _MIDNIGHT}:
        return hour, _("midnight")
    if hour == _NOON:
        return hour, _("noon")
    if hour < _NOON:
        return hour, _("{hour} in the morning")
    part = _("{hour} in the afternoon") if hour < _EVENING else _("{hour} in the evening")
    return hour - _NOON, part


def weekdays(days: Sequence[int]) -> str:
    """Name days of the week, Monday is 1: a Saturday or a Sunday; a day from Monday to Friday."""
    is_run = len(days) > len("ab") and list(days) == list(range(days[0], days[-1] + 1))
    if is_run:
        first, last = _(DAYS[days[0] - 1]), _(DAYS[days[-1] - 1])
        return _("a day from {first} to {last}").format(first=first, last=last)
    return listed([_(_ON_A_DAY[number - 1]) for number in days], last="or")


def months(numbers: Sequence[int]) -> str:
    """Name months, January is 1: June or July."""
    return listed([language.manner().months[number - 1] for number in numbers], last="or")
