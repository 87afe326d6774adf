"""How the values of one column lie, small enough for a page: by time, by word, by size.

Each is fed one person's values at a time and keeps bounded counts. What it gives back names only
bins that ten people or more stand behind.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from fulfilment.exports.bins import Bin, Bins, joined, showable
from offers.tables import Cell

MOST_CATEGORIES = 8
MOST_DAYS = 62
_LONGEST_WORD = 60
_TO_THE_SECOND = len("2026-11-23T06:09:11")
_MOST_STEPS = 8
_ENOUGH_OF_ALL = 0.8  # a chart that would leave out more than a fifth is not drawn
_UTC_HOUR = re.compile(r"\d{4}-(?:0\d|1[0-2])-[0-3]\dT(?:[01]\d|2[0-3]):\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?")


class Distribution(Protocol):
    """What a column's values are given to."""

    def add(self, values: Sequence[Cell], *, person: str) -> None:
        """Count one person's values; empty ones are skipped."""

    def summary(self) -> list[dict[str, Any]]:
        """Charts as plain data: ``kind``, ``rows`` of word and records, ``left_out``."""


class Times:
    """By hour of the day, and by day, week or month: the finest that enough people fill."""

    def __init__(self, *, at: datetime) -> None:
        self.hours, self.days = Bins(), Bins()
        self.newest, self.future, self.unread = "", 0, 0
        self._now = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")

    def add(self, values: Sequence[Cell], *, person: str) -> None:
        """Take ISO 8601 in UTC as it is; other forms are converted, or counted as unread."""
        texts = [_in_utc(value) for value in values if value is not None and value != ""]
        known = [text for text in texts if text]
        self.unread += len(texts) - len(known)
        days: Counter[Any] = Counter()
        hours: Counter[Any] = Counter()
        for moment, records in Counter([text[:13] for text in known]).items():
            days[moment[:10]] += records
            hours[moment[11:13]] += records
        hours.pop("", None)
        self.days.add(days, person=person)
        self.hours.add(hours, person=person)
        self._note_newest(known)

    def summary(self) -> list[dict[str, Any]]:
        """Hours when times of day were given, and days."""
        charts = []
        names: dict[Any, str] = {f"{hour:02d}": f"{hour:02d}" for hour in range(24)}
        hours = {name: Bin() for name in names.values()} | self.hours.merged(names)
        if self.hours.records:
            charts.append(_chart("hours", hours, records=self.hours.records))
        charts.append(self._by_date())
        return [chart for chart in charts if chart]

    def _by_date(self) -> dict[str, Any]:
        for kind, name in (("days", _day), ("weeks", _week), ("months", _month)):
            names: dict[Any, str] = {day: name(str(day)) for day in sorted(self.days.bins, key=str)}
            bins = dict(sorted(self.days.merged(names).items()))
            chart = _chart(kind, bins, records=self.days.records)
            if chart and len(chart["rows"]) <= MOST_DAYS:
                return chart
        return {}

    def _note_newest(self, known: Sequence[str]) -> None:
        newest = max(known, default="")
        if newest > self._now:
            past = [text for text in known if text <= self._now]
            self.future += len(known) - len(past)
            newest = max(past, default="")
        self.newest = max(self.newest, newest)


class Words:
    """The most frequent words; the rest together."""

    def __init__(self) -> None:
        self.bins = Bins()

    def add(self, values: Sequence[Cell], *, person: str) -> None:
        """Count the beginnings of texts."""
        self.bins.add(
            Counter([_word(value) for value in values if value is not None and value != ""]),
            person=person,
        )

    def summary(self) -> list[dict[str, Any]]:
        """One chart, unless hardly any word is shared by enough people."""
        by_size = sorted(
            ((str(key), one) for key, one in self.bins.bins.items() if one.may_show),
            key=lambda pair: (-pair[1].records, pair[0]),
        )
        shown = dict(by_size[:MOST_CATEGORIES])
        rest = self._rest(shown)
        while shown and rest.records and not rest.may_show:
            rest.join(shown.popitem()[1])
        rows = [[name, one.records] for name, one in shown.items()]
        if len(rows) < 2:  # noqa: PLR2004 -- one bar compares nothing
            return []
        return [{"kind": "words", "rows": rows, "other": rest.records, "left_out": 0}]

    def _rest(self, shown: dict[str, Bin]) -> Bin:
        others = [one for key, one in self.bins.bins.items() if str(key) not in shown]
        return joined([self.bins.beyond, *others])


