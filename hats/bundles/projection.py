"""Keeping to what was asked: a HAT's answer, cut down to the fields its owner agreed to share."""

from collections.abc import Iterable, Iterator, Mapping

from hats.bundles.model import Bundle, EndpointQuery, PropertyQuery

# Name of a field to what may be inside it; None means all of it, "[]" the elements of a list.
Allowed = dict[str, "Allowed | None"]
_ENVELOPE = ("endpoint", "recordId", "data")


def destinations_of(bundle: Bundle) -> dict[str, tuple[str, ...] | None]:
    """Per property the destination paths of its mappings, in order; ``None``: the whole record.

    Fields inside mapped lists are written ``items[].sku``.
    """
    return {name: _destinations(wanted.endpoints) for name, wanted in bundle.properties.items()}


def _destinations(queries: Iterable[EndpointQuery]) -> tuple[str, ...] | None:
    paths: dict[str, None] = {}
    for query in queries:
        if not isinstance(query.mapping, dict):
            return None
        paths.update(dict.fromkeys(_paths(query.mapping)))
    return tuple(paths)


def _paths(mapping: Mapping[str, object], prefix: str = "") -> list[str]:
    if not _is_readable(mapping):
        return []
    paths: list[str] = []
    for destination, source in mapping.items():
        if isinstance(source, dict):
            inner = source.get("mappings")
            paths += _paths(inner if isinstance(inner, dict) else {}, f"{prefix}{destination}.")
        else:
            paths.append(prefix + destination.removesuffix("[]"))
    return paths


def _is_readable(mapping: Mapping[str, object]) -> bool:
    """One value that is neither a path nor an object empties the whole record."""
    return all(isinstance(source, str | dict) for source in mapping.values())


def sources_of(query: EndpointQuery) -> dict[str, str] | None:
    """Destination paths and the paths they are filled from; ``None``: the whole record.

    Inside mapped lists both are written with the list in front: ``items[].sku`` from
    ``lines[].sku``.
    """
    return dict(_sources(query.mapping)) if isinstance(query.mapping, dict) else None


def _sources(
    mapping: Mapping[str, object], before: tuple[str, str] = ("", "")
) -> Iterator[tuple[str, str]]:
    if not _is_readable(mapping):
        return
    for destination, source in mapping.items():
        if isinstance(source, str):
            yield before[0] + destination.removesuffix("[]"), before[1] + source
        elif isinstance(source, dict):
            inner = source.get("mappings")
            into = (f"{before[0]}{destination}.", f"{before[1]}{source.get('source')}.")
            yield from _sources(inner if isinstance(inner, dict) else {}, into)


def project(
    bundle: Bundle, answer: Mapping[str, object]
) -> tuple[dict[str, list[dict[str, object]]], int]:
    """Keep the properties, endpoints, destinations and limits of the bundle; count the rest.

    :param answer: the ``bundle`` object of a HAT's answer.
    :returns: the records kept (endpoint, recordId, data), and how many properties, records and
        fields were dropped.
    """
    kept: dict[str, list[dict[str, object]]] = {}
    dropped = 0
    for name, found in answer.items():
        wanted = bundle.properties.get(name)
        if wanted is None or not isinstance(found, list):
            dropped += max(1, len(found)) if isinstance(found, list) else 1
            continue
        kept[name], cut = _project_property(wanted, found)
        dropped += cut
    return kept, dropped


def _project_property(
    wanted: PropertyQuery, found: list[object]
) -> tuple[list[dict[str, object]], int]:
    allowed = _allowed_by_endpoint(wanted.endpoints)
    kept: list[dict[str, object]] = []
    dropped = 0
    for record in found:
        if not _is_wanted(record, allowed) or len(kept) == wanted.limit:
            dropped += 1
            continue
        projected, cut = _project_record(record, allowed)
        kept.append(projected)
        dropped += cut
    return kept, dropped


def _is_wanted(record: object, allowed: Mapping[str, Allowed | None]) -> bool:
    return (
        isinstance(record, dict)
        and record.get("endpoint") in allowed
        and isinstance(record.get("recordId"), str)
        and "data" in record
    )


def _project_record(
    record: object, allowed: Mapping[str, Allowed | None]
) -> tuple[dict[str, object], int]:
    assert isinstance(record, dict)
    data, cut = _cut(record["data"], allowed[record["endpoint"]])
    beyond = len(record) - len(_ENVELOPE)  # ``_is_wanted`` has seen the envelope's own keys
    if not beyond and data is record["data"]:
        return record, 0
    projected = {"endpoint": record["endpoint"], "recordId": record["recordId"], "data": data}
    return projected, cut + beyond


def _allowed_by_endpoint(queries: Iterable[EndpointQuery]) -> dict[str, Allowed | None]:
    allowed: dict[str, Allowed | None] = {}
    for query in queries:
        fields: Allowed | None = {}
        if isinstance(query.mapping, dict):
            for path in _paths(query.mapping):
                _allow(fields, path)
        else:
            fields = None
        allowed[query.endpoint] = _union(allowed.get(query.endpoint, {}), fields)
    return allowed


def _allow(tree: Allowed | None, path: str) -> None:
    names = path.replace("[]", ".[]").split(".")
    for name in names[:-1]:
        if tree is None:
            return
        tree = tree.setdefault(name, {})
    if tree is not None:
        tree[names[-1]] = None


def _union(one: Allowed | None, other: Allowed | None) -> Allowed | None:
    if one is None or other is None:
        return None
    both = dict(one)
    for name, inner in other.items():
        both[name] = _union(both[name], inner) if name in both else inner
    return both


def _cut(value: object, allowed: Allowed | None) -> tuple[object, int]:
    """Return the value without what is not allowed inside it, and how much that was."""
    if allowed is None:
        return value, 0
    if isinstance(value, list):
        return _cut_list(value, allowed)
    if not isinstance(value, dict):
        return {}, 1
    if value.keys() <= allowed.keys() and [*allowed.values()].count(None) == len(allowed):
        return value, 0  # the usual answer holds nothing but what was asked for
    kept: dict[str, object] = {}
    dropped = 0
    for name, item in value.items():
        if name not in allowed:
            dropped += 1
            continue
        kept[name], cut = _cut(item, allowed[name])
        dropped += cut
    return kept, dropped


def _cut_list(items: list[object], allowed: Allowed) -> tuple[object, int]:
    inner = allowed.get("[]", {})
    if "[]" not in allowed:
        return {}, 1
    cut = [_cut(item, inner) for item in items]
    return [value for value, _ in cut], sum(count for _, count in cut)
