"""From a revision's profile to charts whose titles say what was found. Pure: numbers in, words out.

Every chart is what the chart components take: id, title, note, summary, heads and rows; ``form``
says which component draws it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from offers.models import OfferField

Chart = dict[str, Any]
Profile = Mapping[str, Any]

MOST_CHARTS = 6  # with completeness, which is always drawn
GAPPY_BELOW_PERCENT = 95
_MOST_OF_ALL = 0.6  # the dark columns hold at least this share
_ENOUGH_FOR_A_LINE = 8
_LONGEST_LABEL = 40
_ORDER = ("hours", "dates", "words", "sizes")
_FEW = "fewer than 10 people"


def charts_of(profile: Profile) -> list[Chart]:
    """The charts of a revision: when, what, how much, and how complete."""
    by_family: dict[str, list[Chart]] = {family: [] for family in _ORDER}
    for table in profile["tables"]:
        for column in table["columns"]:
            for data in column["charts"]:
                by_family[_family(data["kind"])].append(_chart(column["name"], data))
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
        "note": "Cells that have a value, of every 100",
        "summary": f"How complete each of {len(rows)} fields is.",
        "heads": ["Field", "Filled of 100"],
        "rows": rows,
    }


def filled_percent(column: Mapping[str, Any], table: Mapping[str, Any]) -> int:
    """Rounded down: 100 means all of them."""
    return int(column["filled"] * 100 // table["rows"]) if table["rows"] else 0


def _gaps_in_words(gappy: Sequence[str]) -> str:
    if not gappy:
        return "Hardly any cell is empty"
    if len(gappy) == 1:
        return f"{gappy[0]} is the only field with many gaps"
    return f"{len(gappy)} fields have many gaps"


def _family(kind: str) -> str:
    return "dates" if kind in {"days", "weeks", "months"} else kind


def _chart(name: str, data: Mapping[str, Any]) -> Chart:
    makers: dict[str, Callable[[str, Mapping[str, Any]], Chart]] = {
        "hours": _hours,
        "dates": _dates,
        "words": _words,
        "sizes": _sizes,
    }
    chart = makers[_family(data["kind"])](name, data)
    if data["left_out"]:
        chart["note"] += f"; {data['left_out']:,} of smaller groups left out"
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
        "title": f"Most records are from {first:02d}:00 to {last:02d}:00",
        "note": f"{name}: records by hour of the day, UTC; {share} % lie in the dark columns",
        "summary": f"Records by hour. The highest is {peak['label']} with {peak['value']:,}.",
        "heads": ["Hour", "Records"],
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
    noun = {"days": "day", "weeks": "week", "months": "month"}[kind]
    which = {"days": "", "weeks": "the week of ", "months": ""}[kind]
    return {
        "form": "line" if len(rows) >= _ENOUGH_FOR_A_LINE else "bars",
        "title": f"The fullest {noun} is {which}{peak['label']}",
        "note": f"{name}: records by {noun}",
        "summary": f"Records by {noun}. The highest is {peak['label']} with {peak['value']:,}.",
        "heads": [noun.capitalize(), "Records"],
        "rows": rows,
    }


def _date_words(label: str, kind: str) -> str:
    form = "%B %Y" if kind == "months" else "%-d %b"
    try:
        return f"{date.fromisoformat(label if kind != 'months' else f'{label}-01'):{form}}"
    except ValueError:
        return label


def _words(name: str, data: Mapping[str, Any]) -> Chart:
    whole = sum(count for _word, count in data["rows"]) + data["other"]
    rows = [
        {**_row(word, count), "text": f"{count * 100 // whole} %", "percent": count * 100 // whole}
        for word, count in data["rows"]
    ]
    if data["other"]:
        share = data["other"] * 100 // whole
        others = _row("All others", data["other"], quiet=True)
        rows.append({**others, "text": f"{share} %", "percent": share})
    return {
        "form": "bands",
        "wide": True,
        "title": f"{name} is “{rows[0]['label']}” in {rows[0]['percent']} of 100 records",
        "note": f"{name}: share of records; a word shows when 10 people or more have it",
        "summary": f"The most frequent values of {name}.",
        "heads": [name, "Share"],
        "rows": rows,
    }


def _sizes(name: str, data: Mapping[str, Any]) -> Chart:
    rows = [_row(label, count) for label, count in data["rows"]]
    peak = max(rows, key=lambda row: row["value"])
    for row in rows:
        row["quiet"] = row is not peak
    return {
        "form": "bars",
        "title": f"{name} is most often {peak['label']}",
        "note": f"{name}: records by size",
        "summary": f"Records by size of {name}. The highest is {peak['label']}.",
        "heads": [name, "Records"],
        "rows": rows,
    }


def _row(label: str, count: int | None, *, quiet: bool = False, say: str = "") -> Chart:
    text = f"{count:,}" if count is not None else _FEW
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
