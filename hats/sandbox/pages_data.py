"""The owner's pages about data as text: what is on the HAT, and which plugs bring it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby

import orjson

from hats.bundles import Record
from hats.sandbox.pages import filled, page
from hats.sandbox.plugs import PLUGS, Plug
from hats.sandbox.plugs.connection import Connection
from hats.sandbox.words import day_in_words, source_in_words

_SHOWN_FIELDS = 6
_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of how many is shown, of how many records."""

    number: int
    last: int
    records: int


def namespaces(counts: Mapping[str, int], *, owner: str) -> str:
    """List what is on the HAT by namespace."""
    groups = groupby(sorted(counts), key=lambda endpoint: endpoint.partition("/")[0])
    found = "\n".join(_namespace(name, list(endpoints), counts) for name, endpoints in groups)
    empty = (
        "<p>There is nothing on this HAT yet.</p>"
        '<p><a href="/plugs">Connect a data plug</a> to fill it, or let an application write.</p>'
    )
    main = filled("data", namespaces=found or empty)
    return page("Your data", main, whose=owner)


def _namespace(name: str, endpoints: list[str], counts: Mapping[str, int]) -> str:
    rows = "".join(
        f'<li><a href="/data/{escape(endpoint)}">{escape(_capital(source_in_words(endpoint)))}</a>'
        f' <span class="count">{_counted(counts[endpoint], "record")}</span>'
        f'<br><span class="address">{escape(endpoint)}</span></li>'
        for endpoint in endpoints
    )
    return f'<h2>{escape(name)}</h2>\n<ul class="endpoints">{rows}</ul>'


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def endpoint(name: str, records: list[Record], place: Place, *, owner: str) -> str:
    """List records of one endpoint, newest first."""
    heading = _capital(source_in_words(name))
    main = filled(
        "endpoint",
        heading=escape(heading),
        endpoint=escape(name),
        count=_counted(place.records, "record"),
        records="\n".join(_card(record) for record in records),
        pager=_pager(name, place),
    )
    return page(heading, main, whose=owner)


def _card(record: Record) -> str:
    where = f"/data/{escape(record.endpoint)}/{escape(record.record_id)}"
    written = _moment(record.written_at)
    return (
        f'<li class="card"><p class="note">Written {written}</p>{_fields(record.data)}'
        f'<p><a href="{where}">Delete this record<span class="hidden">, written {written}</span>'
        "</a></p></li>"
    )


def _pager(name: str, place: Place) -> str:
    if place.last == 1:
        return ""
    where = f"/data/{escape(name)}?page="
    newer = f'<a class="button" href="{where}{place.number - 1}">Newer</a>'
    older = f'<a class="button" href="{where}{place.number + 1}">Older</a>'
    return (
        f'<nav class="pager" aria-label="Pages">{newer if place.number > 1 else ""}'
        f"<p>Page {place.number:,} of {place.last:,}</p>"
        f"{older if place.number < place.last else ''}</nav>"
    )


def record(found: Record, *, owner: str) -> str:
    """Ask whether one record is to be deleted."""
    main = filled(
        "record",
        source=escape(source_in_words(found.endpoint)),
        written=_moment(found.written_at),
        fields=_fields(found.data),
        endpoint=escape(found.endpoint),
        id=escape(found.record_id),
    )
    return page("Delete this record", main, whose=owner)


def _fields(data: object) -> str:
    """Write the fields, the first of them at once and the rest behind a click."""
    rows = [f"<dt>{escape(path)}</dt><dd>{escape(value)}</dd>" for path, value in _leaves(data)]
    shown, rest = rows[:_SHOWN_FIELDS], rows[_SHOWN_FIELDS:]
    more = (
        f"<details><summary>{_counted(len(rest), 'field')} more</summary>"
        f'<dl class="fields">{"".join(rest)}</dl></details>'
        if rest
        else ""
    )
    return f'<dl class="fields">{"".join(shown)}</dl>{more}'


def _leaves(data: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and text of everything that holds no further objects."""
    if isinstance(data, dict) and data:
        for name, value in data.items():
            yield from _leaves(value, f"{path}.{name}" if path else name)
    elif isinstance(data, str):
        yield path or "value", _short(data) if data else "(empty)"
    else:
        yield path or "value", _short(orjson.dumps(data).decode())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _moment(at: datetime | None) -> str:
    return f"{day_in_words(at)}, {at:%H:%M} UTC" if at else "at some time"


# Data plugs


def plugs(connections: Mapping[str, Connection], *, owner: str) -> str:
    """List all data plugs, each with what can be done about it."""
    order = sorted(PLUGS, key=lambda name: (not _is_on(connections.get(name)), PLUGS[name].title))
    cards = "\n".join(_plug(name, PLUGS[name], connections.get(name)) for name in order)
    return page("Data plugs", filled("plugs", plugs=cards), whose=owner)


def _is_on(connection: Connection | None) -> bool:
    return connection is not None and connection.is_on


def _plug(name: str, plug: Plug, connection: Connection | None) -> str:
    return filled(
        "plug",
        name=name,
        title=escape(plug.title),
        brings=escape(plug.brings),
        look="on" if _is_on(connection) else "off",
        state=_connection_in_words(connection),
        buttons="".join(_buttons(plug, connection)),
    )


def _connection_in_words(connection: Connection | None) -> str:
    if connection is None:
        return "Not connected"
    if connection.until is not None:
        return f"Disconnected on {day_in_words(connection.until)}. What it brought is still here"
    if connection.since is not None:
        return f"Connected: brings what is new since {day_in_words(connection.since)}"
    return "Connected, with all of its history"


def _buttons(plug: Plug, connection: Connection | None) -> Iterator[str]:
    whose = f'<span class="hidden">: {escape(plug.title)}</span>'
    if connection is None:
        yield f'<button name="how" value="history">Connect with its history{whose}</button>'
        yield f'<button name="how" value="now">Connect from now on{whose}</button>'
    elif connection.is_on:
        yield f'<button class="stop" name="how" value="stop">Disconnect{whose}</button>'
    else:
        yield f'<button name="how" value="now">Connect again{whose}</button>'
