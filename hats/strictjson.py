"""Reading JSON from a HAT, whose every byte may be hostile; pure.

Three bounds protect the process (size, depth, nodes) and are checked on the raw bytes before
anything is built. The rest protects what is stored: no duplicate keys, no number that a database
or a double cannot hold, no NUL and no lone surrogate. The usual body passes on a fast path of a
few C-level scans; only a body that looks odd is parsed a second time, slowly, and then the odd
values are marked with ``Poison`` so that a caller may put one record aside and keep the others.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import orjson

from hats import constants
from hats.errors import BadJson


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one body; the defaults are those of ``hats.constants``."""

    body_bytes: int = constants.MAX_BODY_BYTES
    record_bytes: int = constants.MAX_RECORD_BYTES
    records: int = constants.MAX_RECORDS
    nodes: int = constants.MAX_NODES
    depth: int = constants.MAX_DEPTH


USUAL: Final = Limits()


@dataclass(frozen=True, slots=True)
class Poison:
    """Stands in a parsed tree for a value we do not accept."""

    reason: str


_NOT_BRACKETS: Final = bytes(sorted(set(range(256)) - set(b"[]{}")))
_NOT_MARKS: Final = bytes(sorted(set(range(256)) - set(b'[]{}"')))
# Leaves of a skeleton the numbers alone, apart from an e of true and false.
_TO_NUMBERS: Final = bytes.maketrans(b"[]{}:,\t\r\ntrufalsn", b" " * 17)
# A shorter number without an exponent is in bounds.
_SHORT_NUMBER: Final = 17
_SURROGATE_OR_NUL: Final = re.compile("[\x00\ud800-\udfff]")


def strict_json(body: bytes, limits: Limits = USUAL) -> object:
    """Return the value of a body that must be clean throughout.

    :raises BadJson: any bound broken anywhere; its ``detail`` says which.
    """
    value, has_poison = tolerant_json(body, limits)
    reason = poison_in(value) if has_poison else None
    if reason is not None:
        raise BadJson(reason)
    return value


def tolerant_json(body: bytes, limits: Limits = USUAL) -> tuple[object, bool]:
    """Return the value of a body, and whether some of its values may be ``Poison``.

    :raises BadJson: not JSON, not UTF-8, or one of the bounds of the whole body is broken.
    """
    if len(body) > limits.body_bytes:
        raise BadJson("too_large")
    if not _is_plainly_small(body, limits):
        _check_depth(_skeleton(body, limits), limits)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _slowly(body), True
    return (value, False) if _is_clean(body, value, limits) else (_slowly(body), True)


