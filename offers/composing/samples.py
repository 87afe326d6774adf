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
_ISO_MINUTE = len("2026-02-11T08:30")
_DAY = timedelta(days=1)
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


def _row(fields: Sequence[tuple[FieldFacts, Sequence[Phrase]]], *, turn: int) -> dict[str, Any]:
    row = {}
    moved = _moved(fields, turn=turn)
    for place, (field, phrases) in enumerate(fields):
        is_left_out = field.may_be_missing and not phrases and (turn + place) % _GAP == _GAP - 1
        if not is_left_out or place == 0:
            row[field.column] = invented(field, phrases, turn=turn, moved=moved)
    return row


def _moved(fields: Iterable[tuple[FieldFacts, Sequence[Phrase]]], *, turn: int) -> timedelta:
    """How far filters move the moments of one row: together, or a night ends before it began."""
    moved = timedelta()
    for field, phrases in fields:
        if phrases and (at := _at(field, _example(field, turn))) is not None:
            bent = _at(field, invented(field, phrases, turn=turn, moved=moved))
            moved = bent - at if bent is not None else moved
    return moved


def invented(
    field: FieldFacts, phrases: Sequence[Phrase], *, turn: int, moved: timedelta = timedelta()
) -> Value:
    """One invented value that passes every one of these filters.

    :param turn: which of the examples; beyond the last they begin again.
    :param moved: how far the moments of its record are moved.
    """
    value = _later(field, _example(field, turn), moved)
    if field.filter_by in {"day", "moment"} and phrases:
        return _moment(str(value), phrases, turn=turn)
    if field.filter_by == "seconds" and phrases:
        return _seconds(value, phrases)
    for phrase in phrases:
        value = _bent(value, phrase, turn=turn)
    return value


def _example(field: FieldFacts, turn: int) -> Value:
    return field.examples[turn % len(field.examples)]


def _at(field: FieldFacts, value: Value) -> datetime | None:
    """The moment that a value names; ``None`` for what is no moment."""
    if field.filter_by == "seconds":
        return datetime.fromtimestamp(value, UTC)
    if field.filter_by not in {"day", "moment"}:
        return None
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def _later(field: FieldFacts, value: Value, moved: timedelta) -> Value:
    """The value moved on, in its own form: a date by whole days."""
    at = _at(field, value) if moved else None
    if at is None:
        return value
    if field.filter_by == "seconds":
        return int((at + moved).timestamp())
    text = str(value)
    if len(text) == _ISO_DAY:
        return (at + timedelta(days=int(moved / _DAY))).date().isoformat()
    return (at + moved).isoformat()[:_ISO_MINUTE] + text[_ISO_MINUTE:]


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
                day = since + timedelta(days=_newest_first(turn, ROWS * PEOPLE))
            case Period(_, since, until) if not since <= day < until:
                span = min((until - since).days, ROWS * PEOPLE)
                day = since + timedelta(days=_newest_first(turn, span))
    day = _on_a_weekday(day, phrases)
    text = day.isoformat() + text[_ISO_DAY:]
    hour = _hour(phrases, int(text[_ISO_HOUR] or 0))
    return (
        text[: _ISO_HOUR.start] + f"{hour:02}" + text[_ISO_HOUR.stop :] if text[_ISO_HOUR] else text
    )


def _newest_first(turn: int, span: int) -> int:
    return (-1 - turn) % span


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
            return _within(hour, phrase)
    return hour


def _within(hour: int, span: Hours) -> int:
    if span.first <= span.last:
        return min(max(hour, span.first), span.last)
    return hour if hour >= span.first or hour <= span.last else span.first
