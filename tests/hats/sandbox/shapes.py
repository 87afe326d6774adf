"""Reads shapes.txt, the table of what records look like, and holds records against it."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_TEXT_FORMS = {
    "text": r"(?s).*",
    "empty": "",
    "int-text": r"-?\d+",
    "number-text": r"-?\d+(\.\d+)?",
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"\d\d:\d\d:\d\d",
    "iso-z": rf"{_ISO}Z",
    "iso-ms-z": rf"{_ISO}\.\d{{3}}Z",
    "iso-no-zone": rf"{_ISO}\.\d{{3}}",
    "iso-offset": rf"{_ISO}[+-]\d{{4}}",
    "twitter-time": r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \+0000 \d{4}",
}
_OTHER_FORMS = {
    "int": lambda value: type(value) is int,
    "epoch": lambda value: type(value) is int and 1_500_000_000 < value < 2_500_000_000,
    "number": lambda value: type(value) in {int, float},
    "bool": lambda value: type(value) is bool,
    "null": lambda value: value is None,
    "object": lambda value: type(value) is dict,
    "list": lambda value: type(value) is list,
}


@dataclass(frozen=True)
class Field:
    forms: tuple[str, ...]
    least: int
    most: int

    def takes(self, value):
        return any(_has_form(value, form) for form in self.forms)


def _has_form(value, form):
    if form.startswith("="):
        return value in form[1:].split(",")
    if form in _OTHER_FORMS:
        return _OTHER_FORMS[form](value)
    return type(value) is str and re.fullmatch(_TEXT_FORMS[form], value) is not None


@dataclass(frozen=True, eq=False)
class Shape:
    endpoint: str
    sign: str
    has_sign: bool
    fields: dict[str, Field]

    def is_of(self, record):
        return not self.sign or (self.sign in record) is self.has_sign

    def field(self, path):
        star = f"{path.rpartition('.')[0]}.*"
        return self.fields.get(path) or self.fields.get(star)


def _read(text):
    shapes, fields = [], {}
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) == 1 or words[1] in {"with", "without"}:
            endpoint, *sign = words
            fields = {}
            shapes.append(Shape(endpoint, sign[1] if sign else "", sign[:1] == ["with"], fields))
            continue
        least, most = 100, 100
        if re.fullmatch(r"\d+-\d+", words[-1]):
            least, most = map(int, words.pop().split("-"))
        *paths, forms = words
        fields |= {path: Field(tuple(forms.split("|")), least, most) for path in paths}
    return shapes


SHAPES = _read(Path(__file__).with_name("shapes.txt").read_text(encoding="utf-8"))


def shape_of(endpoint, record):
    """Find the one shape of the table that this record should have."""
    found = [s for s in SHAPES if fnmatchcase(endpoint, s.endpoint) and s.is_of(record)]
    assert len(found) == 1, (endpoint, sorted(record))
    return found[0]


def misfits(endpoint, record):
    """List the paths whose value the table does not know, and those that must be there."""
    shape = shape_of(endpoint, record)
    seen = list(_leaves(record))
    wrong = [
        f"{path}: {value!r}"
        for path, value in seen
        if (field := shape.field(path)) is None or not field.takes(value)
    ]
    return wrong + [f"{path} is missing" for path in _missing(shape, record)]


def _leaves(value, path=""):
    """Yield every path below an object with its value; list items share the path ``name[]``."""
    items = value.items() if isinstance(value, dict) else [("[]", item) for item in value]
    for name, item in items:
        below = f"{path}{name}" if name == "[]" or not path else f"{path}.{name}"
        if not (name == "[]" and isinstance(item, dict)):
            yield below, item
        if isinstance(item, dict | list):
            yield from _leaves(item, below)


def _missing(shape, record):
    for path, field in shape.fields.items():
        parent, _, name = path.rpartition(".")
        is_due = field.least == 100 and not path.endswith(("[]", "*"))
        if is_due and any(name not in one for one in _objects(record, parent)):
            yield path


def _objects(record, path):
    """Find the objects at a path, through lists; the record itself for no path."""
    found = [record]
    for name in path.split(".") if path else []:
        key, is_list = name.removesuffix("[]"), name.endswith("[]")
        found = [one[key] for one in found if isinstance(one, dict) and key in one]
        if is_list:
            found = [item for one in found for item in one]
    return [one for one in found if isinstance(one, dict)]


def shares(records, path):
    """What part of the objects above a path have it, in percent; ``None`` without such objects."""
    parent, _, name = path.rpartition(".")
    above = [one for record in records for one in _objects(record, parent)]
    return 100 * sum(name in one for one in above) / len(above) if above else None
