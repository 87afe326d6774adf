"""What a HAT accepts without a word and then answers with an error, with nothing, or unfiltered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hats.bundles.dates import PARTS, canonical_part
from hats.bundles.mapping import MappingFails, destination_path, source_path
from hats.bundles.model import Bundle, EndpointQuery, Filter, Find, PropertyQuery
from hats.bundles.text import lexemes, search_text


def pitfalls_of(bundle: Bundle) -> list[str]:
    """One located sentence each, for whoever writes an offer; none means none known."""
    return [
        pitfall
        for name, wanted in bundle.properties.items()
        for pitfall in _of_property(wanted, f"bundle.{name}")
    ]


def _of_property(wanted: PropertyQuery, path: str) -> Iterator[str]:
    if not wanted.endpoints:
        yield f"{path}.endpoints: is empty, to which some HATs answer an error"
    for index, query in enumerate(wanted.endpoints):
        place = f"{path}.endpoints[{index}]"
        yield from _of_query(query, place)
        if isinstance(query.mapping, dict) and not isinstance(
            query.mapping.get(wanted.order_by or "", ""), str
        ):
            yield f"{path}.orderBy: is no path in {place}.mapping, so a HAT answers an error"


def _of_query(query: EndpointQuery, path: str) -> Iterator[str]:
    if query.mapping == {}:
        yield f"{path}.mapping: is empty, so nothing of a record would be returned"
    elif isinstance(query.mapping, dict):
        yield from _of_mapping(query.mapping, f"{path}.mapping")
    elif query.mapping is not None:
        yield f"{path}.mapping: is no object, so whole records would be returned"
    for index, condition in enumerate(query.filters):
        yield from _of_filter(condition, f"{path}.filters[{index}]")
    for index, link in enumerate(query.links):
        yield from _of_query(replace(link, links=()), f"{path}.links[{index}]")
        if link.links:
            yield f"{path}.links[{index}].links: are ignored, as links have none of their own"


def _of_mapping(mapping: Mapping[str, object], path: str) -> Iterator[str]:
    for destination, source in mapping.items():
        place = f"{path}.{destination}"
        if isinstance(source, dict):
            yield from _of_nested(source, place)
        elif not isinstance(source, str):
            yield f"{place}: is no path, so every record would be empty"
        elif not _is_readable(destination, source):
            yield f"{place}: a HAT cannot read this path and would answer an error"


def _of_nested(source: Mapping[str, object], place: str) -> Iterator[str]:
    inner = source.get("mappings")
    if not isinstance(source.get("source"), str) or not isinstance(inner, dict) or not inner:
        yield f"{place}: needs a source and mappings, else a HAT answers an error"
    else:
        yield from _of_mapping(inner, place)


def _is_readable(destination: str, source: str) -> bool:
    try:
        destination_path(destination)
        source_path(source)
    except MappingFails:
        return False
    return True


def _of_filter(condition: Filter, path: str) -> Iterator[str]:
    if condition.is_ignored:
        yield f"{path}: search works only as “find” on “searchable”; this filters nothing"
    elif isinstance(condition.operator, Find) and not lexemes(
        search_text(condition.operator.search)
    ):
        yield f"{path}: holds only words too common to search for, so nothing is found"
    if "[" in condition.field:
        yield f"{path}.field: array positions are written “.0.” here, so nothing is found"
    if condition.part is not None and canonical_part(condition.part) not in PARTS:
        yield f"{path}.transformation.part: is no part of a date, so a HAT answers an error"
