"""A bundle in plain words: which data, which records of it, how many, with what linked to them.

The caller says how its fields are called; a field without a name is called by its path. Nothing
is left out: a filter without plain words is quoted, and only what a HAT ignores is not said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hats.bundles import english
from hats.bundles.english import FieldName
from hats.bundles.jsonb import segments
from hats.bundles.model import Bundle, EndpointQuery, PropertyQuery
from hats.bundles.phrases import Phrase
from hats.bundles.projection import sources_of
from hats.bundles.recognising import read

# By endpoint, then by the path as a filter writes it (``lines.0.sku``).
Names = Mapping[str, Mapping[str, FieldName]]
NO_NAMES: Names = {}


@dataclass(frozen=True, slots=True)
class SourceWords:
    """One endpoint read.

    :param fields: names of the fields taken, in order; ``None``: whole records.
    :param tests: what a record must meet, such as “Distance” is 5 km or more.
    """

    endpoint: str
    fields: tuple[str, ...] | None
    tests: tuple[str, ...]
    links: tuple["SourceWords", ...] = ()

    @property
    def title(self) -> str:
        return f"“{english.title_from(self.endpoint)}”"


@dataclass(frozen=True, slots=True)
class TableWords:
    """One property: a table of the file to come.

    :param share: which part of those, such as ``at most the newest 20``; empty: all.
    :param share_alone: the same where nothing was said of them before.
    """

    name: str
    sources: tuple[SourceWords, ...]
    share: str
    share_alone: str

    @property
    def title(self) -> str:
        return english.title_from(self.name)


def explain(bundle: Bundle, *, names: Names = NO_NAMES) -> tuple[TableWords, ...]:
    """Say each property of the bundle in words, in the bundle's order."""
    return tuple(
        TableWords(
            name=name,
            sources=tuple(_source(query, names) for query in wanted.endpoints),
            share=share_words(wanted, names),
            share_alone=share_words(wanted, names, noun=True),
        )
        for name, wanted in bundle.properties.items()
    )


def sentences(bundle: Bundle, *, names: Names = NO_NAMES) -> list[str]:
    """What is taken of all that is held, for the person whose data it is.

    Nothing is said of a property that takes all records and named fields only.
    """
    tables = explain(bundle, names=names)
    return [
        sentence if len(tables) == 1 else f"{table.title}: {sentence[0].lower()}{sentence[1:]}"
        for table in tables
        for sentence in _of_table(table)
    ]


def condition_clauses(conditions: Bundle, *, names: Names = NO_NAMES) -> list[str]:
    """What a HAT must hold before it hands over anything: a clause for each condition."""
    tables = explain(conditions, names=names)
    return [_condition(table, conditions.properties[table.name]) for table in tables]


def _condition(table: TableWords, wanted: PropertyQuery) -> str:
    if wanted.limit == 0 or not table.sources:
        return "what no HAT can hold"
    return english.listed([_record_of(source) for source in table.sources], last="or")


def _record_of(source: SourceWords) -> str:
    record = f"at least one record of {source.title}"
    return f"{record} in which {_all_of(source.tests)}" if source.tests else record


def _of_table(table: TableWords) -> list[str]:
    """Say which records, then what comes with them."""
    said = []
    if any(source.tests for source in table.sources):
        share = f"; of these, {table.share}" if table.share else ""
        said.append(f"Your HAT hands over {_sources(table.sources)}{share}.")
    elif table.share:
        said.append(f"Your HAT hands over {table.share_alone}.")
    for source in table.sources:
        if source.fields is None:
            said.append(f"Records of {source.title} are handed over whole, with every field.")
        said += [_linked(link) for link in source.links]
    return said


def _sources(sources: Sequence[SourceWords]) -> str:
    if len(sources) == 1:
        return f"only records in which {_all_of(sources[0].tests)}"
    return ", and ".join(
        f"from {source.title} only records in which {_all_of(source.tests)}"
        if source.tests
        else f"from {source.title} all records"
        for source in sources
    )


def _linked(link: SourceWords) -> str:
    only = f" in which {_all_of(link.tests)}" if link.tests else ""
    fields = "" if link.fields is None else f", only their {english.listed(link.fields)}"
    return f"With each record comes what is linked to it in {link.title}{only}{fields}."


def _all_of(tests: Sequence[str]) -> str:
    return ", and ".join(tests)


def _source(query: EndpointQuery, names: Names) -> SourceWords:
    sources = sources_of(query)
    known = names_of_query(query, names)
    return SourceWords(
        endpoint=query.endpoint,
        fields=None
        if sources is None
        else tuple(str(name_of(path, known)) for path in sources.values()),
        tests=tuple(clause(read(one), known) for one in query.filters if not one.is_ignored),
        links=tuple(_source(replace(link, links=()), names) for link in query.links),
    )


def clause(phrase: Phrase, known: Mapping[str, FieldName]) -> str:
    """Say one filter as a clause: “Distance” is between 1 and 5 km."""
    name = name_of(phrase.field, known)
    return f"{name} {phrase.words(name)}"


def names_of_query(query: EndpointQuery, names: Names) -> Mapping[str, FieldName]:
    """How the fields of one endpoint are called."""
    return names.get(query.endpoint, {})


def name_of(path: str, known: Mapping[str, FieldName]) -> FieldName:
    """Find the name of a field by its path, however the path is written."""
    plain = filter_path(path)
    return known.get(plain) or english.name_from(plain)


def filter_path(path: str) -> str:
    """Write a mapping's path as a filter does: ``lines[0].sku`` becomes ``lines.0.sku``."""
    return ".".join(segments(path.replace("[]", "").replace("[", ".").replace("]", "")))


def share_words(wanted: PropertyQuery, names: Names = NO_NAMES, *, noun: bool = False) -> str:
    """Say how many at most, and which: ``at most the newest 20``; no limit says nothing.

    :param noun: say “records” too, for a sentence that has not said it yet.
    """
    if wanted.limit is None:
        return ""
    if wanted.limit == 0:
        return "no records" if noun else "none"
    which, behind = order_words(wanted, names)
    if wanted.limit == 1:
        one = " record" if noun else ""
        return (
            f"only the {which}{one}" if which else f"only the {'record' if noun else 'one'}{behind}"
        )
    count = f"{wanted.limit:,} records" if noun else f"{wanted.limit:,}"
    return f"at most the {which} {count}" if which else f"at most the {count}{behind}"


def order_words(wanted: PropertyQuery, names: Names = NO_NAMES) -> tuple[str, str]:
    """Say what comes first: ``newest`` before a noun, or `` with the highest “Steps”`` behind."""
    if wanted.order_by is None:
        return ("newest" if wanted.is_descending else "oldest"), ""
    name = order_name(wanted, names)
    if name.is_moment:
        return ("newest" if wanted.is_descending else "oldest"), ""
    return "", f" with the {'highest' if wanted.is_descending else 'lowest'} {name}"


def order_name(wanted: PropertyQuery, names: Names = NO_NAMES) -> FieldName:
    """Name the field sorted by; it is first read as a destination of the mapping."""
    order_by = wanted.order_by or ""
    for query in wanted.endpoints:
        mapping = query.mapping if isinstance(query.mapping, dict) else {}
        source = mapping.get(order_by, order_by)
        return name_of(
            source if isinstance(source, str) else order_by, names_of_query(query, names)
        )
    return english.name_from(order_by)
