"""Invented answers for an offer that is being composed, from the catalogue's invented values.

Values are bent until they pass the filters: nobody is shown a walk of one kilometre under “5 km
or more”.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

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
from hats.bundles.text import lexemes
from offers.datafiles import FieldFacts

Value = Any  # JSON, as a HAT would answer it.

PEOPLE = 3
ROWS = 3  # of one person and table
_ISO_DAY = len("2026-02-11")
_ISO_HOUR = slice(len("2026-02-11T"), len("2026-02-11T08"))
_GAP = 3  # in how many rows a value that may be missing is missing once


def invented_rows(
    fields: Sequence[tuple[FieldFacts, Sequence[Phrase]]], *, limit: int | None, person: int
) -> list[dict[str, Any]]:
    """The records of one invented person, as a HAT would map them.

    :param fields: those taken, each with the filters it must pass.
    """
    count = min(ROWS, limit) if limit else ROWS
    return [_row(fields, turn=person * ROWS + place) for place in range(count)]


def _row(fields: Iterable[tuple[FieldFacts, Sequence[Phrase]]], *, turn: int) -> dict[str, Any]:
    row = {}
    for place, (field, phrases) in enumerate(fields):
        is_left_out = field.may_be_missing and not phrases and (turn + place) % _GAP == _GAP - 1
        if not is_left_out or place == 0:
            row[field.column] = invented(field, phrases, turn=turn)
    return row


def invented(field: FieldFacts, phrases: Sequence[Phrase], *, turn: int) -> Value:
    """One invented value that passes every one of these filters.

    :param turn: which of the examples; beyond the last they begin again.
    """
    value = field.examples[turn % len(field.examples)]
    if field.filter_by in {"day", "moment"} and phrases:
        return _moment(str(value), phrases, turn=turn)
    if field.filter_by == "seconds" and phrases:
        return _seconds(value, phrases)
    for phrase in phrases:
        value = _bent(value, phrase, turn=turn)
    return value


_BENDS: Mapping[type, Callable[[Value, Any, int], Value]] = {
    Range: lambda value, p, _turn: min(max(value, p.lowest), p.highest),
    AtLeast: lambda value, p, _turn: max(value, p.lowest),
    AtMost: lambda value, p, _turn: min(value, p.highest),
    OneOf: lambda _value, p, turn: p.values[turn % len(p.values)],
    IsYes: lambda _value, p, _turn: p.is_yes,
    Equals: lambda value, p, _turn: value if p.value in value else [p.value, *value],
    HasWords: lambda value, p, _turn: (
        value if _has(str(value), p.search) else p.search.capitalize()
    ),
}


def _bent(value: Value, phrase: Phrase, *, turn: int) -> Value:
    bend = _BENDS.get(type(phrase))
    return bend(value, phrase, turn) if bend else value


def _has(text: str, search: str) -> bool:
    return set(lexemes(search)) <= set(lexemes(text))


def _moment(text: str, phrases: Sequence[Phrase], *, turn: int) -> str:
    day = date.fromisoformat(text[:_ISO_DAY])
    for phrase in phrases:
        match phrase:
            case Since(_, since) if day < since:
                day = since + timedelta(days=turn)
            case Period(_, since, until) if not since <= day < until:
                day = since + timedelta(days=turn % (until - since).days)
    day = _on_a_weekday(day, phrases)
    text = day.isoformat() + text[_ISO_DAY:]
    hour = _hour(phrases, int(text[_ISO_HOUR] or 0))
    return (
        text[: _ISO_HOUR.start] + f"{hour:02}" + text[_ISO_HOUR.stop :] if text[_ISO_HOUR] else text
    )


def _seconds(value: float, phrases: Sequence[Phrase]) -> int:
    moment = datetime.fromtimestamp(value, UTC)
    day = _on_a_weekday(moment.date(), phrases)
    hour = _hour(phrases, moment.hour)
    at = datetime(day.year, day.month, day.day, hour, moment.minute, moment.second, tzinfo=UTC)
    return int(at.timestamp())


def _on_a_weekday(day: date, phrases: Sequence[Phrase]) -> date:
    """Move on to the next day that is allowed; within a week there is one."""
    for phrase in phrases:
        if isinstance(phrase, Weekdays):
            return next(
                on
                for ahead in range(7)
                if (on := day + timedelta(days=ahead)).isoweekday() in phrase.days
            )
    return day


def _hour(phrases: Sequence[Phrase], hour: int) -> int:
    for phrase in phrases:
        if isinstance(phrase, Hours):
            return min(max(hour, phrase.first), phrase.last)
    return hour
