"""The closed set of filters that have plain words: each is built, recognised and said.

``to_filter`` makes the filter, :mod:`hats.bundles.recognising` reads it back, and ``words`` says it
of a named field, as a clause goes on behind its name: “is between 5 and 10 km”, „zwischen 5 und
10 km liegt“. What is none of these is an :class:`Other`, which says honestly that it has no plain
words and quotes the filter.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from common import language
from common.language import gettext as _
from hats.bundles import speech
from hats.bundles.model import Between, Contains, Filter, Find, In, Transformation
from hats.bundles.parsing import filter_to_json
from hats.bundles.speech import FieldName
from hats.bundles.text import lexemes

Scalar = str | int | float
# The language has no open ends; no figure of a person's life lies beyond this one.
BEYOND: Final = 10**15
# Nor does any day of it lie behind this one; as text it sorts behind every other.
LAST_DAY: Final = date(9999, 12, 31)

HOURS_OF_A_DAY: Final = 24


class Phrase(Protocol):
    """One filter in plain words; ``field`` is the path of the field it looks at."""

    @property
    def field(self) -> str: ...

    def to_filter(self) -> Filter: ...

    def words(self, name: FieldName) -> str: ...


@dataclass(frozen=True, slots=True)
class Equals:
    """The field is this value, or is a list with it."""

    field: str
    value: Scalar

    def to_filter(self) -> Filter:
        return Filter(self.field, Contains(self.value))

    def words(self, name: FieldName) -> str:
        value = speech.value(self.value)
        if not isinstance(self.value, str):
            value = speech.with_unit(value, name)
        words = _("includes {value}") if name.is_list else _("is {value}")
        return words.format(value=value)


@dataclass(frozen=True, slots=True)
class IsYes:
    """The field is true, or is false."""

    field: str
    is_yes: bool

    def to_filter(self) -> Filter:
        return Filter(self.field, Contains(self.is_yes))

    def words(self, name: FieldName) -> str:
        if name.is_list:
            return _("includes yes") if self.is_yes else _("includes no")
        return _("is yes") if self.is_yes else _("is no")


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field is one of these values; a list holds nothing but them."""

    field: str
    values: tuple[Scalar, ...]

    def to_filter(self) -> Filter:
        return Filter(self.field, In(list(self.values)))

    def words(self, name: FieldName) -> str:
        values = speech.listed([speech.value(item) for item in self.values], last="or")
        if name.is_list:
            return _("holds nothing but {values}").format(values=values)
        return _("is {value}").format(value=values)


@dataclass(frozen=True, slots=True)
class Includes:
    """The field is a list with all of these values."""

    field: str
    values: tuple[Scalar, ...]

    def to_filter(self) -> Filter:
        return Filter(self.field, Contains(list(self.values)))

    def words(self, name: FieldName) -> str:
        del name  # whatever it is called, it is a list
        values = speech.listed([speech.value(item) for item in self.values])
        return _("is a list with {values}").format(values=values)


