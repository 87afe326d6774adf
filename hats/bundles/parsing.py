"""JSON to bundle and back, refusing with the place of the fault."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from hats.bundles.model import (
    Between,
    Bundle,
    Contains,
    EndpointQuery,
    Filter,
    Find,
    In,
    Operator,
    PropertyQuery,
    Transformation,
)

Part = TypeVar("Part")

_NAME = re.compile(r"[0-9a-zA-Z-]+")
_ENDPOINT = re.compile(r"[0-9a-z/-]+")
DEEPEST_NESTING = 32  # Of mappings and links; the same depth at which a HAT's answers are refused.


class BundleInvalid(ValueError):
    """The text is not a bundle; ``path`` says where, ``reason`` what is wrong there."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def parse_bundle(raw: object) -> Bundle:
    """Read ``{"name": …, "bundle": {property: …}}`` as a HAT does: unknown keys are ignored.

    :raises BundleInvalid: a HAT would refuse it, or it cannot be evaluated safely.
    """
    whole = _object(raw, "bundle")
    name = _text(whole.get("name"), "name")
    if not _NAME.fullmatch(name):
        raise BundleInvalid("name", "may hold only letters, digits and hyphens")
    return Bundle(name=name, properties=parse_properties(whole.get("bundle"), "bundle"))


def parse_properties(raw: object, path: str) -> dict[str, PropertyQuery]:
    """Read the unnamed part alone, as the bundle routes of a HAT take it.

    :raises BundleInvalid: with ``path`` in front of the place of the fault.
    """
    properties = _object(raw, path)
    return {key: _property(value, f"{path}.{key}") for key, value in properties.items()}


def _property(raw: object, path: str) -> PropertyQuery:
    fields = _object(raw, path)
    if fields.get("endpoints") is None:
        raise BundleInvalid(f"{path}.endpoints", "is missing")
    return PropertyQuery(
        endpoints=_list(fields["endpoints"], f"{path}.endpoints", _endpoint_query),
        order_by=_optional_text(fields.get("orderBy"), f"{path}.orderBy"),
        ordering=_optional_text(fields.get("ordering"), f"{path}.ordering"),
        limit=_limit(fields.get("limit"), f"{path}.limit"),
    )


def _limit(raw: object, path: str) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise BundleInvalid(path, "must be a whole number, zero or more")
    return raw


def _endpoint_query(raw: object, path: str) -> EndpointQuery:
    if path.count(".links[") > DEEPEST_NESTING:
        raise BundleInvalid(path, "is nested too deeply")
    fields = _object(raw, path)
    endpoint = _text(fields.get("endpoint"), f"{path}.endpoint")
    if not _ENDPOINT.fullmatch(endpoint):
        raise BundleInvalid(
            f"{path}.endpoint", "may hold only small letters, digits, hyphens and slashes"
        )
    return EndpointQuery(
        endpoint=endpoint,
        mapping=_shallow(fields.get("mapping"), f"{path}.mapping", DEEPEST_NESTING),
        filters=_list(fields.get("filters"), f"{path}.filters", _filter),
        links=_list(fields.get("links"), f"{path}.links", _endpoint_query),
    )


def _shallow(raw: object, path: str, depth: int) -> object:
    """Return the value itself, once it is known that walking it cannot exhaust the stack."""
    if depth == 0:
        raise BundleInvalid(path, "is nested too deeply")
    children = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    for child in children:
        _shallow(child, path, depth - 1)
    return raw


def _filter(raw: object, path: str) -> Filter:
    fields = _object(raw, path)
    transformation, part = _transformation(fields.get("transformation"), f"{path}.transformation")
    return Filter(
        field=_text(fields.get("field"), f"{path}.field"),
        operator=_operator(fields.get("operator"), f"{path}.operator"),
        transformation=transformation,
        part=part,
    )


def _transformation(raw: object, path: str) -> tuple[Transformation, str | None]:
    if raw is None:
        return Transformation.IDENTITY, None
    fields = _object(raw, path)
    name = _text(fields.get("transformation"), f"{path}.transformation")
    if name not in set(Transformation):
        raise BundleInvalid(f"{path}.transformation", f"knows no “{name}”")
    known = Transformation(name)
    if known in {Transformation.IDENTITY, Transformation.SEARCHABLE}:
        return known, None
    return known, _text(fields.get("part"), f"{path}.part")


