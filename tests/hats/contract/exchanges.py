"""The contract as data: one question and its answer each, in the files of ``exchanges``.

Values in them are invented. Where two answers can differ without meaning anything (ids, times,
tokens, keys), only their form is compared; everything else, the order of fields included, counts.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "exchanges"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FORMS = {
    "<uuid>": UUID,
    "<local time>": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000"),
    "<instant>": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "<token>": re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"),
    "<key>": re.compile(r"(?<=KEY-----\n)(?:[\w+/=]{1,64}\n)+(?=-----END)"),
    "occurred: <id>": re.compile(r"occurred: [0-9a-f]+"),
}


@dataclass(frozen=True)
class Exchange:
    """One question, and what a HAT answers.

    :param given: names of the exchanges that happen before it on a fresh HAT.
    :param client: how our client asks this, and what it makes of the answer.
    :param only: which side alone plays it, and why.
    """

    name: str
    section: str
    request: dict[str, Any]
    answer: dict[str, Any]
    given: list[str] = field(default_factory=list)
    client: dict[str, Any] | None = None
    only: str = ""

    @property
    def path(self) -> str:
        """The path asked for, without its query."""
        return str(self.request["path"]).partition("?")[0]

    @property
    def body(self) -> bytes:
        """The answer as it travels."""
        if "text" in self.answer:
            return str(self.answer["text"]).encode()
        body = self.answer.get("body")
        return json.dumps(body, ensure_ascii=False).encode() if "body" in self.answer else b"<html>"


def read_all() -> dict[str, Exchange]:
    """All exchanges by name, in the order of the files."""
    found: dict[str, Exchange] = {}
    for path in sorted(FOLDER.glob("*.json")):
        for raw in json.loads(path.read_text(encoding="utf-8")):
            exchange = Exchange(**raw)
            assert exchange.name not in found, exchange.name
            found[exchange.name] = exchange
    return found


def formal(text: str) -> str:
    """The text with everything replaced that may differ."""
    for form, pattern in FORMS.items():
        text = pattern.sub(form, text)
    return text


def difference(wanted: object, got: object, *, includes: bool = False, at: str = "") -> str:
    """Say where two bodies differ in more than ids and times; ``""`` if nowhere.

    :param includes: the answer may hold more than is wanted.
    """
    if isinstance(wanted, dict) and isinstance(got, dict):
        return _objects(wanted, got, includes=includes, at=at)
    if isinstance(wanted, list) and isinstance(got, list):
        return _lists(wanted, got, includes=includes, at=at)
    if isinstance(wanted, str) and isinstance(got, str):
        wanted, got = formal(wanted), formal(got)
    is_same = type(wanted) is type(got) and wanted == got
    return "" if is_same else f"{at or 'all'}: {wanted!r} is wanted, and {got!r} came"


def _objects(wanted: dict[str, Any], got: dict[str, Any], *, includes: bool, at: str) -> str:
    names = [name for name in got if name in wanted] if includes else list(got)
    if names != list(wanted):
        return f"{at or 'all'}: fields {list(wanted)} are wanted, and {names} came"
    inside = (
        difference(wanted[name], got[name], includes=includes, at=f"{at}.{name}") for name in wanted
    )
    return next(filter(None, inside), "")


def _lists(wanted: list[Any], got: list[Any], *, includes: bool, at: str) -> str:
    if includes:
        missing = (
            one for one in wanted if all(difference(one, other, includes=True) for other in got)
        )
        return next((f"{at}: nothing like {one!r} came" for one in missing), "")
    if len(wanted) != len(got):
        return f"{at or 'all'}: {len(wanted)} are wanted, and {len(got)} came"
    pairs = enumerate(zip(wanted, got, strict=True))
    return next(filter(None, (difference(a, b, at=f"{at}[{n}]") for n, (a, b) in pairs)), "")


def ids_in(value: object) -> list[str]:
    """Every record id of an exchange, in order: what one answers, the next may ask for."""
    return UUID.findall(json.dumps(value))
