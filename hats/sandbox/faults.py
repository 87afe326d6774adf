"""Which faults are switched on: rules by host and route, read from a file or a control call."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class Kind(StrEnum):
    """What goes wrong."""

    DOWN = "down"
    RESET = "reset"
    SLOW = "slow"
    DRIP = "drip"
    ENDLESS = "endless"
    BOMB = "bomb"
    WRONG_LENGTH = "wrong_length"
    HTML200 = "html200"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    MALFORMED = "malformed"
    DEEP = "deep"
    NUMBER_BOMB = "number_bomb"
    LARGE = "large"
    MANY = "many"
    ODD_TEXT = "odd_text"
    OVER_DELIVERY = "over_delivery"
    REDIRECT = "redirect"
    STATUS = "status"
    LOST_ANSWER = "lost201"
    LATE_ROLE = "late_role"
    ROTATE_KEY = "rotate_key"
    CONDITIONS_UNMET = "conditions_unmet"
    NOT_ENABLED = "not_enabled"
    BUNDLE_MALFORMED = "bundle_malformed"


class Packing(StrEnum):
    """How a bomb is compressed."""

    GZIP = "gzip"
    GZIP_TWICE = "gzip, gzip"
    DEFLATE = "deflate"
    BROTLI = "br"
    ZSTANDARD = "zstd"


class Oddity(StrEnum):
    """What is wrong with the text of otherwise good JSON."""

    NUL = "nul"
    SURROGATE = "surrogate"
    DUPLICATE_KEYS = "duplicate_keys"
    PROTO = "proto"
    BOM = "bom"
    UTF16 = "utf16"
    LATIN1 = "latin1"


class FaultsInvalid(ValueError):
    """The rules cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule.

    :param hosts: patterns of Host headers, such as ``ben-*``; ``*`` also matches across dots.
    :param routes: names of routes (docs/sandbox-hat.md), or ``*``.
    :param share: which part of the HATs, as two fractions; rules with parts that do not overlap
        hit different HATs, always the same ones.
    :param times: how often it happens on each HAT before it heals; ``None``: for ever.
    :param seconds: delay, pause between bytes, or how long a role is late.
    :param megabytes: of a bomb unpacked, or of a large answer.
    """

    kind: Kind
    hosts: tuple[str, ...] = ("*",)
    routes: tuple[str, ...] = ("values",)
    share: tuple[float, float] = (0.0, 1.0)
    times: int | None = None
    seconds: float = 5.0
    status: int = 503
    retry_after: int | None = None
    to: str = "http://127.0.0.1:1/"
    megabytes: int = 100
    depth: int = 100_000
    nodes: int = 1_000_000
    packing: Packing = Packing.GZIP
    oddity: Oddity = Oddity.NUL
    content_type: str = "text/plain"

    def concerns(self, domain: str, route: str) -> bool:
        low, high = self.share
        return (
            ("*" in self.routes or route in self.routes)
            and any(fnmatchcase(domain, pattern) for pattern in self.hosts)
            and low <= _place(domain) < high
        )


def _place(domain: str) -> float:
    """Place each HAT between 0 and 1, evenly and for ever."""
    return int.from_bytes(hashlib.sha256(domain.encode()).digest()[:4]) / 2**32


class Faults:
    """The rules that hold now; the first that concerns a request is applied."""

    def __init__(self, rules: list[Fault]) -> None:
        self.rules = rules
        self._happened: Counter[tuple[int, str]] = Counter()

    def replace(self, rules: list[Fault]) -> None:
        self.rules = rules
        self._happened.clear()

    def next_for(self, domain: str, route: str) -> Fault | None:
        """Find the fault of this request, and count it."""
        for number, fault in enumerate(self.rules):
            if fault.kind is Kind.ROTATE_KEY or not fault.concerns(domain, route):
                continue
            if fault.times is None or self._happened[number, domain] < fault.times:
                self._happened[number, domain] += 1
                return fault
        return None

    def rotations(self, domain: str) -> int:
        """Count the rules that change the key of this HAT."""
        return sum(
            rule.kind is Kind.ROTATE_KEY and rule.concerns(domain, rule.routes[0])
            for rule in self.rules
        )


def read_faults(text: str | bytes) -> list[Fault]:
    """Read ``{"faults": [{"kind": …}]}``.

    :raises FaultsInvalid: not JSON, or a rule with an unknown key, kind or type.
    """
    try:
        rules = json.loads(text)["faults"]
        return [_fault(rule) for rule in rules]
    except (ValueError, TypeError, KeyError) as error:
        raise FaultsInvalid(f"These are no faults: {error}") from error


def _fault(rule: dict[str, object]) -> Fault:
    unknown = rule.keys() - _READERS.keys()
    if unknown:
        raise ValueError(f"unknown key {min(unknown)}")
    settings = {name: _READERS[name](value) for name, value in rule.items()}
    return Fault(**{"kind": rule["kind"], **settings})  # type: ignore[arg-type]  # read by name


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("a number from zero on is expected")
    return value


def _count(value: object) -> int:
    if not isinstance(_number(value), int):
        raise TypeError("a whole number is expected")
    return int(_number(value))


def _count_or_none(value: object) -> int | None:
    return None if value is None else _count(value)


def _several(value: object) -> tuple[str, ...]:
    several = tuple(value) if isinstance(value, list) else (value,)
    if not several or not all(isinstance(one, str) for one in several):
        raise ValueError("hosts and routes are a text, or a list of texts")
    return several


def _share(value: object) -> tuple[float, float]:
    if isinstance(value, list):
        low, high = value
        return float(low), float(high)
    return 0.0, float(str(value))


_READERS: dict[str, Callable[[Any], object]] = {
    "kind": Kind,
    "hosts": _several,
    "routes": _several,
    "share": _share,
    "times": _count_or_none,
    "seconds": _number,
    "status": _count,
    "retry_after": _count_or_none,
    "to": _text,
    "megabytes": _count,
    "depth": _count,
    "nodes": _count,
    "packing": Packing,
    "oddity": Oddity,
    "content_type": _text,
}
