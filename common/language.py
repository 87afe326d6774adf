"""What the house says, in the language of whoever reads it, and how that language writes figures.

Pure: alone it speaks English. Django lends its voice at start (``common.apps``).
"""

from __future__ import annotations

import unicodedata
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

ENGLISH, GERMAN = "en-gb", "de"
NO_BREAK, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


# -- words --------------------------------------------------------------------------------------
class Voice(Protocol):
    """Who looks up what is said, and knows the language of the moment."""

    def language(self) -> str:
        """The code of the language that is spoken now."""

    def gettext(self, text: str) -> str:
        """The text in that language."""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form that goes with the count."""

    def pgettext(self, context: str, text: str) -> str:
        """The text as it is meant in this context."""

    def override(self, language: str) -> AbstractContextManager[object]:
        """Speak another language for a while."""


class English:
    """Says what is written, and knows no other language."""

    def language(self) -> str:
        return ENGLISH

    def gettext(self, text: str) -> str:
        return text

    def ngettext(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many

    def pgettext(self, context: str, text: str) -> str:  # noqa: ARG002  # the others' shape
        return text

    def override(self, language: str) -> AbstractContextManager[object]:  # noqa: ARG002
        return nullcontext()


_voices: list[Voice] = [English()]


def speak_through(voice: Voice) -> None:
    """Let another voice speak from now on."""
    _voices[:] = [voice]


def language() -> str:
    """The code of the language of the moment, such as ``de``."""
    return _voices[0].language()


def gettext(text: str) -> str:
    """The text in the language of the moment. Modules call it ``_``."""
    return _voices[0].gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a text that goes with a count."""
    return _voices[0].ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    """The text as it is meant in a context: “Open” is a status, or what a button does."""
    return _voices[0].pgettext(context, text)


def gettext_noop(text: str) -> str:
    """Mark a constant; whoever shows it says it with ``gettext``."""
    return text


def pgettext_noop(context: str, text: str) -> str:  # noqa: ARG001  # found by name
    """Mark a constant that is said with ``pgettext`` in this context."""
    return text


def override(code: str) -> AbstractContextManager[object]:
    """Speak another language for a while; an empty code is English."""
    return _voices[0].override(code or ENGLISH)


def in_english() -> AbstractContextManager[object]:
    """For what is frozen, hashed or read by machines, and so is the same for everybody."""
    return override(ENGLISH)


# -- figures ------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a language writes figures and days.

    :param money: an amount with a symbol; one without has its code behind it.
    :param thousand: with the next, the short words on the axes of charts.
    """

    group: str
    point: str
    money: str
    day: str
    day_of_year: str
    thousand: str
    million: str
    last: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]


MANNERS = {
    ENGLISH: Manner(
        group=",",
        point=".",
        money="{symbol}{amount}",
        day="{day} {month} {year}",
        day_of_year="{day} {month}",
        thousand="k",
        million="M",
        last=" and ",
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        short_months=(
            *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
            *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        ),
    ),
    GERMAN: Manner(
        group=".",
        point=",",
        money=f"{{amount}}{NO_BREAK}{{symbol}}",
        day="{day}. {month} {year}",
        day_of_year="{day}. {month}",
        thousand=f"{NO_BREAK}Tsd.",
        million=f"{NO_BREAK}Mio.",
        last=" und ",
        months=(
            *("Januar", "Februar", "März", "April", "Mai", "Juni"),
            *("Juli", "August", "September", "Oktober", "November", "Dezember"),
        ),
        short_months=(
            *("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni"),
            *("Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
        ),
    ),
}


def manner() -> Manner:
    """How the language of the moment writes; one that is not known writes as English does."""
    return MANNERS.get(language(), MANNERS[ENGLISH])


def figure(plain: str) -> str:
    """Write what Python formatted with commas and a point (``1,234.5``) as the reader does."""
    how = manner()
    swapped = plain.replace(",", "\0").replace(".", how.point).replace("\0", how.group)
    return swapped.replace("-", MINUS)


def number(value: float, digits: int = 0) -> str:
    """Say ``41,872``, with so many digits behind the point."""
    return figure(f"{value:,.{digits}f}")


def date_long(day: date) -> str:
    """Say ``23 November 2026``."""
    how = manner()
    return how.day.format(day=day.day, month=how.months[day.month - 1], year=day.year)


def day_of_year(day: date) -> str:
    """Say ``23 November``, where the year is known."""
    how = manner()
    return how.day_of_year.format(day=day.day, month=how.months[day.month - 1])


def day_short(day: date) -> str:
    """Say ``23 Nov``, where there is little room and the year is known."""
    how = manner()
    return how.day_of_year.format(day=day.day, month=how.short_months[day.month - 1])


def month_of_year(day: date) -> str:
    """Say ``November 2026``."""
    return f"{manner().months[day.month - 1]} {day.year}"


def moment(at: datetime) -> str:
    """Say ``23 November 2026, 14:05 UTC``."""
    return f"{date_long(at)}, {at:%H:%M} {at:%Z}".rstrip()


def by_letters(name: str) -> str:
    """What names are sorted by: Österreich stands among the O, as in every list that people read.

    Letters that are no Latin ones keep their places behind.
    """
    apart = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def listed(items: Sequence[str]) -> str:
    """Join: a, b and c."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])}{manner().last}{items[-1]}"
