"""A second, slow evaluator of bundles, written from the HAT's wire contract for comparison only.

It works on plain JSON, shares no code with the product, and prefers the obvious to the quick.
"""

import functools
import json
import re
from datetime import UTC, datetime

NOTHING = "«nothing»"  # stands for SQL NULL; no generated value is equal to it
COMMON_WORDS = {"a", "the"}  # those of the generated texts


class Fails(Exception):
    """A HAT would answer an error."""


def evaluate(bundle, held):
    """Answer a bundle.

    :param held: lists of ``{endpoint, recordId, written, data, links}``, by endpoint.
    """
    return {name: answer_property(wanted, held) for name, wanted in bundle["bundle"].items()}


def answer_property(wanted, held):
    for query in wanted["endpoints"]:
        for asked in [query, *(query.get("links") or [])]:
            if isinstance(asked.get("mapping"), dict):
                check_mapping(asked["mapping"])
    rows = []
    for query in wanted["endpoints"]:
        rows += [
            (query, record)
            for record in held.get(query["endpoint"], [])
            if passes_all(record["data"], query.get("filters") or [])
        ]
    rows = in_order(rows, wanted.get("orderBy"), wanted.get("ordering") == "descending")
    if wanted.get("limit") is not None:
        rows = rows[: wanted["limit"]]
    return [answer_record(query, record) for query, record in rows]


def answer_record(query, record):
    answered = {
        "endpoint": record["endpoint"],
        "recordId": record["recordId"],
        "data": apply_mapping(query.get("mapping"), record["data"]),
    }
    links = []
    for link in query.get("links") or []:
        for other in record["links"]:
            if other["endpoint"] != link["endpoint"]:
                continue
            if passes_all(other["data"], link.get("filters") or []):
                data = apply_mapping(link.get("mapping"), other["data"])
                links.append({**other, "data": data})
    for other in links:
        other.pop("links")
        other.pop("written")
    if links:
        answered["links"] = links
    return answered


# Order


def in_order(rows, order_by, descending):
    keyed = []
    for query, record in rows:
        if order_by is None:
            value = record["written"]
        else:
            mapping = query.get("mapping")
            source = order_by
            if isinstance(mapping, dict) and order_by in mapping:
                source = mapping[order_by]
                if not isinstance(source, str):
                    raise Fails
            value = look_up(record["data"], source)
        keyed.append((value, query, record))
    missing = [row for row in keyed if row[0] is NOTHING]
    present = [row for row in keyed if row[0] is not NOTHING]
    direction = -1 if descending else 1
    present.sort(key=functools.cmp_to_key(lambda x, y: direction * compare(x[0], y[0])))
    return [(query, record) for _, query, record in present + missing]


def kind(value):
    """Null < string < number < boolean < array < object."""
    if value is None:
        return 0
    if isinstance(value, str):
        return 1
    if isinstance(value, bool):
        return 3
    if isinstance(value, (int, float)):
        return 2
    return 4 if isinstance(value, list) else 5


def compare(one, other, *, at_root=True):
    """As PostgreSQL's documentation orders jsonb; an empty array at the root comes first."""
    if at_root and (one == [] or other == []):
        return (one != []) - (other != [])
    if kind(one) != kind(other):
        return kind(one) - kind(other)
    if isinstance(one, list):
        return compare_lists(one, other)
    if isinstance(one, dict):
        return compare_lists(pairs(one), pairs(other))
    if isinstance(one, str):
        one, other = one.encode(), other.encode()
    return 0 if one is None else (one > other) - (one < other)


def compare_lists(one, other):
    if len(one) != len(other):
        return len(one) - len(other)
    for x, y in zip(one, other, strict=True):
        result = compare(x, y, at_root=False)
        if result:
            return result
    return 0


def pairs(thing):
    keys = sorted(thing, key=lambda key: (len(key.encode()), key.encode()))
    return [[key, thing[key]] for key in keys]


# Filters


def look_up(value, path):
    names = path.split(".")
    while names and names[-1] == "" and path != "":
        names.pop()
    for name in names:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and re.fullmatch(r"[+-]?[0-9]+", name):
            position = int(name)
            if not -len(value) <= position < len(value):
                return NOTHING
            value = value[position]
        else:
            return NOTHING
    return value


def passes_all(data, filters):
    return all(passes(data, one) for one in filters)


