"""What moderators weigh: what waits, what needs care, what changed since the last version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from common.language import gettext as _
from common.language import gettext_noop, listed, pgettext
from hats.bundles.differences import Difference
from offers.cards import Block, Card
from offers.models import OfferField, OfferVersion, OfferVersionStatus
from offers.queries.stated import facts_of

LONG_PERIOD_DAYS = 90
_FREE_TEXT, _OTHERS, _IDENTITY = "SOC", "3P", "ID"
# What a change of the definition means for the data handed over.
_EFFECTS = {
    "more": gettext_noop("{now} (takes more)"),
    "less": gettext_noop("{now} (takes less)"),
}
_BLOCKS = {
    "which_data": gettext_noop("Which of your data"),
    "how_long": gettext_noop("For how long"),
    "who_else": gettext_noop("Who else will have it"),
    "for_what": gettext_noop("For what"),
    "reward_and_stop": gettext_noop("What you get, and how to stop"),
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


def last_sent_back(version: OfferVersion) -> OfferVersion | None:
    """What moderators sent back last, since the version that stands on the shelf now."""
    shelf = version.offer.current_version
    numbers = {"number__lt": version.number, "number__gt": shelf.number if shelf else 0}
    sent_back = version.offer.versions.filter(status=OfferVersionStatus.SENT_BACK, **numbers)
    return sent_back.order_by("-number").first()


def flags(version: OfferVersion, fields: Iterable[OfferField]) -> list[Flag]:
    """What in this version needs care, in sentences; most serious first."""
    found = []
    if version.special_category:
        found.append(
            Flag(
                _("Special category"),
                _("Owners give explicit consent; the group is 50 or more."),
            )
        )
    if version.precise_location:
        found.append(Flag(_("Precise location"), _("Homes can be guessed from exact places.")))
    publisher = version.offer.publisher
    if publisher and publisher.status != "verified":
        said = _("We have not checked who {publisher} is.").format(publisher=publisher.name)
        found.append(Flag(_("Not verified yet"), said))
    if version.offer.is_private:
        found.append(Flag(_("Private"), _("Only whoever has its code finds the offer."), ""))
    found += _field_flags(fields)
    if version.period_days > LONG_PERIOD_DAYS and version.collection != "once":
        days = _("The data debit stays open for {days} days.").format(days=version.period_days)
        found.append(Flag(pgettext("period", "Long"), days))
    return found or [_plain()]


def _plain() -> Flag:
    return Flag(_("Plain"), _("Nothing in the fields or the terms asks for special care."), "")


def _field_flags(fields: Iterable[OfferField]) -> list[Flag]:
    marks = [
        (_IDENTITY, _("Identity"), _("{fields} could tell who a person is.")),
        (_OTHERS, _("Other people"), _("{fields} may be about people who did not agree.")),
        (_FREE_TEXT, _("Free text"), _("{fields} can hold anything a person wrote.")),
    ]
    fields = list(fields)
    found = []
    for mark, label, sentence in marks:
        names = [field.name for field in fields if mark in field.sensitivity.split()]
        if names:
            found.append(Flag(label, sentence.format(fields=listed(names))))
    return found


def changes(
    version: OfferVersion,
    former: OfferVersion | None,
    *,
    card: Card,
    former_card: Card | None,
    definition: Sequence[Difference] = (),
) -> list[Change]:
    """How the card, the words and the figures differ from an earlier version.

    :param definition: how the definition of the data differs.
    """
    if former is None or former_card is None:
        return []
    found = [
        _difference(_(label), former_card[key], card[key])
        for key, label in _BLOCKS.items()
        if former_card[key] != card[key]
    ]
    figures = [
        (_("Market fee"), str(former.fee), str(version.fee)),
        (_("Title"), former.title, version.title),
        (_("One line for the card"), former.summary, version.summary),
        *(
            (fact.label, was.value, fact.value)
            for was, fact in zip(facts_of(former), facts_of(version), strict=True)
        ),
    ]
    found += [Change(*figure) for figure in figures if figure[1] != figure[2]]
    if former.description != version.description:
        found.append(_reworded(_("For buyers"), former.description, version.description))
    return found + [_defined(difference) for difference in definition]


def _defined(difference: Difference) -> Change:
    """One change of the definition; “takes more” speaks of the data handed over."""
    now = _begun(difference.now) or _("Left out")
    effect = _EFFECTS.get(difference.effect)
    return Change(
        _("Definition of the data: {about}").format(about=difference.about),
        was=_begun(difference.was) or _("Nothing of this"),
        now=_(effect).format(now=now) if effect else now,
    )


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def changed_blocks(card: Card, former_card: Card | None) -> list[str]:
    """The keys of the blocks to mark on the card."""
    return [key for key in card if former_card and former_card[key] != card[key]]


def _difference(label: str, former: Block, block: Block) -> Change:
    """Only the sentences that are not in the other one."""
    return _told_apart(label, _sentences(former), _sentences(block))


def _reworded(label: str, former: str, text: str) -> Change:
    return _told_apart(label, _split(former), _split(text))


def _told_apart(label: str, was: Sequence[str], now: Sequence[str]) -> Change:
    return Change(
        label,
        was=" ".join(sentence for sentence in was if sentence not in now) or _("Nothing of this"),
        now=" ".join(sentence for sentence in now if sentence not in was) or _("Left out"),
    )


def _sentences(block: Block) -> list[str]:
    fields = block.get("fields")
    names = [f"{', '.join(fields)}."] if isinstance(fields, list) else []
    return [f"{block['headline']}.", *names, *_split(str(block["text"]))]


def _split(text: str) -> list[str]:
    return text.replace(". ", ".\n").splitlines()
