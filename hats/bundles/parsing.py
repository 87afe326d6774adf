"""JSON to bundle and back, refusing with the place of the fault and in the words of a HAT."""

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
LARGEST_LIMIT = 2**31 - 1  # A HAT reads a limit as a 32-bit number.

_HAT_MESSAGES = {
    "is missing": "error.path.missing",
    "must be an object": "error.expected.jsobject",
    "must be text": "error.expected.jsstring",
    "must be a list": "error.expected.jsarray",
}


class BundleInvalid(ValueError):
    """The text is not a bundle; ``path`` says where, ``reason`` what is wrong there.

    :ivar hat_message: what a HAT says at that path; ours where a HAT would say nothing.
    :ivar hat_status: what a HAT answers: 500 where it trips over a filter without a kind.
    """

    def __init__(
        self, path: str, reason: str, *, hat_message: str = "", hat_status: int = 400
    ) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.hat_message = hat_message or _HAT_MESSAGES.get(reason, reason)
        self.hat_status = hat_status


def parse_bundle(raw: object) -> Bundle:
    """Read ``{"name": …, "bundle": {property: …}}`` as a HAT does: unknown keys are ignored.

    :raises BundleInvalid: a HAT would refuse it, or it cannot be evaluated safely.
    """
    whole = _object(raw, "bundle")
    name = _text(whole.get("name"), "name")
    if not _NAME.fullmatch(name):
        raise BundleInvalid(
            "name",
            "may hold only letters, digits and hyphens",
            hat_message="Bundle name invalid",
        )
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
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= LARGEST_LIMIT:
        return raw
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    raise BundleInvalid(
        path,
        "must be a whole number, zero or more",
        hat_message="error.expected.int" if is_number else "error.expected.jsnumber",
    )


def _endpoint_query(raw: object, path: str) -> EndpointQuery:
    if path.count(".links[") > DEEPEST_NESTING:
        raise BundleInvalid(path, "is nested too deeply")
    fields = _object(raw, path)
    endpoint = _text(fields.get("endpoint"), f"{path}.endpoint")
    if not _ENDPOINT.fullmatch(endpoint):
        raise BundleInvalid(
            f"{path}.endpoint",
            "may hold only small letters, digits, hyphens and slashes",
            hat_message="Endpoint invalid",
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
    name = _kind(fields, "transformation", path)
    if name not in set(Transformation):
        raise _unknown(path, name)
    known = Transformation(name)
    if known in {Transformation.IDENTITY, Transformation.SEARCHABLE}:
        return known, None
    return known, _text(fields.get("part"), f"{path}.part")


def _operator(raw: object, path: str) -> Operator:
    fields = _object(raw, path)
    name = _kind(fields, "operator", path)
    if name == "contains":
        return Contains(_given(fields, "value", path))
    if name == "in":
        return In(_given(fields, "value", path))
    if name == "between":
        return Between(_given(fields, "lower", path), _given(fields, "upper", path))
    if name == "find":
        return Find(_given(fields, "search", path))
    raise _unknown(path, name)


def _kind(fields: Mapping[str, object], key: str, path: str) -> str:
    """Read the word that says which filter this is."""
    name = fields.get(key)
    if not isinstance(name, str):
        reason = "is missing" if name is None else "must be text"
        raise BundleInvalid(f"{path}.{key}", reason, hat_status=500)
    return name


def _unknown(path: str, name: str) -> BundleInvalid:
    return BundleInvalid(path, f"knows no “{name}”", hat_message=f"Unexpected JSON value {name}")


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
        filters=[filter_to_json(condition) for condition in query.filters] or None,
        links=[_query_to_json(link) for link in query.links] or None,
    )


def filter_to_json(condition: Filter) -> dict[str, object]:
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
