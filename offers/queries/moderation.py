"""What moderators weigh: what waits, what needs care, what changed since the last version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from hats.bundles.differences import Difference
from offers.cards import Block, Card
from offers.models import OfferField, OfferVersion, OfferVersionStatus
from offers.queries.stated import facts_of

LONG_PERIOD_DAYS = 90
_FREE_TEXT, _OTHERS, _IDENTITY = "SOC", "3P", "ID"
_BLOCKS = {
    "which_data": "Which of your data",
    "how_long": "For how long",
    "who_else": "Who else will have it",
    "for_what": "For what",
    "reward_and_stop": "What you get, and how to stop",
}


@dataclass(frozen=True)
class Flag:
    """Something to think about before deciding; ``tone`` is ``attention`` or empty."""

    label: str
    text: str
    tone: str = "attention"


@dataclass(frozen=True)
class Change:
    """One block of the card or one figure that differs from the last published version."""

    label: str
    was: str
    now: str


def versions_waiting() -> QuerySet[OfferVersion]:
    """Submitted versions, the longest waiting first."""
    return (
        OfferVersion.objects.filter(status=OfferVersionStatus.SUBMITTED)
        .select_related("offer__category", "offer__publisher", "created_by")
        .defer("bundle", "sample")
        .order_by("created_at", "pk")
    )


def last_published(version: OfferVersion) -> OfferVersion | None:
    """The version that stands on the shelf now."""
    return version.offer.current_version


def flags(version: OfferVersion, fields: Iterable[OfferField]) -> list[Flag]:
    """What in this version needs care, in sentences; most serious first."""
    found = []
    if version.special_category:
        found.append(
            Flag("Special category", "Owners give explicit consent; the group is 50 or more.")
        )
    if version.precise_location:
        found.append(Flag("Precise location", "Homes can be guessed from exact places."))
    if version.offer.is_private:
        found.append(Flag("Private", "Only whoever has its code finds the offer.", ""))
    found += _field_flags(fields)
    if version.period_days > LONG_PERIOD_DAYS and version.collection != "once":
        found.append(Flag("Long", f"The data debit stays open for {version.period_days} days."))
    if not found:
        found.append(Flag("Plain", "Nothing in the fields or the terms asks for special care.", ""))
    return found


def _field_flags(fields: Iterable[OfferField]) -> list[Flag]:
    marks = [
        (_IDENTITY, "Identity", "could tell who a person is"),
        (_OTHERS, "Other people", "may be about people who did not agree"),
        (_FREE_TEXT, "Free text", "can hold anything a person wrote"),
    ]
    fields = list(fields)
    found = []
    for mark, label, words in marks:
        names = [field.name for field in fields if mark in field.sensitivity.split()]
        if names:
            found.append(Flag(label, f"{_listed(names)} {words}."))
    return found


def changes(
    version: OfferVersion,
    former: OfferVersion | None,
    *,
    card: Card,
    former_card: Card | None,
    definition: Sequence[Difference] = (),
) -> list[Change]:
    """How the card and the figures differ from the version on the shelf; empty for a first one.

    :param definition: how the definition of the data differs.
    """
    if former is None or former_card is None:
        return []
    found = [
        _difference(label, former_card[key], card[key])
        for key, label in _BLOCKS.items()
        if former_card[key] != card[key]
    ]
    figures = [
        ("Market fee", str(former.fee), str(version.fee)),
        ("Title", former.title, version.title),
        *(
            (fact.label, was.value, fact.value)
            for was, fact in zip(facts_of(former), facts_of(version), strict=True)
        ),
    ]
    found += [Change(*figure) for figure in figures if figure[1] != figure[2]]
    return found + [_defined(difference) for difference in definition]


def _defined(difference: Difference) -> Change:
    """One change of the definition; “takes more” speaks of the data handed over."""
    now = _begun(difference.now) or "Left out"
    effect = f" (takes {difference.effect})" if difference.effect else ""
    return Change(
        f"Definition of the data: {difference.about}",
        was=_begun(difference.was) or "Nothing of this",
        now=f"{now}{effect}",
    )


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def changed_blocks(card: Card, former_card: Card | None) -> list[str]:
    """The keys of the blocks to mark on the card."""
    return [key for key in card if former_card and former_card[key] != card[key]]


def _difference(label: str, former: Block, block: Block) -> Change:
    """Only the sentences that are not in the other one."""
    was, now = _sentences(former), _sentences(block)
    return Change(
        label,
        was=" ".join(sentence for sentence in was if sentence not in now) or "Nothing of this",
        now=" ".join(sentence for sentence in now if sentence not in was) or "Left out",
    )


def _sentences(block: Block) -> list[str]:
    fields = block.get("fields")
    names = [f"{', '.join(fields)}."] if isinstance(fields, list) else []
    text = str(block["text"]).replace(". ", ".\n").splitlines()
    return [f"{block['headline']}.", *names, *text]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