def poison_in(value: object) -> str | None:
    """Why this value cannot be accepted, or None if it can."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Poison):
            return node.reason
        if isinstance(node, str):
            if _SURROGATE_OR_NUL.search(node):
                return "forbidden_character"
        elif isinstance(node, dict):
            waiting.extend(node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return None


def _is_plainly_small(body: bytes, limits: Limits) -> bool:
    """Whether three scans already show that depth and nodes are in bounds; no says nothing.

    A body has fewer nodes than bytes. If only quotes and brackets are left and every run of
    quotes is even, each run ends outside of a string, so that every bracket stands outside too.
    """
    if len(body) >= limits.nodes:
        return False
    brackets = _without_escapes(body).translate(None, _NOT_MARKS).replace(b'""', b"")
    return b'"' not in brackets and not _flattened(brackets, limits)


def _without_escapes(body: bytes) -> bytes:
    """Leave only quotes that begin or end a string.

    An escaped backslash goes first, so that it cannot pass for the start of an escaped quote.
    """
    if b"\\" not in body:
        return body
    return body.replace(b"\\\\", b"").replace(b'\\"', b"")


def _skeleton(body: bytes, limits: Limits) -> bytes:
    """Return the body without its strings: structure, numbers and words. Exact for any valid JSON.

    Strings alternate with the rest at each quote once escaped quotes are gone.
    """
    body = _without_escapes(body)
    # Each node has at most one string of its own and one key: four quotes.
    most_quotes = 4 * limits.nodes
    pieces = body.split(b'"', most_quotes)
    if len(pieces) > most_quotes:
        raise BadJson("too_many_nodes")
    return b"".join(pieces[::2])


def _check_depth(skeleton: bytes, limits: Limits) -> None:
    brackets = skeleton.translate(None, _NOT_BRACKETS)
    if skeleton.count(b",") + len(brackets) // 2 + 1 > limits.nodes:
        raise BadJson("too_many_nodes")
    if left := _flattened(brackets, limits):
        raise BadJson("too_deep" if _nests(left) else "malformed")


def _flattened(brackets: bytes, limits: Limits) -> bytes:
    """Return what is left of the brackets when as many levels as may be are taken away."""
    for _ in range(limits.depth):
        if not brackets:
            break
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return brackets


def _nests(brackets: bytes) -> bool:
    return brackets[:1] in b"[{" and brackets[-1:] in b"]}"


def _is_clean(body: bytes, value: object, limits: Limits) -> bool:
    """Whether the fast parser lost nothing.

    Written back byte for byte, the body has no duplicate key and no number that changed; else
    count the keys and check each number that could be out of bounds. A NUL must be escaped.
    """
    written, has_wide_integer = _written(value)
    if b"\\" in body and b"\\u0000" in written:
        return False
    if written == body and not has_wide_integer:
        return True
    skeleton = _skeleton(body, limits)
    return skeleton.count(b":") == _key_count(written) and not any(
        isinstance(_number(text), Poison) for text in _odd_numbers(skeleton)
    )


def _written(value: object) -> tuple[bytes, bool]:
    """Return the value as compact JSON, and whether an integer in it needs more than 53 bits."""
    try:
        return orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER), False
    except TypeError:
        return orjson.dumps(value), True


def _odd_numbers(skeleton: bytes) -> list[bytes]:
    """Return the numbers that are long or have an exponent."""
    numbers = skeleton.translate(_TO_NUMBERS).split()
    words_apart = skeleton.replace(b"true", b"").replace(b"false", b"")
    if b"e" not in words_apart and b"E" not in words_apart:
        return [number for number in numbers if len(number) > _SHORT_NUMBER]
    return [
        number
        for number in numbers
        if len(number) > _SHORT_NUMBER or (number != b"e" and (b"e" in number or b"E" in number))
    ]


def _key_count(written: bytes) -> int:
    if b"\\" in written:
        return _skeleton(written, USUAL).count(b":")
    return written.count(b'":')


def _slowly(body: bytes) -> object:
    try:
        value: object = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=lambda _: Poison("not_a_number"),
        )
    except UnicodeDecodeError:
        raise BadJson("not_utf8") from None
    except (ValueError, RecursionError):
        raise BadJson("malformed") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Poison:
    as_dict = dict(pairs)
    return as_dict if len(as_dict) == len(pairs) else Poison("duplicate_key")


def _number(text: bytes) -> object:
    is_integer = text.lstrip(b"-").isdigit()
    return _integer(text.decode()) if is_integer else _real(text.decode())


def _integer(text: str) -> int | Poison:
    if len(text) > len(str(constants.MAX_INTEGER)) + 1:
        return Poison("number_out_of_range")
    number = int(text)
    if -constants.MAX_INTEGER <= number < constants.MAX_INTEGER:
        return number
    return Poison("number_out_of_range")


def _real(text: str) -> float | Poison:
    mantissa, _, exponent = text.lower().partition("e")
    digits = mantissa.replace(".", "").lstrip("-0")
    if len(digits) > constants.MAX_SIGNIFICANT_DIGITS:
        return Poison("too_many_digits")
    too_long = len(exponent) > len("-308")
    if too_long or abs(int(exponent or 0)) > constants.MAX_EXPONENT:
        return Poison("number_out_of_range")
    number = float(text)
    in_range = abs(number) != float("inf")
    return number if in_range else Poison("number_out_of_range")
