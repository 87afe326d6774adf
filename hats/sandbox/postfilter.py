"""The filter nobody documents: the first query key a HAT does not know is looked for in records."""

from collections.abc import Callable

from multidict import MultiMapping

from hats.bundles.jsonb import at_path

_KNOWN = {"orderBy", "ordering", "skip", "take", "x-auth-token"}


def post_filter(query: MultiMapping[str]) -> Callable[[object], bool] | None:
    """Build the question each record's data is asked; ``None`` without an unknown key.

    A key without a dot is looked for at any depth, one with dots is an exact path. Several values
    of the key are alternatives.
    """
    key = next((key for key in query if key not in _KNOWN and key.lower() not in _KNOWN), None)
    if key is None:
        return None
    wanted = set(query.getall(key))
    if "." in key:
        return lambda data: _is_text_of(at_path(data, key), wanted)
    return lambda data: _holds(data, key, wanted)


def _is_text_of(value: object, wanted: set[str]) -> bool:
    return isinstance(value, str) and value in wanted


def _holds(data: object, key: str, wanted: set[str]) -> bool:
    if isinstance(data, list):
        return any(_holds(item, key, wanted) for item in data)
    if not isinstance(data, dict):
        return False
    found = data.get(key)
    values = found if isinstance(found, list) else [found]
    return any(_is_text_of(value, wanted) for value in values) or any(
        _holds(inner, key, wanted) for inner in data.values()
    )