def _operator(raw: object, path: str) -> Operator:
    fields = _object(raw, path)
    name = _text(fields.get("operator"), f"{path}.operator")
    if name == "contains":
        return Contains(_given(fields, "value", path))
    if name == "in":
        return In(_given(fields, "value", path))
    if name == "between":
        return Between(_given(fields, "lower", path), _given(fields, "upper", path))
    if name == "find":
        return Find(_text(fields.get("search"), f"{path}.search"))
    raise BundleInvalid(f"{path}.operator", f"knows no “{name}”")


def _given(fields: Mapping[str, object], key: str, path: str) -> object:
    if key not in fields:
        raise BundleInvalid(f"{path}.{key}", "is missing")
    return _shallow(fields[key], f"{path}.{key}", DEEPEST_NESTING)


def _object(raw: object, path: str) -> dict[str, object]:
    if raw is None:
        raise BundleInvalid(path, "is missing")
    if not isinstance(raw, dict):
        raise BundleInvalid(path, "must be an object")
    return raw


def _text(raw: object, path: str) -> str:
    if raw is None:
        raise BundleInvalid(path, "is missing")
    if not isinstance(raw, str):
        raise BundleInvalid(path, "must be text")
    return raw


def _optional_text(raw: object, path: str) -> str | None:
    return None if raw is None else _text(raw, path)


def _list(raw: object, path: str, item: Callable[[object, str], Part]) -> tuple[Part, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise BundleInvalid(path, "must be a list")
    return tuple(item(value, f"{path}[{index}]") for index, value in enumerate(raw))


def bundle_to_json(bundle: Bundle) -> dict[str, object]:
    """Write the bundle as it is sent to a HAT; what a HAT ignores is not there."""
    return {"name": bundle.name, "bundle": properties_to_json(bundle.properties)}


def properties_to_json(properties: Mapping[str, PropertyQuery]) -> dict[str, object]:
    return {key: _property_to_json(wanted) for key, wanted in properties.items()}


def _property_to_json(wanted: PropertyQuery) -> dict[str, object]:
    return {"endpoints": [_query_to_json(query) for query in wanted.endpoints]} | _present(
        orderBy=wanted.order_by, ordering=wanted.ordering, limit=wanted.limit
    )


def _query_to_json(query: EndpointQuery) -> dict[str, object]:
    return {"endpoint": query.endpoint} | _present(
        mapping=query.mapping,
        filters=[_filter_to_json(condition) for condition in query.filters] or None,
        links=[_query_to_json(link) for link in query.links] or None,
    )


def _filter_to_json(condition: Filter) -> dict[str, object]:
    transformation: dict[str, object] = {}
    if condition.transformation is not Transformation.IDENTITY:
        transformation["transformation"] = {
            "transformation": condition.transformation.value
        } | _present(part=condition.part)
    operator = _operator_to_json(condition.operator)
    return {"field": condition.field, **transformation, "operator": operator}


def _operator_to_json(operator: Operator) -> dict[str, object]:
    match operator:
        case Contains(value):
            return {"operator": "contains", "value": value}
        case In(value):
            return {"operator": "in", "value": value}
        case Between(lower, upper):
            return {"operator": "between", "lower": lower, "upper": upper}
        case Find(search):
            return {"operator": "find", "search": search}


def _present(**fields: object) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value is not None}


def bundle_hash(raw: object) -> str:
    """SHA-256, in hex, of the canonical JSON: equal exactly when a HAT would act the same.

    Keys are sorted, ``1.0`` is written ``1`` and what a HAT ignores is left out; the name counts,
    so compare definitions under one name (:func:`hats.bundles.renamed`).

    :param raw: a :class:`Bundle` or its JSON.
    :raises BundleInvalid: as :func:`parse_bundle`.
    """
    bundle = raw if isinstance(raw, Bundle) else parse_bundle(raw)
    # In ASCII, because text from a HAT may hold halves of characters that no encoding takes.
    text = json.dumps(_canonical(bundle_to_json(bundle)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return {key: _canonical(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_canonical(child) for child in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
