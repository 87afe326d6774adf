"""From a revision's profile to charts whose titles say what was found. Pure: numbers in, words out.

Every chart is what the chart components take: id, title, note, summary, heads and rows; ``form``
says which component draws it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from common import language
from common.language import NO_BREAK, gettext_noop, ngettext, pgettext
from common.language import gettext as _
from offers.models import OfferField

Chart = dict[str, Any]
Profile = Mapping[str, Any]

MOST_CHARTS = 6  # with completeness, which is always drawn
GAPPY_BELOW_PERCENT = 95
_MOST_OF_ALL = 0.6  # the dark columns hold at least this share
_ENOUGH_FOR_A_LINE = 8
_LONGEST_LABEL = 40
_ORDER = ("hours", "dates", "words", "sizes")
_FEW = gettext_noop("fewer than 10 people")
_YES_NO = {"yes": gettext_noop("yes"), "no": gettext_noop("no")}
_TO = " to "  # between two numbers of which the first is negative


class _Dates(NamedTuple):
    """What a chart by days, weeks or months says."""

    title: str
    note: str
    summary: str
    head: str


_BY_DATE: Final = {
    "days": _Dates(
        title=gettext_noop("The fullest day is {day}"),
        note=gettext_noop("{name}: records by day"),
        summary=gettext_noop("Records by day. The highest is {day} with {records}."),
        head=gettext_noop("Day"),
    ),
    "weeks": _Dates(
        title=gettext_noop("The fullest week is the week of {day}"),
        note=gettext_noop("{name}: records by week"),
        summary=gettext_noop("Records by week. The highest is {day} with {records}."),
        head=gettext_noop("Week"),
    ),
    "months": _Dates(
        title=gettext_noop("The fullest month is {month}"),
        note=gettext_noop("{name}: records by month"),
        summary=gettext_noop("Records by month. The highest is {month} with {records}."),
        head=gettext_noop("Month"),
    ),
}


def charts_of(profile: Profile) -> list[Chart]:
    """The charts of a revision: when, what, how much, and how complete."""
    by_family: dict[str, list[Chart]] = {family: [] for family in _ORDER}
    for table in profile["tables"]:
        for column in table["columns"]:
            for data in column["charts"]:
                by_family[_family(data["kind"])].append(_chart(column, data))
    # The first of each family, then the second: an offer of ten texts still shows its sizes.
    turns = zip_longest(*by_family.values())
    found = [chart for turn in turns for chart in turn if chart is not None]
    charts = [*found[: MOST_CHARTS - 1], completeness(profile)]
    for place, chart in enumerate(charts):
        chart["id"] = f"chart-{place + 1}"
    return charts


def completeness(profile: Profile) -> Chart:
    """Of every field, how many of a hundred cells have a value."""
    rows = [
        {"label": column["name"], "value": percent, "text": str(percent), "percent": percent}
        | ({"tone": "attention"} if percent < GAPPY_BELOW_PERCENT else {})
        for table in profile["tables"]
        for column in table["columns"]
        for percent in [filled_percent(column, table)]
    ]
    gappy = [row["label"] for row in rows if row["percent"] < GAPPY_BELOW_PERCENT]
    return {
        "form": "bands",
        "title": _gaps_in_words(gappy),
        "note": _("Cells that have a value, of every 100"),
        "summary": ngettext(
            "How complete the {fields} field is.",
            "How complete each of {fields} fields is.",
            len(rows),
        ).format(fields=len(rows)),
        "heads": [_("Field"), _("Filled of 100")],
        "rows": rows,
    }


def filled_percent(column: Mapping[str, Any], table: Mapping[str, Any]) -> int:
    """Rounded down: 100 means all of them."""
    return int(column["filled"] * 100 // table["rows"]) if table["rows"] else 0


def _gaps_in_words(gappy: Sequence[str]) -> str:
    if not gappy:
        return _("Hardly any cell is empty")
    if len(gappy) == 1:
        return _("{name} is the only field with many gaps").format(name=gappy[0])
    return _("{fields} fields have many gaps").format(fields=len(gappy))


def _family(kind: str) -> str:
    return "dates" if kind in {"days", "weeks", "months"} else kind


def _chart(column: Mapping[str, Any], data: Mapping[str, Any]) -> Chart:
    makers: dict[str, Callable[[str, Mapping[str, Any]], Chart]] = {
        "hours": _hours,
        "dates": _dates,
        "words": _words,
        "sizes": _sizes,
    }
    if column["kind"] == OfferField.Kind.YES_NO:
        data = {**data, "rows": [[_(_YES_NO.get(word, word)), n] for word, n in data["rows"]]}
    chart = makers[_family(data["kind"])](column["name"], data)
    if data["left_out"]:
        words = _("{note}; {records} of smaller groups left out")
        left_out = language.number(data["left_out"])
        chart["note"] = words.format(note=chart["note"], records=left_out)
    return chart


def _hours(name: str, data: Mapping[str, Any]) -> Chart:
    counts = [count for _label, count in data["rows"]]
    first, last = _busiest_window([count or 0 for count in counts])
    dark = range(first, last)
    rows = [
        _row(str(int(label)), count, quiet=place not in dark, say=f"{label}:00")
        for place, (label, count) in enumerate(data["rows"])
    ]
    share = sum(count or 0 for count in counts[first:last]) * 100 // sum(filter(None, counts))
    peak = max(rows, key=lambda row: row["value"])
    return {
        "form": "bars",
        "title": _("Most records are from {first}:00 to {last}:00").format(
            first=f"{first:02d}", last=f"{last:02d}"
        ),
        "note": _(
            "{name}: records by hour of the day, UTC; {share} lie in the dark columns"
        ).format(name=name, share=f"{share}{NO_BREAK}%"),
        "summary": _("Records by hour. The highest is {time} with {records}.").format(
            time=peak["label"], records=peak["text"]
        ),
        "heads": [_("Hour"), _("Records")],
        "rows": rows,
    }


def _busiest_window(counts: Sequence[int]) -> tuple[int, int]:
    """The shortest run of hours that holds most of all records, without crossing midnight."""
    needed = sum(counts) * _MOST_OF_ALL
    for width in range(1, len(counts)):
        starts = range(len(counts) - width + 1)
        best = max(starts, key=lambda start: sum(counts[start : start + width]))
        if sum(counts[best : best + width]) >= needed:
            return best, best + width
    return 0, len(counts)


def _dates(name: str, data: Mapping[str, Any]) -> Chart:
    kind = data["kind"]
    rows = [_row(_date_words(label, kind), count) for label, count in data["rows"]]
    peak = max(rows, key=lambda row: row["value"])
    words, named = _BY_DATE[kind], {"day": peak["label"], "month": peak["label"]}
    return {
        "form": "line" if len(rows) >= _ENOUGH_FOR_A_LINE else "bars",
        "title": _(words.title).format(**named),
        "note": _(words.note).format(name=name),
        "summary": _(words.summary).format(**named, records=peak["text"]),
        "heads": [_(words.head), _("Records")],
        "rows": rows,
    }


def _date_words(label: str, kind: str) -> str:
    try:
        if kind == "months":
            return language.month_of_year(date.fromisoformat(f"{label}-01"))
        return language.day_short(date.fromisoformat(label))
    except ValueError:
        return label


def _words(name: str, data: Mapping[str, Any]) -> Chart:
    whole = sum(count for _word, count in data["rows"]) + data["other"]
    rows = [
        {
            **_row(word, count),
            "text": f"{count * 100 // whole}\N{NO-BREAK SPACE}%",
            "percent": count * 100 // whole,
        }
        for word, count in data["rows"]
    ]
    if data["other"]:
        share = data["other"] * 100 // whole
        others = _row(_("All others"), data["other"], quiet=True)
        rows.append({**others, "text": f"{share}\N{NO-BREAK SPACE}%", "percent": share})
    return {
        "form": "bands",
        "wide": True,
        "title": _("{name} is “{word}” in {share} of 100 records").format(
            name=name, word=rows[0]["label"], share=rows[0]["percent"]
        ),
        "note": _("{name}: share of records; a word shows when 10 people or more have it").format(
            name=name
        ),
        "summary": _("The most frequent values of {name}.").format(name=name),
        "heads": [name, pgettext("part", "Share")],
        "rows": rows,
    }


def _sizes(name: str, data: Mapping[str, Any]) -> Chart:
    rows = [_row(_size_words(label), count) for label, count in data["rows"]]
    peak = max(rows, key=lambda row: row["value"])
    for row in rows:
        row["quiet"] = row is not peak
    return {
        "form": "bars",
        "title": _("{name} is most often {size}").format(name=name, size=peak["label"]),
        "note": _("{name}: records by size").format(name=name),
        "summary": _("Records by size of {name}. The highest is {size}.").format(
            name=name, size=peak["label"]
        ),
        "heads": [name, _("Records")],
        "rows": rows,
    }


def _size_words(label: str) -> str:
    """The profile wrote its numbers as English does, and they stay so in the database."""
    low, to, high = (language.figure(part) for part in label.partition(_TO))
    return _("{low} to {high}").format(low=low, high=high) if to else low


def _row(label: str, count: int | None, *, quiet: bool = False, say: str = "") -> Chart:
    text = language.number(count) if count is not None else _(_FEW)
    label = say or label
    label = label if len(label) <= _LONGEST_LABEL else f"{label[:_LONGEST_LABEL]}…"
    return {"label": label, "value": count or 0, "text": text, "quiet": quiet}


def dictionary_of(
    fields: Sequence[OfferField], profile: Profile
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The fields of each table, with how many of a hundred cells are filled."""
    filled = {
        (table["table"], column["path"]): filled_percent(column, table)
        for table in profile["tables"]
        for column in table["columns"]
    }
    tables: dict[str, list[dict[str, Any]]] = {}
    for field in fields:
        entry = {"field": field, "filled": filled.get((field.table, field.path), 0)}
        tables.setdefault(field.table, []).append(entry)
    return list(tables.items())
