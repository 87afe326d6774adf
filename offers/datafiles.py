"""The data catalogue as a file: read as a whole with every fault located, and compared. Pure.

The form of the file is the rows of the catalogue: sources hold endpoints, endpoints hold fields.
What is absent stands for “no” or for nothing said; the order of the file is the order of the pages.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from common.language import gettext as _
from hats.bundles import Bundle, EndpointQuery, PropertyQuery, pitfalls_of
from offers.constants import KIND_NAMES, LONGEST_KINDS
from offers.facts import FRESHNESS, RECORD_KINDS
from offers.narrowable import FILTERS, KINDS, can_be_bent

FORMAT = 1
_PATTERNS = {
    "namespace": re.compile(r"[a-z0-9-]{1,40}"),
    "endpoint": re.compile(r"[0-9a-z-]+(/[0-9a-z-]+)+"),
    "table": re.compile(r"[a-z][a-z0-9_]{0,39}"),
    "column": re.compile(r"(?!person$)[a-z][a-z0-9_]{0,59}"),
}
_LONGEST = {
    "name": 60,
    "unit": 40,
    "sensitivity": LONGEST_KINDS,
    "words": 300,
    "meaning": 300,
    "note": 300,
}
_LONGEST |= {"record": 200, "kept_back": 200, "sensitivity": LONGEST_KINDS}
_HIGHEST = {"reaches_back_days": 18_250, "records_a_month": 100_000}
_USUAL_LENGTH = 120
_LONGEST_VALUE = 60
Part = TypeVar("Part")


class DataFileInvalid(ValueError):
    """Faults of a file, each a sentence with its place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True, kw_only=True)
class FieldFacts:
    """One field; as ``offers.models.DataField``."""

    path: str
    column: str
    name: str
    meaning: str
    kind: str
    examples: list[Any]
    unit: str = ""
    may_be_missing: bool = False
    sensitivity: str = ""
    is_special: bool = False
    is_precise_location: bool = False
    filter_by: str = ""
    values: tuple[str, ...] = ()
    kept_back: str = ""
    retired: bool = False

    @property
    def example(self) -> str:
        """The first invented value, as a cell would show it."""
        return example_text(self.examples)


@dataclass(frozen=True, kw_only=True)
class EndpointFacts:
    """One kind of record; as ``offers.models.DataEndpoint``. ``category`` is a subject's slug."""

    path: str
    name: str
    record: str
    table: str
    category: str
    kind: str
    volume: str
    freshness: str
    fields: tuple[FieldFacts, ...]
    reaches_back_days: int = 0
    records_a_month: int = 0
    natural_key: str = ""
    time_field: str = ""
    time_format: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """One source; as ``offers.models.DataSource``."""

    namespace: str
    name: str
    words: str
    endpoints: tuple[EndpointFacts, ...]


@dataclass(frozen=True)
class Difference:
    """One thing a file says otherwise; an empty ``was`` is new, an empty ``now`` is left out."""

    about: str
    was: str
    now: str


def example_text(examples: Sequence[Any]) -> str:
    """The first of some invented values, as a cell of a file would show it."""
    first = examples[0] if examples else ""
    if isinstance(first, list):
        return "; ".join(str(item) for item in first)
    return str(first).lower() if isinstance(first, bool) else str(first)