def passes(data, one):
    operator = one["operator"]["operator"]
    transformation = one.get("transformation") or {"transformation": "identity"}
    is_searchable = transformation["transformation"] == "searchable"
    if is_searchable != (operator == "find"):
        return True
    value = look_up(data, one["field"])
    if value is NOTHING:
        return False
    if operator == "find":
        wanted = words(one["operator"]["search"])
        return bool(wanted) and wanted <= words(value)
    value = transformed(value, transformation)
    if operator == "contains":
        return holds(value, one["operator"]["value"])
    if operator == "in":
        return holds(one["operator"]["value"], value)
    lower, upper = one["operator"]["lower"], one["operator"]["upper"]
    return compare(lower, value) <= 0 and compare(value, upper) <= 0


def words(value):
    text = json.dumps(value, ensure_ascii=False).lower()
    return set(re.findall(r"[+-]?\d+\.\d+|[+-]?\d+(?!\w)|[^\W_]+", text)) - COMMON_WORDS


def holds(outer, inner):
    if isinstance(outer, list) and not isinstance(inner, (list, dict)):
        return any(kind(item) == kind(inner) and item == inner for item in outer)
    return holds_inside(outer, inner)


def holds_inside(outer, inner):
    if kind(outer) != kind(inner):
        return False
    if isinstance(inner, dict):
        return all(key in outer and holds_inside(outer[key], inner[key]) for key in inner)
    if isinstance(inner, list):
        return all(any(holds_inside(item, wanted) for item in outer) for wanted in inner)
    return outer == inner


def transformed(value, transformation):
    name = transformation["transformation"]
    if name == "identity":
        return value
    if name == "datetimeExtract":
        if not isinstance(value, str):
            raise Fails
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise Fails from None
    else:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Fails
        try:
            moment = datetime.fromtimestamp(value, tz=UTC)
        except (ValueError, OverflowError, OSError):
            raise Fails from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return part(moment.astimezone(UTC), transformation["part"].lower())


def part(moment, name):
    if name in ("hour", "hours"):
        return moment.hour
    if name == "isodow":
        return moment.weekday() + 1
    if name == "dow":
        return (moment.weekday() + 1) % 7
    if name == "year":
        return moment.year
    if name == "month":
        return moment.month
    if name == "epoch":
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    raise Fails


# Mapping


def check_mapping(mapping):
    """A HAT reads the whole mapping before it asks for data."""
    for destination, source in mapping.items():
        if isinstance(source, dict):
            if not isinstance(source.get("source"), str) or not source.get("mappings"):
                raise Fails
            steps(source["source"].removesuffix("[]"))
            check_mapping(source["mappings"])
        elif isinstance(source, str):
            steps(source)
        else:
            continue  # every record will be empty, but the rest is read all the same
        if any(isinstance(step, int) for step in steps(destination.removesuffix("[]"))):
            raise Fails


def steps(path):
    names = path.split(".")
    while names and names[-1] == "" and path != "":
        names.pop()
    found = []
    for name in names:
        match = re.fullmatch(r"([A-Za-z0-9_]+)(\[([0-9]*)\])?", name)
        if not match:
            raise Fails
        found.append(match[1])
        if match[3]:
            found.append(int(match[3]))
    if not found:
        raise Fails
    return found


def apply_mapping(mapping, data):
    if not isinstance(mapping, dict):
        return data
    mapped = map_object(mapping, data)
    return {} if mapped is NOTHING else mapped


def map_object(mapping, data):
    """``NOTHING`` when the mapping holds a value that is neither a path nor an object."""
    if any(not isinstance(source, (str, dict)) for source in mapping.values()):
        return NOTHING
    result = {}
    for destination, source in pairs(mapping):
        value = source_value(destination, source, data)
        if value is not NOTHING:
            piece = value
            for name in reversed(steps(destination.removesuffix("[]"))):
                piece = {name: piece}
            result = merged(result, piece)
    return result


def source_value(destination, source, data):
    if isinstance(source, str):
        return walk(data, steps(source))
    value = walk(data, steps(source["source"].removesuffix("[]")))
    if destination.endswith("[]"):
        if not isinstance(value, list):
            return NOTHING
        mapped = [map_object(source["mappings"], item) for item in value]
        return [item for item in mapped if item is not NOTHING]
    if value is NOTHING:
        return NOTHING
    mapped = map_object(source["mappings"], value)
    if mapped is NOTHING:
        raise Fails
    return mapped


def walk(data, path):
    for step in path:
        if isinstance(step, int):
            if not isinstance(data, list) or step >= len(data):
                return NOTHING
            data = data[step]
        elif isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return NOTHING
    return data


def merged(one, other):
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    both = dict(one)
    for key, value in other.items():
        both[key] = merged(one[key], value) if key in one else value
    return both
