"""A bundle in plain words: which data, which records of it, how many, with what linked to them.

The caller says how its fields are called; a field without a name is called by its path. Nothing
is left out: a filter without plain words is quoted, and only what a HAT ignores is not said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from common.language import figure, gettext_noop, pgettext
from common.language import gettext as _
from hats.bundles import speech
from hats.bundles.jsonb import segments
from hats.bundles.model import Bundle, EndpointQuery, PropertyQuery
from hats.bundles.phrases import Phrase
from hats.bundles.projection import sources_of
from hats.bundles.recognising import read
from hats.bundles.speech import FieldName

# By endpoint, then by the path as a filter writes it (``lines.0.sku``).
Names = Mapping[str, Mapping[str, FieldName]]
NO_NAMES: Names = {}


class First(StrEnum):
    """Which records of a property come first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    HIGHEST = "highest"
    LOWEST = "lowest"


# How many at most, and which: one or several, each with the noun and where it was said before.
_ONLY_ONE = {
    First.NEWEST: (gettext_noop("only the newest record"), gettext_noop("only the newest")),
    First.OLDEST: (gettext_noop("only the oldest record"), gettext_noop("only the oldest")),
    First.HIGHEST: (
        gettext_noop("only the record with the highest {field}"),
        gettext_noop("only the one with the highest {field}"),
    ),
    First.LOWEST: (
        gettext_noop("only the record with the lowest {field}"),
        gettext_noop("only the one with the lowest {field}"),
    ),
}
_AT_MOST = {
    First.NEWEST: (
        gettext_noop("at most the newest {count} records"),
        gettext_noop("at most the newest {count}"),
    ),
    First.OLDEST: (
        gettext_noop("at most the oldest {count} records"),
        gettext_noop("at most the oldest {count}"),
    ),
    First.HIGHEST: (
        gettext_noop("at most the {count} records with the highest {field}"),
        gettext_noop("at most the {count} with the highest {field}"),
    ),
    First.LOWEST: (
        gettext_noop("at most the {count} records with the lowest {field}"),
        gettext_noop("at most the {count} with the lowest {field}"),
    ),
}


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
        return speech.quoted(speech.title_from(self.endpoint))


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
        return speech.title_from(self.name)


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
        sentence if len(tables) == 1 else f"{table.title}: {speech.small(sentence)}"
        for table in tables
        for sentence in _of_table(table)
    ]


def condition_clauses(conditions: Bundle, *, names: Names = NO_NAMES) -> list[str]:
    """What a HAT must hold before it hands over anything: a clause for each condition."""
    tables = explain(conditions, names=names)
    return [_condition(table, conditions.properties[table.name]) for table in tables]


def _condition(table: TableWords, wanted: PropertyQuery) -> str:
    if wanted.limit == 0 or not table.sources:
        return _("what no HAT can hold")
    return speech.listed([_record_of(source) for source in table.sources], last="or")


def _record_of(source: SourceWords) -> str:
    if not source.tests:
        return _("at least one record of {source}").format(source=source.title)
    return _("at least one record of {source} in which {tests}").format(
        source=source.title, tests=speech.joined(source.tests)
    )


def _of_table(table: TableWords) -> list[str]:
    """Say which records, then what comes with them."""
    said = []
    if any(source.tests for source in table.sources):
        said.append(_narrowed(table))
    elif table.share:
        said.append(_("Your HAT hands over {records}.").format(records=table.share_alone))
    for source in table.sources:
        if source.fields is None:
            said.append(
                _("Records of {source} are handed over whole, with every field.").format(
                    source=source.title
                )
            )
        said += [_linked(link) for link in source.links]
    return said


def _narrowed(table: TableWords) -> str:
    if len(table.sources) == 1:
        tests = speech.joined(table.sources[0].tests)
        if not table.share:
            return _("Your HAT hands over only records in which {tests}.").format(tests=tests)
        return _("Your HAT hands over only records in which {tests}; of these, {share}.").format(
            tests=tests, share=table.share
        )
    sources = speech.joined([_from(source) for source in table.sources])
    if not table.share:
        return _("Your HAT hands over {sources}.").format(sources=sources)
    return _("Your HAT hands over {sources}; of these, {share}.").format(
        sources=sources, share=table.share
    )


def _from(source: SourceWords) -> str:
    if not source.tests:
        return _("from {source} all records").format(source=source.title)
    return _("from {source} only records in which {tests}").format(
        source=source.title, tests=speech.joined(source.tests)
    )


def _linked(link: SourceWords) -> str:
    places = {
        "source": link.title,
        "tests": speech.joined(link.tests),
        "fields": speech.listed(link.fields or ()),
    }
    if link.tests and link.fields is not None:
        words = _(
            "With each record comes what is linked to it in {source} in which {tests}, only their"
            " {fields}."
        )
    elif link.tests:
        words = _("With each record comes what is linked to it in {source} in which {tests}.")
    elif link.fields is not None:
        words = _("With each record comes what is linked to it in {source}, only their {fields}.")
    else:
        words = _("With each record comes what is linked to it in {source}.")
    return words.format(**places)


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
    return known.get(plain) or speech.name_from(plain)


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
        return _("no records") if noun else pgettext("records", "none")
    first, name = first_of(wanted, names)
    with_noun, without = (_ONLY_ONE if wanted.limit == 1 else _AT_MOST)[first]
    return _(with_noun if noun else without).format(count=figure(f"{wanted.limit:,}"), field=name)


def first_of(wanted: PropertyQuery, names: Names = NO_NAMES) -> tuple[First, FieldName]:
    """Which records come first, and by which field."""
    name = order_name(wanted, names)
    if wanted.order_by is None or name.is_moment:
        return (First.NEWEST if wanted.is_descending else First.OLDEST), name
    return (First.HIGHEST if wanted.is_descending else First.LOWEST), name


def order_name(wanted: PropertyQuery, names: Names = NO_NAMES) -> FieldName:
    """Name the field sorted by; it is first read as a destination of the mapping."""
    order_by = wanted.order_by or ""
    for query in wanted.endpoints:
        mapping = query.mapping if isinstance(query.mapping, dict) else {}
        source = mapping.get(order_by, order_by)
        return name_of(
            source if isinstance(source, str) else order_by, names_of_query(query, names)
        )
    return speech.name_from(order_by)
