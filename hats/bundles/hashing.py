"""One name for one meaning: the canonical hash of a definition."""

import hashlib
import json
from dataclasses import replace

from hats.bundles import dates
from hats.bundles.model import Bundle, EndpointQuery, Filter, PropertyQuery
from hats.bundles.parsing import bundle_to_json, filter_to_json, parse_bundle


def bundle_hash(raw: object) -> str:
    """SHA-256, in hex, of the canonical JSON: equal definitions have one hash.

    What a HAT ignores is left out and what has two spellings gets one (``docs/bundles.md`` lists
    both); the name counts, so compare definitions under one name (:func:`hats.bundles.renamed`).

    :param raw: a :class:`Bundle` or its JSON.
    :raises BundleInvalid: as :func:`parse_bundle`.
    """
    bundle = raw if isinstance(raw, Bundle) else parse_bundle(raw)
    return hashlib.sha256(canonical_text(bundle_to_json(canonical(bundle))).encode()).hexdigest()


def canonical(bundle: Bundle) -> Bundle:
    """Keep the meaning in one spelling."""
    return replace(
        bundle, properties={name: _property(wanted) for name, wanted in bundle.properties.items()}
    )


def canonical_text(value: object) -> str:
    """JSON with sorted keys and whole numbers as such, in ASCII.

    Text from a HAT may hold halves of characters that no encoding takes.
    """
    return json.dumps(_numbers(value), sort_keys=True, separators=(",", ":"))


def _property(wanted: PropertyQuery) -> PropertyQuery:
    return replace(
        wanted,
        endpoints=tuple(_query(query) for query in wanted.endpoints),
        ordering="descending" if wanted.is_descending else None,
    )


def _query(query: EndpointQuery) -> EndpointQuery:
    return EndpointQuery(
        endpoint=query.endpoint,
        mapping=query.mapping if isinstance(query.mapping, dict) else None,
        filters=_filters(query.filters),
        links=tuple(replace(_query(link), links=()) for link in query.links),
    )


def _filters(filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
    """All must hold, so neither their order nor saying one twice means anything."""
    spelt = [
        replace(one, part=one.part and dates.canonical_part(one.part))
        for one in filters
        if not one.is_ignored
    ]
    by_text = {canonical_text(filter_to_json(one)): one for one in spelt}
    return tuple(by_text[text] for text in sorted(by_text))


def _numbers(value: object) -> object:
    if isinstance(value, dict):
        return {key: _numbers(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_numbers(child) for child in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
