"""Filters read as phrases, also where they are spelt in another way than a phrase builds them."""

import re
from collections.abc import Callable
from datetime import date

from hats.bundles.dates import canonical_part
from hats.bundles.model import Between, Contains, Filter, Find, In, Transformation
from hats.bundles.phrases import (
    BEYOND,
    LAST_DAY,
    AtLeast,
    AtMost,
    Equals,
    HasWords,
    Hours,
    Includes,
    IsYes,
    Months,
    OneOf,
    Other,
    Period,
    Phrase,
    Range,
    Since,
    Weekdays,
    Years,
)
from hats.bundles.text import lexemes, search_text

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST_HOUR, _LAST_DAY, _LAST_MONTH = 23, 7, 12
_FIRST_YEAR, _LAST_YEAR = 1000, 9999


def read(condition: Filter) -> Phrase:
    """Recognise a filter; :class:`Other` when no phrase says exactly what it does."""
    return _READERS[condition.transformation](condition) or Other(condition)


def _of_text(condition: Filter) -> Phrase | None:
    match condition.operator:
        case Find(str() as search) if lexemes(search_text(search)):
            return HasWords(condition.field, search)
        case _:
            return None


def _of_value(condition: Filter) -> Phrase | None:
    match condition.operator:
        case Contains(value):
            return _contained(condition.field, value)
        case In(list() as values) if _are_scalars(values):
            return OneOf(condition.field, tuple(values))
        case Between(lower, upper):
            return _span(condition.field, lower, upper)
        case _:
            return None


def _contained(field: str, value: object) -> Phrase | None:
    if isinstance(value, bool):
        return IsYes(field, value)
    if isinstance(value, str | int | float):
        return Equals(field, value)
    if isinstance(value, list) and _are_scalars(value):
        return Includes(field, tuple(value))
    return None


def _are_scalars(values: list[object]) -> bool:
    return bool(values) and all(
        isinstance(item, str | int | float) and not isinstance(item, bool) for item in values
    )


def _span(field: str, lower: object, upper: object) -> Phrase | None:
    if isinstance(lower, str) and isinstance(upper, str):
        return _days(field, _date(lower), _date(upper))
    if not _is_number(lower) or not _is_number(upper):
        return None
    assert isinstance(lower, int | float)
    assert isinstance(upper, int | float)
    if lower == -BEYOND and abs(upper) < BEYOND:
        return AtMost(field, upper)
    if upper == BEYOND and abs(lower) < BEYOND:
        return AtLeast(field, lower)
    return Range(field, lower, upper) if lower <= upper else None


def _days(field: str, since: date | None, until: date | None) -> Phrase | None:
    if not since or not until or since >= until:
        return None
    return Since(field, since) if until == LAST_DAY else Period(field, since, until)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _of_moment(condition: Filter) -> Phrase | None:
    reader = _MOMENT_READERS.get(canonical_part(condition.part or ""))
    return reader(condition) if reader else None


def _hours(condition: Filter) -> Phrase | None:
    ends = _whole_ends(condition, lowest=0, highest=_LAST_HOUR) or _ends_on_a_clock(condition)
    return Hours(condition.field, condition.transformation, *ends) if ends else None


def _ends_on_a_clock(condition: Filter) -> tuple[int, int] | None:
    """First and last of hours that follow each other, over midnight if need be."""
    hours = set(_whole_values(condition, lowest=0, highest=_LAST_HOUR))
    if len(hours) > _LAST_HOUR:
        return (0, _LAST_HOUR)
    begins = [hour for hour in hours if (hour - 1) % (_LAST_HOUR + 1) not in hours]
    ends = [hour for hour in hours if (hour + 1) % (_LAST_HOUR + 1) not in hours]
    return (begins[0], ends[0]) if len(begins) == 1 else None


def _years(condition: Filter) -> Phrase | None:
    ends = _whole_ends(condition, lowest=_FIRST_YEAR, highest=_LAST_YEAR)
    return Years(condition.field, condition.transformation, *ends) if ends else None


def _weekdays(condition: Filter) -> Phrase | None:
    days = _whole_values(condition, lowest=1, highest=_LAST_DAY)
    return Weekdays(condition.field, condition.transformation, days) if days else None


def _days_from_sunday(condition: Filter) -> Phrase | None:
    """Sunday is 0 here and 7 in the other count."""
    days = _whole_values(condition, lowest=0, highest=_LAST_DAY - 1)
    counted = tuple(sorted(number or _LAST_DAY for number in days))
    return Weekdays(condition.field, condition.transformation, counted) if days else None


def _months(condition: Filter) -> Phrase | None:
    months = _whole_values(condition, lowest=1, highest=_LAST_MONTH)
    return Months(condition.field, condition.transformation, months) if months else None


_MOMENT_READERS: dict[str, Callable[[Filter], Phrase | None]] = {
    "hour": _hours,
    "year": _years,
    "isodow": _weekdays,
    "dow": _days_from_sunday,
    "month": _months,
}


def _whole_ends(condition: Filter, *, lowest: int, highest: int) -> tuple[int, int] | None:
    match condition.operator:
        case Between(int() as first, int() as last) if _is_number(first) and _is_number(last):
            return (first, last) if lowest <= first <= last <= highest else None
        case Contains(int() as only) | In([int() as only]) if _is_number(only):
            return (only, only) if lowest <= only <= highest else None
        case _:
            return None


def _whole_values(condition: Filter, *, lowest: int, highest: int) -> tuple[int, ...]:
    """Return the values allowed, in order; empty when they are no such numbers."""
    ends = _whole_ends(condition, lowest=lowest, highest=highest)
    if ends:
        return tuple(range(ends[0], ends[1] + 1))
    if not isinstance(condition.operator, In) or not isinstance(condition.operator.value, list):
        return ()
    found = {item for item in condition.operator.value if isinstance(item, int)}
    are_all = len(found) == len(condition.operator.value) and not any(
        isinstance(item, bool) for item in condition.operator.value
    )
    return tuple(sorted(found)) if are_all and all(lowest <= n <= highest for n in found) else ()


_READERS: dict[Transformation, Callable[[Filter], Phrase | None]] = {
    Transformation.IDENTITY: _of_value,
    Transformation.SEARCHABLE: _of_text,
    Transformation.DATETIME_EXTRACT: _of_moment,
    Transformation.TIMESTAMP_EXTRACT: _of_moment,
}
