"""What was ever published of an offer, and in words what each version changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import prefetch_related_objects

from common.language import gettext as _
from common.language import gettext_noop
from offers.constants import PURPOSE_NAMES
from offers.models import Offer, OfferField, OfferVersion
from offers.queries.definitions import definition_differences
from offers.queries.pages import fields_of, published_versions
from offers.queries.stated import facts_of

MOST_COMPARED = 6  # newest versions whose changes are said
_FACTS = (  # attribute, words; both in the order of the page
    ("title", gettext_noop("Title")),
    ("reward", gettext_noop("Reward for each person")),
    ("fee", gettext_noop("Market fee for each person")),
    ("rhythm", gettext_noop("Collection")),
    ("smallest_group", gettext_noop("Smallest group")),
    ("retention_words", gettext_noop("Kept at most")),
    ("place_words", gettext_noop("Where it is kept")),
)


@dataclass(frozen=True)
class Release:
    """One published version; ``changes`` against the one before, ``None`` where not compared."""

    version: OfferVersion
    changes: Sequence[str] | None


def releases_of(offer: Offer) -> list[Release]:
    """All that was ever published of the offer, newest first, in at most two queries.

    Of a first version, which is most of the shelf, nothing but its fields has to be asked. The
    current version is left with its fields loaded.
    """
    current = offer.current_version
    listed = [current] if current and current.number == 1 else list(published_versions(offer))
    newest = listed[:MOST_COMPARED]
    loaded = {current.pk: current} if current else {}
    compared = [loaded.get(one.pk, one) for one in newest]
    prefetch_related_objects([*loaded.values(), *compared], "fields")
    changes = {now.number: list(changes_between(former, now)) for now, former in pairwise(compared)}
    return [Release(version, changes.get(version.number)) for version in listed]


def changes_between(former: OfferVersion, now: OfferVersion) -> Iterator[str]:
    """Sentences on what a version says otherwise than a former one; fields are loaded."""
    for name, label in _FACTS:
        was, is_now = getattr(former, name), getattr(now, name)
        if was != is_now:
            yield _said(_(label), is_now, was)
    yield from _purposes(former, now)
    yield from _stated(former, now)
    if former.never != now.never:
        yield _("What buyers must never do has changed.")
    old, new = fields_of(former), fields_of(now)
    yield from _columns(old, new)
    for difference in definition_differences(former, now, fields=new, former_fields=old):
        yield difference.sentence


def _stated(former: OfferVersion, now: OfferVersion) -> Iterator[str]:
    """Coverage and freshness, use cases, worked examples."""
    for was, fact in zip(facts_of(former), facts_of(now), strict=True):
        if was.value != fact.value:
            yield _said(fact.label, _quoted(fact.value), _quoted(was.value))
    if former.use_cases != now.use_cases:
        yield _("What it is good for is said anew.")
    if former.examples != now.examples:
        yield _("The worked examples have changed.")


def _said(label: str, now: object, was: object) -> str:
    return _("{label}: now {now}; before, {was}.").format(label=label, now=now, was=was)


def _quoted(words: str) -> str:
    return _("“{words}”").format(words=words.rstrip("."))


def _purposes(former: OfferVersion, now: OfferVersion) -> Iterator[str]:
    for purpose in now.purposes:
        if purpose not in former.purposes:
            yield _("Now also allowed: {purpose}.").format(purpose=_purpose(purpose))
    for purpose in former.purposes:
        if purpose not in now.purposes:
            yield _("No longer allowed: {purpose}.").format(purpose=_purpose(purpose))


def _purpose(purpose: str) -> str:
    return _(PURPOSE_NAMES[purpose]) if purpose in PURPOSE_NAMES else purpose


def _columns(old: Sequence[OfferField], new: Sequence[OfferField]) -> Iterator[str]:
    was = {(field.table, field.path): field for field in old}
    now = {(field.table, field.path): field for field in new}
    for key, field in now.items():
        if key not in was:
            yield _("New column: {name}.").format(name=field.name)
        elif (field.name, field.meaning) != (was[key].name, was[key].meaning):
            yield _("Described anew: {name}.").format(name=field.name)
    for key, field in was.items():
        if key not in now:
            yield _("Column gone: {name}.").format(name=field.name)
