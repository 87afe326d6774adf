"""What changed between two definitions of data, in sentences. Equal by hash: nothing is said."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from common.language import gettext as _
from common.language import gettext_noop
from hats.bundles import speech
from hats.bundles.hashing import bundle_hash, canonical, canonical_text
from hats.bundles.model import Bundle, EndpointQuery, Filter, PropertyQuery, renamed
from hats.bundles.parsing import filter_to_json, properties_to_json
from hats.bundles.phrases import AtLeast, AtMost, OneOf, Phrase, Range
from hats.bundles.projection import sources_of
from hats.bundles.recognising import read
from hats.bundles.speech import FieldName
from hats.bundles.words import (
    NO_NAMES,
    First,
    Names,
    clause,
    condition_clauses,
    first_of,
    name_of,
    names_of_query,
    share_words,
)

_ANY_NAME = "any"
_EFFECTS = {
    "": "",
    "more": gettext_noop("That takes more."),
    "less": gettext_noop("That takes less."),
}
_IN_ORDER = {
    First.NEWEST: gettext_noop("the newest first, by {field} ({path})"),
    First.OLDEST: gettext_noop("the oldest first, by {field} ({path})"),
    First.HIGHEST: gettext_noop("those with the highest {field} first, by {field} ({path})"),
    First.LOWEST: gettext_noop("those with the lowest {field} first, by {field} ({path})"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was.

    :param about: the table, or the linked records of one.
    :param was: how it was; empty when it is new.
    :param now: how it is; empty when it is gone.
    :param effect: ``more`` or ``less`` is taken, or empty when that cannot be told.
    """

    about: str
    was: str
    now: str
    effect: str = ""

    @property
    def sentence(self) -> str:
        if not self.was:
            change = _("{table}: now {now}.")
        elif not self.now:
            change = _("{table}: no longer {was}.")
        else:
            change = _("{table}: now {now}; before, {was}.")
        change = change.format(table=self.about, now=self.now, was=self.was)
        return f"{change} {_(_EFFECTS[self.effect])}" if self.effect else change


def differences(old: Bundle, new: Bundle, *, names: Names = NO_NAMES) -> list[Difference]:
    """Every change of meaning, in the new bundle's order; the bundles' own names do not count."""
    if _hash(old) == _hash(new):
        return []
    was, now = canonical(old).properties, canonical(new).properties
    found: list[Difference] = []
    for table, wanted in now.items():
        about = speech.title_from(table)
        if table not in was:
            words = _("also a table from {sources}").format(sources=_endpoints(wanted))
            found.append(Difference(about, "", words, "more"))
        elif _text(was[table]) != _text(wanted):
            found += _of_table(about, was[table], wanted, names)
    for table in was:
        if table not in now:
            words = _("a table from {sources}").format(sources=_endpoints(was[table]))
            found.append(Difference(speech.title_from(table), words, "", "less"))
    return found


def condition_differences(
    old: Bundle | None, new: Bundle | None, *, names: Names = NO_NAMES
) -> list[Difference]:
    """The same of two sets of conditions; ``None`` is no conditions."""
    about = _("Conditions")
    if old is None or new is None:
        if old is new:
            return []
        return [Difference(about, *((_held(old, names), "") if old else ("", _held(new, names))))]
    return [
        replace(one, about=_("Condition “{table}”").format(table=one.about), effect="")
        for one in differences(old, new, names=names)
    ]


def _held(conditions: Bundle | None, names: Names) -> str:
    clauses = condition_clauses(conditions, names=names) if conditions else []
    if not clauses:
        return _("only if the HAT holds anything or nothing")
    return _("only if the HAT holds {conditions}").format(conditions=speech.joined(clauses))


def _hash(bundle: Bundle) -> str:
    return bundle_hash(renamed(bundle, name=_ANY_NAME))


def _text(wanted: PropertyQuery) -> str:
    """Make what two equal definitions have in common; to Python, ``1`` and ``true`` are equal."""
    return canonical_text(properties_to_json({"": wanted}))


def _endpoints(wanted: PropertyQuery) -> str:
    titles = dict.fromkeys(_titled(query) for query in wanted.endpoints)
    return speech.listed(list(titles)) or _("nothing")


def _titled(query: EndpointQuery) -> str:
    return speech.quoted(speech.title_from(query.endpoint))


def _of_table(
    about: str, was: PropertyQuery, now: PropertyQuery, names: Names
) -> Iterator[Difference]:
    found = [
        *_of_queries(about, was.endpoints, now.endpoints, names),
        *_of_order(about, was, now, names),
        *_of_limit(about, was, now, names),
    ]
    yield from found or [_wordless(about)]


def _wordless(about: str) -> Difference:
    return Difference(
        about,
        _("defined in another way"),
        _("defined in a way whose difference has no plain words (compare the definitions)"),
    )


def _of_queries(
    about: str, was: Iterable[EndpointQuery], now: Iterable[EndpointQuery], names: Names
) -> Iterator[Difference]:
    """Compare the queries of the same endpoint in turn; say which endpoints came and went."""
    old, new = _in_turn(was), _in_turn(now)
    for key, query in new.items():
        if key not in old:
            words = _("also records of {source}").format(source=_titled(query))
            yield Difference(about, "", words, "more")
        elif _text(PropertyQuery((old[key],))) != _text(PropertyQuery((query,))):
            yield from _of_query(about, old[key], query, names)
    for key, query in old.items():
        if key not in new:
            words = _("records of {source}").format(source=_titled(query))
            yield Difference(about, words, "", "less")