def read_file(text: str) -> list[SourceFacts]:
    """Read a whole catalogue.

    :raises DataFileInvalid: with all faults that were found, not only the first.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise DataFileInvalid([_not_json(fault)]) from None
    if "\0" in text or "\\u0000" in text:
        raise DataFileInvalid([_("The file holds a sign that no text may hold (NUL).")])
    if not _can_be_kept(raw):
        said = _("The file holds what cannot be kept: a number that is none, or half a sign.")
        raise DataFileInvalid([said])
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise DataFileInvalid([_("{place}: must be {value}.").format(place="format", value=FORMAT)])
    faults: list[str] = []
    sources = _items(raw.get("sources"), "sources", faults, _source)
    if not faults:
        faults += _repeated("namespace", [source.namespace for source in sources])
        endpoints = [endpoint for source in sources for endpoint in source.endpoints]
        faults += _repeated("path", [endpoint.path for endpoint in endpoints])
        faults += _repeated("table", [endpoint.table for endpoint in endpoints])
    if faults:
        raise DataFileInvalid(faults)
    return sources


def _not_json(fault: Exception) -> str:
    if not isinstance(fault, json.JSONDecodeError):
        return _("This is not the file of an export.")
    return _("This is not JSON, the form of an export: line {line}, sign {sign}.").format(
        line=fault.lineno, sign=fault.colno
    )


def _can_be_kept(raw: object) -> bool:
    """Whether it is JSON also for those who know neither NaN nor halves of surrogate pairs."""
    try:
        json.dumps(raw, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def write_file(sources: Sequence[SourceFacts]) -> str:
    """Write what :func:`read_file` reads, leaving out what says nothing."""
    raw = {"format": FORMAT, "sources": [_said(asdict(source)) for source in sources]}
    return json.dumps(raw, indent=1, ensure_ascii=False) + "\n"


def compare(old: Sequence[SourceFacts], new: Sequence[SourceFacts]) -> list[Difference]:
    """What changes when the new catalogue takes the place of the old one."""
    was, now = dict(_entries(old)), dict(_entries(new))
    found = [Difference(about, "", _in_words(now[about])) for about in now if about not in was]
    found += [
        Difference(about, _in_words(entry), "")
        for about, entry in was.items()
        if about not in now and entry.get("retired") is False
    ]
    for about, entry in was.items():
        found += _changes(about, entry, now.get(about, entry))
    return found


def _changes(about: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys([*was, *now]):
        if was.get(key) != now.get(key):
            label = key.replace("_", " ")
            yield Difference(f"{about}: {label}", _value(was.get(key)), _value(now.get(key)))


def _entries(sources: Sequence[SourceFacts]) -> Iterator[tuple[str, dict[str, Any]]]:
    for source in sources:
        yield source.namespace, _own(source)
        for endpoint in source.endpoints:
            yield endpoint.path, _own(endpoint)
            for field in endpoint.fields:
                yield f"{endpoint.path} · {field.path}", _own(field)


def _own(part: SourceFacts | EndpointFacts | FieldFacts) -> dict[str, Any]:
    values = {field.name: getattr(part, field.name) for field in fields(part)}
    return {k: v for k, v in values.items() if k not in {"endpoints", "fields"}}


def _in_words(entry: Mapping[str, Any]) -> str:
    return str(entry.get("meaning") or entry.get("record") or entry.get("words"))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or _("nothing")
    return str(value or _("nothing"))


def _said(part: dict[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in part.items() if value not in ("", False, (), [])}
    for inner in ("endpoints", "fields"):
        if inner in part:
            said[inner] = [_said(item) for item in part[inner]]
    return said


# -- reading ------------------------------------------------------------------------------------


def _source(raw: Mapping[str, Any], place: str, faults: list[str]) -> SourceFacts | None:
    before = len(faults)
    endpoints = _items(raw.get("endpoints"), f"{place}.endpoints", faults, _endpoint)
    values = _texts(SourceFacts, raw, place, faults) | {"endpoints": tuple(endpoints)}
    _matches("namespace", values["namespace"], f"{place}.namespace", faults)
    faults += [
        _("{place}: {path} does not begin with {beginning}.").format(
            place=place, path=endpoint.path, beginning=f"{values['namespace']}/"
        )
        for endpoint in endpoints
        if not endpoint.path.startswith(f"{values['namespace']}/")
    ]
    return SourceFacts(**values) if len(faults) == before else None


def _endpoint(raw: Mapping[str, Any], place: str, faults: list[str]) -> EndpointFacts | None:
    before = len(faults)
    found = _items(raw.get("fields"), f"{place}.fields", faults, _field)
    values = _texts(EndpointFacts, raw, place, faults) | {"fields": tuple(found)}
    _matches("endpoint", values["path"], f"{place}.path", faults)
    _matches("table", values["table"], f"{place}.table", faults)
    if values["kind"] not in RECORD_KINDS:
        faults.append(_none_of(RECORD_KINDS, f"{place}.kind"))
    if values["freshness"] not in FRESHNESS:
        faults.append(_none_of(FRESHNESS, f"{place}.freshness"))
    for key, most in _HIGHEST.items():
        values[key] = raw.get(key, 0)
        if type(values[key]) is not int or not 0 <= values[key] <= most:
            said = _("{place}: must be a whole number from 0 to {most}.")
            faults.append(said.format(place=f"{place}.{key}", most=most))
    faults += [f"{place}.{one}" for one in _repeated("path", [f.path for f in found])]
    faults += [f"{place}.{one}" for one in _repeated("column", [f.column for f in found])]
    faults += [
        _("{place}: the column {column} bears the name of the field to sort by.").format(
            place=place, column=field.column
        )
        for field in found
        if field.column == values["time_field"] != field.path
    ]
    return EndpointFacts(**values) if len(faults) == before else None


def _field(raw: Mapping[str, Any], place: str, faults: list[str]) -> FieldFacts | None:
    before = len(faults)
    values = _texts(FieldFacts, raw, place, faults)
    for key in ("may_be_missing", "is_special", "is_precise_location", "retired"):
        values[key] = raw.get(key, False)
        if not isinstance(values[key], bool):
            faults.append(_("{place}: must be true or false.").format(place=f"{place}.{key}"))
    for key in ("examples", "values"):
        values[key] = raw.get(key, [])
        if not isinstance(values[key], list):
            faults.append(_("{place}: must be a list.").format(place=f"{place}.{key}"))
    if len(faults) == before:
        faults += [f"{place}.{one}" for one in field_faults(values)]
    if len(faults) > before:
        return None
    return FieldFacts(**values | {"values": tuple(values["values"])})


def field_faults(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with one field's facts taken together, each with the name of the fact."""
    faults: list[str] = []
    _matches("column", values["column"], "column", faults)
    if values["kind"] not in KINDS:
        faults.append(_none_of(KINDS, "kind"))
    if (values["filter_by"] == "choice") != bool(values["values"]):
        faults.append(_("{place}: are needed for a choice, and only there.").format(place="values"))
    if not all(isinstance(v, str) and 0 < len(v) <= _LONGEST_VALUE for v in values["values"]):
        said = _("{place}: must be texts of at most {letters} letters.")
        faults.append(said.format(place="values", letters=_LONGEST_VALUE))
    if not values["examples"]:
        faults.append(_("{place}: at least one invented value is needed.").format(place="examples"))
    faults += _narrowing_faults(values)
    if not set(values["sensitivity"].split()) <= set(KIND_NAMES):
        faults.append(_none_of(list(KIND_NAMES), "sensitivity"))
    if not _is_readable(values["path"], values["column"]):
        faults.append(_("{place}: is none that a HAT can read.").format(place="path"))
    return faults


