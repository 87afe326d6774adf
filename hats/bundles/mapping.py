"""Mappings: which fields of a record go where. Compiled once, applied to each record."""

import re
from collections.abc import Callable
from functools import lru_cache

from hats.bundles.jsonb import MISSING, segments, stored_order

Picker = Callable[[object, dict[str, object]], None]
_SEGMENT = re.compile(r"([A-Za-z0-9_]+)(?:\[([0-9]*)\])?")


class MappingFails(Exception):
    """A HAT answers an error instead of data: a path or a nested mapping it cannot read."""


class MappingYieldsNothing(Exception):
    """A HAT silently returns ``{}`` for each record: a value that is no path and no object."""


def mapper(mapping: object) -> Callable[[object], object]:
    """Build what maps one record; records stay whole when the mapping is not an object.

    :raises MappingFails: a path is malformed; a HAT answers an error too.
    """
    if not isinstance(mapping, dict):
        return lambda data: data
    try:
        pickers = _pickers(mapping)
    except MappingYieldsNothing:
        return lambda _data: {}
    return lambda data: _mapped(pickers, data)


def _mapped(pickers: list[Picker], data: object) -> dict[str, object]:
    result: dict[str, object] = {}
    for pick in pickers:
        pick(data, result)
    return result


def _pickers(mapping: dict[str, object]) -> list[Picker]:
    """One for each destination, in the order in which a HAT stores the mapping's keys."""
    pickers = [_picker(destination, mapping[destination]) for destination in stored_order(mapping)]
    whole = [picker for picker in pickers if picker is not None]
    if len(whole) < len(pickers):  # Only now: a malformed path beside it fails all the same.
        raise MappingYieldsNothing
    return whole


def _picker(destination: str, source: object) -> Picker | None:
    if isinstance(source, str):
        return _copier(destination_path(destination), source_path(source))
    return _nested(destination, source) if isinstance(source, dict) else None


def _copier(destination: tuple[str, ...], source: tuple[str | int, ...]) -> Picker:
    def pick(data: object, result: dict[str, object]) -> None:
        value = value_at(data, source)
        if value is not MISSING:
            _merge(result, destination, value)

    return pick


def _nested(destination: str, spec: dict[str, object]) -> Picker:
    source, mappings = spec.get("source"), spec.get("mappings")
    if not isinstance(source, str) or not isinstance(mappings, dict) or not mappings:
        raise MappingFails(destination)
    target = destination_path(destination.removesuffix("[]"))
    path = source_path(source.removesuffix("[]"))
    if destination.endswith("[]"):
        return _array_picker(target, path, mappings)
    return _object_picker(target, path, mappings)


def _array_picker(
    target: tuple[str, ...], path: tuple[str | int, ...], mappings: dict[str, object]
) -> Picker:
    try:
        pickers = _pickers(mappings)
    except MappingYieldsNothing:  # Every element fails, and failing elements are dropped.
        pickers = None

    def pick(data: object, result: dict[str, object]) -> None:
        items = value_at(data, path)
        if isinstance(items, list):
            kept = [] if pickers is None else [_mapped(pickers, item) for item in items]
            _merge(result, target, kept)

    return pick


def _object_picker(
    target: tuple[str, ...], path: tuple[str | int, ...], mappings: dict[str, object]
) -> Picker:
    try:
        pickers = _pickers(mappings)
    except MappingYieldsNothing:  # A HAT stumbles over it only where there is something to map.
        pickers = None

    def pick(data: object, result: dict[str, object]) -> None:
        value = value_at(data, path)
        if value is MISSING:
            return
        if pickers is None:
            raise MappingFails(".".join(target))
        _merge(result, target, _mapped(pickers, value))

    return pick


@lru_cache(maxsize=4096)
def source_path(text: str) -> tuple[str | int, ...]:
    """Read ``lines[0].sku`` as ``("lines", 0, "sku")``.

    :raises MappingFails: a segment holds anything but letters, digits and underscores.
    """
    path: list[str | int] = []
    for segment in segments(text):
        found = _SEGMENT.fullmatch(segment)
        if found is None:
            raise MappingFails(text)
        path.append(found[1])
        if found[2]:
            path.append(int(found[2]))
    if not path:
        raise MappingFails(text)
    return tuple(path)


@lru_cache(maxsize=4096)
def destination_path(text: str) -> tuple[str, ...]:
    """Read a path of names.

    :raises MappingFails: malformed, or with an array position, which only sources may have.
    """
    path = source_path(text)
    names = tuple(segment for segment in path if isinstance(segment, str))
    if len(names) != len(path):
        raise MappingFails(text)
    return names


def value_at(data: object, path: tuple[str | int, ...]) -> object:
    for segment in path:
        if isinstance(segment, int):
            if not isinstance(data, list) or segment >= len(data):
                return MISSING
            data = data[segment]
        elif isinstance(data, dict) and segment in data:
            data = data[segment]
        else:
            return MISSING
    return data


def _merge(result: dict[str, object], path: tuple[str, ...], value: object) -> None:
    """Put the value in, merging objects with what is there; otherwise the later one wins."""
    *parents, last = path
    for name in parents:
        child = result.get(name)
        if not isinstance(child, dict):
            child = result[name] = {}
        result = child
    present = result.get(last)
    if isinstance(present, dict) and isinstance(value, dict):
        for name, item in value.items():
            _merge(present, (name,), item)
    else:
        # A copy, so that merging a later destination cannot write into the source record.
        result[last] = _copied(value)


def _copied(value: object) -> object:
    return {key: _copied(item) for key, item in value.items()} if isinstance(value, dict) else value