def _in_turn(queries: Iterable[EndpointQuery]) -> dict[tuple[str, int], EndpointQuery]:
    seen: Counter[str] = Counter()
    keyed: dict[tuple[str, int], EndpointQuery] = {}
    for query in queries:
        keyed[query.endpoint, seen[query.endpoint]] = query
        seen[query.endpoint] += 1
    return keyed


def _of_query(
    about: str, was: EndpointQuery, now: EndpointQuery, names: Names
) -> Iterator[Difference]:
    known = names_of_query(now, names)
    found = [
        *_of_fields(about, was, now, known),
        *_of_filters(about, was.filters, now.filters, known),
        *_of_queries(_("{table}, linked records").format(table=about), was.links, now.links, names),
    ]
    yield from found or [_wordless(about)]


def _of_fields(
    about: str, was: EndpointQuery, now: EndpointQuery, known: Mapping[str, FieldName]
) -> Iterator[Difference]:
    old, new = sources_of(was), sources_of(now)
    if old is None or new is None:
        if old is not new:
            words = _fields(new if old is None else old, known)
            wider = new is None
            whole = _("whole records, with every field")
            yield Difference(
                about, *((words, whole) if wider else (whole, words)), _effect(is_wider=wider)
            )
        return
    for path, source in new.items():
        if path not in old:
            words = _("also the field {field} ({path}, read from {source})")
            yield Difference(about, "", _field(words, path, source, known), "more")
        elif old[path] != source:
            yield Difference(
                about,
                _("the field “{path}” was read from {source}").format(path=path, source=old[path]),
                _("the field “{path}” is read from {source}").format(path=path, source=source),
            )
    for path, source in old.items():
        if path not in new:
            words = _("the field {field} ({path}, read from {source})")
            yield Difference(about, _field(words, path, source, known), "", "less")


def _fields(sources: Mapping[str, str] | None, known: Mapping[str, FieldName]) -> str:
    named = [str(name_of(source, known)) for source in (sources or {}).values()]
    if not named:
        return _("no fields at all")
    return _("only the fields {fields}").format(fields=speech.listed(named))


def _field(words: str, path: str, source: str, known: Mapping[str, FieldName]) -> str:
    return words.format(field=name_of(source, known), path=path, source=source)


def _effect(*, is_wider: bool) -> str:
    return "more" if is_wider else "less"


def _of_filters(
    about: str,
    was: tuple[Filter, ...],
    now: tuple[Filter, ...],
    known: Mapping[str, FieldName],
) -> Iterator[Difference]:
    old, new = _by_text(was), _by_text(now)
    gone = [phrase for text, phrase in old.items() if text not in new]
    come = [phrase for text, phrase in new.items() if text not in old]
    for phrase in come:
        former = next((one for one in gone if one.field == phrase.field), None)
        if former is None:
            yield Difference(about, "", _where(clause(phrase, known)), "less")
        else:
            gone.remove(former)
            yield _changed(about, former, phrase, known)
    for phrase in gone:
        yield Difference(about, _where(clause(phrase, known)), "", "more")


def _where(test: str) -> str:
    return _("only where {test}").format(test=test)


def _by_text(filters: tuple[Filter, ...]) -> dict[str, Phrase]:
    return {canonical_text(filter_to_json(one)): read(one) for one in filters}


def _changed(about: str, was: Phrase, now: Phrase, known: Mapping[str, FieldName]) -> Difference:
    before, after = clause(was, known), clause(now, known)
    if before == after:
        exact = [canonical_text(filter_to_json(one.to_filter())) for one in (was, now)]
        before, after = f"{before} ({exact[0]})", f"{after} ({exact[1]})"
    return Difference(about, _where(before), _where(after), _reach(was, now))


def _reach(was: Phrase, now: Phrase) -> str:
    """Tell whether more passes now than before, for figures and choices."""
    if isinstance(was, OneOf) and isinstance(now, OneOf):
        return _compared(
            is_within_new=set(was.values) <= set(now.values),
            is_within_old=set(now.values) <= set(was.values),
        )
    before, after = _ends(was), _ends(now)
    if before is None or after is None:
        return ""
    return _compared(
        is_within_new=after[0] <= before[0] and before[1] <= after[1],
        is_within_old=before[0] <= after[0] and after[1] <= before[1],
    )


def _compared(*, is_within_new: bool, is_within_old: bool) -> str:
    return "" if is_within_new == is_within_old else _effect(is_wider=is_within_new)


def _ends(phrase: Phrase) -> tuple[float, float] | None:
    if isinstance(phrase, Range):
        return phrase.lowest, phrase.highest
    if isinstance(phrase, AtLeast):
        return phrase.lowest, float("inf")
    return (float("-inf"), phrase.highest) if isinstance(phrase, AtMost) else None


def _of_order(
    about: str, was: PropertyQuery, now: PropertyQuery, names: Names
) -> Iterator[Difference]:
    if (was.order_by, was.ordering) != (now.order_by, now.ordering):
        yield Difference(about, _ordered(was, names), _ordered(now, names))


def _ordered(wanted: PropertyQuery, names: Names) -> str:
    if wanted.order_by is None:
        newest = wanted.is_descending
        return _("the newest written first") if newest else _("the oldest written first")
    first, field = first_of(wanted, names)
    return _(_IN_ORDER[first]).format(field=field, path=wanted.order_by)


def _of_limit(
    about: str, was: PropertyQuery, now: PropertyQuery, names: Names
) -> Iterator[Difference]:
    if was.limit == now.limit:
        return
    wider = now.limit is None or (was.limit is not None and was.limit < now.limit)
    yield Difference(
        about,
        share_words(was, names, noun=True) or _("all records"),
        share_words(now, names, noun=True) or _("all records"),
        _effect(is_wider=wider),
    )