def _narrowing_faults(values: Mapping[str, Any]) -> list[str]:
    """Whether fields of this kind, with these invented values, can be narrowed so."""
    question, kind = values["filter_by"], values["kind"]
    if kind not in FILTERS.get(question, ()):
        said = _("{place}: “{value}” does not fit {kind}.")
        return [said.format(place="filter_by", value=question, kind=kind)]
    if all(can_be_bent(example, question) for example in values["examples"]):
        return []
    return [_("{place}: cannot be narrowed as filter_by says.").format(place="examples")]


def _is_readable(path: str, column: str) -> bool:
    query = EndpointQuery("a/b", mapping={column: path})
    return not pitfalls_of(Bundle("check", {"check": PropertyQuery((query,))}))


def _items(
    raw: object,
    place: str,
    faults: list[str],
    read: Callable[[Mapping[str, Any], str, list[str]], Part | None],
) -> list[Part]:
    if not isinstance(raw, list) or not raw:
        faults.append(_("{place}: must be a list, and not an empty one.").format(place=place))
        return []
    found = []
    for index, item in enumerate(raw):
        if isinstance(item, dict):
            found.append(read(item, f"{place}[{index}]", faults))
        else:
            said = _("{place}: must be an object.")
            faults.append(said.format(place=f"{place}[{index}]"))
    return [part for part in found if part is not None]


def _texts(
    shape: type[SourceFacts | EndpointFacts | FieldFacts],
    raw: Mapping[str, Any],
    place: str,
    faults: list[str],
) -> dict[str, Any]:
    """Read every text of one part, and name what is unknown, missing or too long."""
    known = {field.name for field in fields(shape)}
    faults += [
        _("{place}: is not known.").format(place=f"{place}.{key}")
        for key in sorted(set(raw) - known)
    ]
    texts = {}
    for field in fields(shape):
        if field.type not in (str, "str"):
            continue
        value = raw.get(field.name, "")
        is_needed = field.default != ""
        if not isinstance(value, str) or (is_needed and not value.strip()):
            faults.append(_("{place}: must be text.").format(place=f"{place}.{field.name}"))
        elif len(value) > _LONGEST.get(field.name, _USUAL_LENGTH):
            faults.append(_("{place}: is too long.").format(place=f"{place}.{field.name}"))
        texts[field.name] = value if isinstance(value, str) else ""
    return texts


def _matches(pattern: str, value: str, place: str, faults: list[str]) -> None:
    if not _PATTERNS[pattern].fullmatch(value):
        said = _("{place}: “{value}” cannot be used as such a name.")
        faults.append(said.format(place=place, value=value))


def _repeated(key: str, values: Sequence[str]) -> list[str]:
    again = sorted({value for value in values if values.count(value) > 1})
    said = _("{place}: {value} stands there twice.")
    return [said.format(place=key, value=value) for value in again]


def _none_of(known: Sequence[str], place: str) -> str:
    return _("{place}: must be one of {known}.").format(place=place, known=", ".join(known))
