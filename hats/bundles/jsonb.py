"""PostgreSQL's jsonb, as far as bundles need it: paths, total order, containment."""

import re
from collections.abc import Iterable
from functools import lru_cache

MISSING = object()  # SQL NULL: no such path. JSON null is a value and is None.

_POSITION = re.compile(r"[ \t\n\v\f\r]*[+-]?[0-9]{1,10}")  # what C's strtol reads whole
# PostgreSQL sorts an empty array at the root before everything, by accident of its code.
_EMPTY_ARRAY, _NULL, _STRING, _NUMBER, _BOOLEAN, _ARRAY, _OBJECT = range(7)


def at_path(value: object, path: str) -> object:
    """Find what ``value #> path`` finds, or ``MISSING``; array positions may be negative."""
    for segment in segments(path):
        if isinstance(value, dict):
            value = value.get(segment, MISSING)
        elif isinstance(value, list):
            value = _element(value, segment)
        else:
            return MISSING
    return value


@lru_cache(maxsize=4096)
def segments(path: str) -> tuple[str, ...]:
    """Split at dots as a HAT does: dots at the end say nothing, dots alone name the whole value."""
    return tuple(path.rstrip(".").split(".")) if path.strip(".") or not path else ()


def _element(items: list[object], segment: str) -> object:
    if not _POSITION.fullmatch(segment):
        return MISSING
    try:
        return items[int(segment)]
    except IndexError:
        return MISSING


def sort_key(value: object) -> tuple[int, object]:
    """Make a key that orders any two JSON values as jsonb does."""
    return (_EMPTY_ARRAY, ()) if value == [] else _key(value)


def _key(value: object) -> tuple[int, object]:
    if isinstance(value, str):
        return (_STRING, value)
    if isinstance(value, bool):
        return (_BOOLEAN, value)
    if isinstance(value, int | float):
        return (_NUMBER, value)
    if isinstance(value, list):
        return (_ARRAY, (len(value), [_key(item) for item in value]))
    if isinstance(value, dict):
        pairs = [(name, _key(value[name])) for name in stored_order(value)]
        return (_OBJECT, (len(pairs), pairs))
    return (_NULL, ())


def stored_order(names: Iterable[str]) -> list[str]:
    """Keys as jsonb keeps them: shorter first, then by bytes."""
    return sorted(names, key=_stored_key)


def _stored_key(name: str) -> tuple[int, bytes]:
    encoded = name.encode(errors="surrogatepass")
    return len(encoded), encoded


def contains(outer: object, inner: object) -> bool:
    """``outer @> inner``; at the root an array also contains a bare scalar."""
    if isinstance(outer, list) and not isinstance(inner, list | dict):
        return any(equal_scalars(item, inner) for item in outer)
    return _contains(outer, inner)


def _contains(outer: object, inner: object) -> bool:
    if isinstance(inner, dict):
        return isinstance(outer, dict) and all(
            name in outer and _contains(outer[name], wanted) for name, wanted in inner.items()
        )
    if isinstance(inner, list):
        return isinstance(outer, list) and all(
            any(_contains(item, wanted) for item in outer) for wanted in inner
        )
    return equal_scalars(outer, inner)


def equal_scalars(one: object, other: object) -> bool:
    """``1`` equals ``1.0`` but not ``true``; containers are never equal to a scalar."""
    if isinstance(one, list | dict) or isinstance(other, list | dict):
        return False
    return _key(one) == _key(other)
