"""Combinators: lists of endpoint queries that a HAT keeps by name."""

from hats.bundles import EndpointQuery, PropertyQuery
from hats.bundles.parsing import parse_properties, properties_to_json
from hats.sandbox.store import HatStore

_KIND = "combinator"
_WRAP = "wrap"  # The parser reads whole properties only.
Queries = tuple[EndpointQuery, ...]


class Combinators:
    """Those of one HAT."""

    def __init__(self, store: HatStore) -> None:
        self._store = store
        self._kept: dict[str, Queries] = {}
        for name, body in store.documents(_KIND).items():
            self._kept[name] = parse_properties(body, "kept")[_WRAP].endpoints

    def get(self, name: str) -> Queries | None:
        return self._kept.get(name)

    def save(self, name: str, queries: Queries) -> None:
        self._kept[name] = queries
        body = properties_to_json({_WRAP: PropertyQuery(endpoints=queries)})
        self._store.save_document(_KIND, name, body)