@dataclass(frozen=True, slots=True)
class Range:
    """The field is a number from the lowest to the highest, both included."""

    field: str
    lowest: float
    highest: float

    def to_filter(self) -> Filter:
        return Filter(self.field, Between(self.lowest, self.highest))

    def words(self, name: FieldName) -> str:
        low, high = speech.figure(self.lowest), speech.figure(self.highest)
        upper = speech.with_unit(high, name)
        if low == high:
            return _("is exactly {figure}").format(figure=upper)
        return _("is between {lowest} and {highest}").format(lowest=low, highest=upper)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The field is this number or a higher one."""

    field: str
    lowest: float

    def to_filter(self) -> Filter:
        return Filter(self.field, Between(self.lowest, BEYOND))

    def words(self, name: FieldName) -> str:
        lowest = speech.with_unit(speech.figure(self.lowest), name)
        return _("is {figure} or more").format(figure=lowest)


@dataclass(frozen=True, slots=True)
class AtMost:
    """The field is this number or a lower one."""

    field: str
    highest: float

    def to_filter(self) -> Filter:
        return Filter(self.field, Between(-BEYOND, self.highest))

    def words(self, name: FieldName) -> str:
        highest = speech.with_unit(speech.figure(self.highest), name)
        return _("is {figure} or less").format(figure=highest)


@dataclass(frozen=True, slots=True)
class Period:
    """The field is a date in text, from one day until another begins.

    A bare date equal to ``until`` still passes, a moment of that day does not.
    """

    field: str
    since: date
    until: date

    def to_filter(self) -> Filter:
        return Filter(self.field, Between(self.since.isoformat(), self.until.isoformat()))

    def words(self, name: FieldName) -> str:
        del name
        since, until = language.date_long(self.since), language.date_long(self.until)
        return _("is from {since} up to {until}").format(since=since, until=until)


@dataclass(frozen=True, slots=True)
class Since:
    """The field is a date in text, of this day or a later one."""

    field: str
    since: date

    def to_filter(self) -> Filter:
        return Filter(self.field, Between(self.since.isoformat(), LAST_DAY.isoformat()))

    def words(self, name: FieldName) -> str:
        del name
        return _("is {day} or later").format(day=language.date_long(self.since))


@dataclass(frozen=True, slots=True)
class HasWords:
    """The field holds all these words, in whatever form English gives them."""

    field: str
    search: str

    def to_filter(self) -> Filter:
        return Filter(self.field, Find(self.search), Transformation.SEARCHABLE)

    def words(self, name: FieldName) -> str:
        del name
        counting = [word for word in self.search.split() if lexemes(word)] or [self.search]
        said = speech.listed([speech.quoted(word) for word in counting])
        if len(counting) == 1:
            return _("has the word {word}").format(word=said)
        return _("has the words {words}").format(words=said)


@dataclass(frozen=True, slots=True)
class Hours:
    """The field is a moment between two full hours, UTC; the last hour is included whole.

    A span that ends before it begins goes on over midnight: 22 to 5 is the night.
    """

    field: str
    form: Transformation
    first: int
    last: int

    def to_filter(self) -> Filter:
        wanted = Between(self.first, self.last) if self.first <= self.last else self._night()
        return Filter(self.field, wanted, self.form, "hour")

    def _night(self) -> In:
        return In([*range(self.first, HOURS_OF_A_DAY), *range(self.last + 1)])

    def words(self, name: FieldName) -> str:
        said = _("is {hours}") if name.is_local_time else _("is {hours} (UTC)")
        return said.format(hours=speech.hours(self.first, self.last + 1))


@dataclass(frozen=True, slots=True)
class Weekdays:
    """The field is a moment on one of these days, UTC; Monday is 1."""

    field: str
    form: Transformation
    days: tuple[int, ...]

    def to_filter(self) -> Filter:
        return Filter(self.field, In(list(self.days)), self.form, "isodow")

    def words(self, name: FieldName) -> str:
        del name
        return _("falls on {days}").format(days=speech.weekdays(self.days))


@dataclass(frozen=True, slots=True)
class Months:
    """The field is a moment in one of these months of any year."""

    field: str
    form: Transformation
    months: tuple[int, ...]

    def to_filter(self) -> Filter:
        return Filter(self.field, In(list(self.months)), self.form, "month")

    def words(self, name: FieldName) -> str:
        del name
        return _("is in {months}").format(months=speech.months(self.months))


@dataclass(frozen=True, slots=True)
class Years:
    """The field is a moment in one of these years, both included."""

    field: str
    form: Transformation
    first: int
    last: int

    def to_filter(self) -> Filter:
        return Filter(self.field, Between(self.first, self.last), self.form, "year")

    def words(self, name: FieldName) -> str:
        del name
        if self.first == self.last:
            return _("is in {year}").format(year=self.first)
        return _("is in the years {first} to {last}").format(first=self.first, last=self.last)


@dataclass(frozen=True, slots=True)
class Other:
    """Any filter that is none of the above, quoted as it is."""

    condition: Filter

    @property
    def field(self) -> str:
        return self.condition.field

    def to_filter(self) -> Filter:
        return self.condition

    def words(self, name: FieldName) -> str:
        del name
        exact = {k: v for k, v in filter_to_json(self.condition).items() if k != "field"}
        quoted = json.dumps(exact, ensure_ascii=False, sort_keys=True)
        return _("passes a test that has no plain words ({test})").format(test=quoted)
