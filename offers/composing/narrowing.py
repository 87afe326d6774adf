"""One question about one field: what a form holds, as filters, and read back from filters.

``filter_by`` of a field names its question. What a form holds is a small mapping:

==========  ==================================================================================
number      ``low``, ``high``: numbers, either may be missing
choice      ``values``: some of the field's known values
words       ``text``: words that all must be there
yes-no      ``yes``: true or false
element     ``text``: what the list includes
day         ``days`` back from today, or ``since`` and perhaps ``until``, as ISO dates
moment      as ``day``, and ``hours`` (first and last, whole), ``weekdays`` (Monday is 1)
seconds     ``hours``, ``weekdays``
==========  ==================================================================================
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from hats.bundles import Transformation
from hats.bundles.phrases import (
    AtLeast,
    AtMost,
    Equals,
    HasWords,
    Hours,
    IsYes,
    OneOf,
    Period,
    Phrase,
    Range,
    Since,
    Weekdays,
)
from hats.bundles.words import filter_path
from offers.datafiles import FieldFacts

Held = Mapping[str, Any]
_FORMS = {
    "moment": Transformation.DATETIME_EXTRACT,
    "seconds": Transformation.TIMESTAMP_EXTRACT,
}


def phrases_of(field: FieldFacts, held: Held, *, today: date) -> list[Phrase]:
    """Say what a form holds as filters; nothing held, or not of this field's kind, is none.

    :param today: what “the last 90 days” counts back from.
    """
    path = filter_path(field.path)
    found: list[Phrase] = []
    for question in _QUESTIONS.get(field.filter_by, ()):
        phrase = question(path, field, held, today)
        if phrase is not None:
            found.append(phrase)
    return found


def held_of(field: FieldFacts, phrases: Iterable[Phrase]) -> dict[str, Any] | None:
    """Fill a form from filters; ``None`` when the form has no room for one of them."""
    usual = [_as_choice(phrase) if field.filter_by == "choice" else phrase for phrase in phrases]
    held: dict[str, Any] = {}
    for phrase in usual:
        read = _HELD.get(type(phrase))
        held |= read(phrase) if read else {}
    rebuilt = phrases_of(field, held, today=date.min)
    return held if sorted(map(repr, rebuilt)) == sorted(map(repr, usual)) else None


def _as_choice(phrase: Phrase) -> Phrase:
    """One value is a choice of one."""
    return OneOf(phrase.field, (phrase.value,)) if isinstance(phrase, Equals) else phrase


_HELD: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    Range: lambda p: {"low": p.lowest, "high": p.highest},
    AtLeast: lambda p: {"low": p.lowest},
    AtMost: lambda p: {"high": p.highest},
    IsYes: lambda p: {"yes": p.is_yes},
    OneOf: lambda p: {"values": list(p.values)},
    Equals: lambda p: {"text": p.value},
    HasWords: lambda p: {"text": p.search},
    Since: lambda p: {"since": p.since.isoformat()},
    Period: lambda p: {"since": p.since.isoformat(), "until": p.until.isoformat()},
    Hours: lambda p: {"hours": [p.first, p.last]},
    Weekdays: lambda p: {"weekdays": list(p.days)},
}


def _number(path: str, _field: FieldFacts, held: Held, _today: date) -> Phrase | None:
    low, high = held.get("low"), held.get("high")
    if low is not None and high is not None:
        return Range(path, low, high)
    if low is not None:
        return AtLeast(path, low)
    return None if high is None else AtMost(path, high)


def _choice(path: str, field: FieldFacts, held: Held, _today: date) -> Phrase | None:
    known = tuple(value for value in held.get("values", ()) if value in field.values)
    return OneOf(path, known) if known else None


def _words(path: str, _field: FieldFacts, held: Held, _today: date) -> Phrase | None:
    return HasWords(path, held["text"]) if held.get("text") else None


def _yes_no(path: str, _field: FieldFacts, held: Held, _today: date) -> Phrase | None:
    return IsYes(path, held["yes"]) if isinstance(held.get("yes"), bool) else None


def _element(path: str, _field: FieldFacts, held: Held, _today: date) -> Phrase | None:
    return Equals(path, held["text"]) if held.get("text") else None


def _days(path: str, _field: FieldFacts, held: Held, today: date) -> Phrase | None:
    if held.get("days"):
        return Since(path, today - timedelta(days=held["days"]))
    since, until = held.get("since"), held.get("until")
    if not since:
        return None
    begins = date.fromisoformat(since)
    return Period(path, begins, date.fromisoformat(until)) if until else Since(path, begins)


def _hours(path: str, field: FieldFacts, held: Held, _today: date) -> Phrase | None:
    return Hours(path, _FORMS[field.filter_by], *held["hours"]) if held.get("hours") else None


def _weekdays(path: str, field: FieldFacts, held: Held, _today: date) -> Phrase | None:
    days = tuple(sorted(held.get("weekdays", ())))
    return Weekdays(path, _FORMS[field.filter_by], days) if days else None


Question = Callable[[str, FieldFacts, Held, date], Phrase | None]
_QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "number": (_number,),
    "choice": (_choice,),
    "words": (_words,),
    "yes-no": (_yes_no,),
    "element": (_element,),
    "day": (_days,),
    "moment": (_days, _hours, _weekdays),
    "seconds": (_hours, _weekdays),
}
