"""Which faults are switched on: rules by host and route, read from a file or a control call."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, fields
from enum import StrEnum
from fnmatch import fnmatchcase


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
    MALFORMED = "malformed"
    DEEP = "deep"
    NUMBER_BOMB = "number_bomb"
    OVER_DELIVERY = "over_delivery"
    REDIRECT = "redirect"
    STATUS = "status"
    LOST_ANSWER = "lost201"
    LATE_ROLE = "late_role"
    ROTATE_KEY = "rotate_key"
    CONDITIONS_UNMET = "conditions_unmet"
    NOT_ENABLED = "not_enabled"


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
    values = dict(rule)
    unknown = values.keys() - {field.name for field in fields(Fault)}
    if unknown:
        raise ValueError(f"unknown key {min(unknown)}")
    values["kind"] = Kind(str(values["kind"]))
    for name in ("hosts", "routes"):
        if name in values:
            values[name] = _several(values[name])
    if "share" in values:
        values["share"] = _share(values["share"])
    return Fault(**values)  # type: ignore[arg-type]  # a rule is checked only as far as it is used


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