class Sizes:
    """A histogram with round steps over the middle 98 % of the records."""

    def __init__(self) -> None:
        self.bins = Bins()

    def add(self, values: Sequence[Cell], *, person: str) -> None:
        """Count numbers by their first two figures; numbers as text are read leniently."""
        numbers = [_number(value) for value in values if value is not None and value != ""]
        rounded = [_two_figures(number) for number in numbers if number is not None]
        self.bins.add(Counter(rounded), person=person)

    def summary(self) -> list[dict[str, Any]]:
        """One chart, unless all values are one."""
        keys = sorted(float(key) for key in self.bins.bins)
        if len(keys) < 2:  # noqa: PLR2004 -- one bar compares nothing
            return []
        low, high = self._middle(keys)
        step = _round_step((high - low) / _MOST_STEPS)
        first, last = math.floor(low / step), math.floor(high / step)
        names: dict[Any, str] = {key: _span(key, step, first, last) for key in keys}
        merged = self.bins.merged(names)
        in_order = {name: merged[name] for name in dict.fromkeys(names.values())}
        chart = _chart("sizes", in_order, records=self.bins.records)
        return [chart] if chart else []

    def _middle(self, keys: Sequence[float]) -> tuple[float, float]:
        whole = sum(one.records for one in self.bins.bins.values())
        seen, low, high = 0, keys[0], keys[-1]
        for key in keys:
            if seen <= whole * 0.01:
                low = key
            seen += self.bins.bins[key].records
            if seen >= whole * 0.99:
                return low, max(key, low)
        return low, high


def _chart(kind: str, bins: dict[str, Bin], *, records: int) -> dict[str, Any]:
    """Rows of the bins that may be shown; nothing if that leaves out too much."""
    shown = showable(bins)
    drawn = sum(shown.values())
    if len(shown) < 2 or drawn < records * _ENOUGH_OF_ALL:  # noqa: PLR2004 -- one bar compares nothing
        return {}
    if kind == "hours":
        # Every hour has its place; one with too few people says so by having no number.
        rows = [[name, shown.get(name, None if one.records else 0)] for name, one in bins.items()]
        return {"kind": kind, "rows": rows, "left_out": records - drawn}
    return {"kind": kind, "rows": [list(row) for row in shown.items()], "left_out": records - drawn}


def _in_utc(value: Cell) -> str:
    """``2026-11-23T06:09…`` in UTC, a bare date as it is, or nothing."""
    text = str(value)
    if text[-1:] == "Z" and _UTC_HOUR.match(text):
        return text[:_TO_THE_SECOND].rstrip("Z")
    if _DATE.fullmatch(text):
        return text
    try:
        moment = _parsed(text)
        in_utc = moment if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return in_utc.isoformat(timespec="seconds")[:_TO_THE_SECOND]


def _parsed(text: str) -> datetime:
    """ISO 8601, or Twitter's ``Mon Nov 23 06:09:11 +0000 2026``."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")


def _day(day: str) -> str:
    return day


def _week(day: str) -> str:
    try:
        date = datetime.fromisoformat(day).date()
        return (date - timedelta(days=date.weekday())).isoformat()
    except (ValueError, OverflowError):
        return day


def _month(day: str) -> str:
    return day[:7]


def _word(value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:_LONGEST_WORD]


def _number(value: Cell) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return float(value) if value is not None and math.isfinite(value) else None


def _two_figures(number: float) -> float:
    return float(f"{number:.1e}") if number else 0.0


def _round_step(rough: float) -> float:
    if rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * step for step in (1, 2, 2.5, 5, 10) if power * step >= rough * 0.999)


def _span(number: float, step: float, first: int, last: int) -> str:
    place = math.floor(number / step)
    if place < first:
        return f"<{_say(first * step)}"
    if place >= last:
        return f"{_say(last * step)}+"
    between = "\N{EN DASH}" if place >= 0 else " to "
    return f"{_say(place * step)}{between}{_say((place + 1) * step)}"


def _say(number: float) -> str:
    text = f"{number:,.10g}"
    return text.replace("-", "\N{MINUS SIGN}")
