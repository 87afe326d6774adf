"""The owner's card: what a person reads before saying yes. Pure: facts in, words out.

The same function serves the preview on the offer page, the moderation case, the owner's page and
the consent record, so that all of them say the same, each in the language of who reads it. What
organisations wrote stands as they wrote it. ``card_hash`` names exactly these words.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common import language
from common.language import gettext as _
from common.language import gettext_noop, ngettext, number
from offers.constants import LISTED_NEVER, in_country, never_use

Block = dict[str, str | list[str]]
Card = dict[str, Block]

MARKET = "HAT Market"
_WEEKLY = "weekly"
_DAYS_IN_WEEK = 7
# An organisation and where it is: whole for each kind, as languages have articles of their own.
_KINDS = {
    "Charity": gettext_noop("A charity {in_country}."),
    "Co-operative": gettext_noop("A co-operative {in_country}."),
    "Company": gettext_noop("A company {in_country}."),
    "Museum": gettext_noop("A museum {in_country}."),
    "Museum or gallery": gettext_noop("A museum or gallery {in_country}."),
    "News or media organisation": gettext_noop("A news or media organisation {in_country}."),
    "Organisation": gettext_noop("An organisation {in_country}."),
    "Other organisation": gettext_noop("An organisation {in_country}."),
    "Public body": gettext_noop("A public body {in_country}."),
    "University": gettext_noop("A university {in_country}."),
    "University or research institute": gettext_noop(
        "A university or research institute {in_country}."
    ),
}


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """All that a card is made of, as plain values.

    :param organisation_kind: such as ``Museum``, as it is kept: in English.
    :param organisation_country: ISO 3166-1, as ``country``, where the data will be kept.
    :param verified_on: when we checked the registration; ``None``: not yet.
    :param purpose: the listed purpose in the reader's words; ``purpose_words`` are the buyer's
        own.
    :param never: uses that the organisation has promised to leave.
    :param title: what the offer is called; ``for_people`` says what is and is not included.
    :param collection: ``once``, ``daily`` or ``weekly``.
    :param period_days: how long the data debit stays open.
    :param retention_days: how long the organisation keeps the data after it got it.
    :param reward: such as ``£1.80``, as the reader's language writes it.
    :param smallest_group: nothing is passed on for fewer people.
    :param data_words: which records of all that the HAT holds, in sentences; none: all of them.
    :param has_conditions: the HAT releases values only where its data meets conditions.
    :param condition_words: what the HAT must hold for that, in clauses.
    """

    organisation_name: str
    organisation_kind: str
    organisation_city: str
    organisation_country: str
    verified_on: date | None
    purpose: str
    purpose_words: str
    never: Sequence[str]
    title: str
    for_people: str
    field_names: Sequence[str]
    collection: str
    period_days: int
    retention_days: int
    country: str
    reward: str
    smallest_group: int
    special_category: bool = False
    precise_location: bool = False
    data_words: Sequence[str] = ()
    has_conditions: bool = False
    condition_words: Sequence[str] = ()


def owner_card(facts: CardFacts) -> Card:
    """The six blocks, each with ``headline`` and ``text``; ``which_data`` also with ``fields``."""
    return {
        "who_asks": _who_asks(facts),
        "for_what": _for_what(facts),
        "which_data": _which_data(facts),
        "how_long": _how_long(facts),
        "who_else": _who_else(facts),
        "reward_and_stop": _reward_and_stop(facts),
    }


def card_hash(card: Card) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no blanks, UTF-8."""
    text = json.dumps(card, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def rhythm(collection: str, *, period_days: int) -> str:
    """Name the rhythm where there is little room: ``Once``, ``Daily, 30 days``."""
    if collection == "daily":
        return _("Daily, {length}").format(length=_length(period_days))
    if collection == _WEEKLY:
        return _("Weekly, {length}").format(length=_length(period_days, in_weeks=True))
    return _("Once")


def _who_asks(facts: CardFacts) -> Block:
    if facts.verified_on:
        day = language.date_long(facts.verified_on)
        checked = _("We checked its registration on {day}.").format(day=day)
    else:
        checked = _("We have not checked its registration yet.")
    return {
        "headline": ", ".join(filter(None, [facts.organisation_name, facts.organisation_city])),
        "text": f"{_kind_and_place(facts)} {checked}",
    }


def _kind_and_place(facts: CardFacts) -> str:
    kind, place = facts.organisation_kind.strip(), in_country(facts.organisation_country)
    if kind in _KINDS:
        return _(_KINDS[kind]).format(in_country=place)
    return _("{a_kind} {in_country}.").format(
        a_kind=_with_article(kind or "organisation"), in_country=place
    )


def _for_what(facts: CardFacts) -> Block:
    sentences = [
        _("The use is listed as: {purpose}.").format(purpose=_in_sentence(facts.purpose)),
        _("It covers nothing else."),
    ]
    if facts.never:
        uses = "; ".join(_in_sentence(never_use(use)) for use in facts.never)
        sentences.append(_("What they must never do with it: {uses}.").format(uses=uses))
    sentences += _untranslated(
        _("The headline stands as the organisation wrote it; it is not translated.")
    )
    if set(facts.never) - LISTED_NEVER:
        sentences += _untranslated(
            _("What must never be done stands in part as the publisher wrote it.")
        )
    return {"headline": facts.purpose_words.strip().rstrip("."), "text": " ".join(sentences)}


def _which_data(facts: CardFacts) -> Block:
    sentences = [_sentence(facts.for_people)]
    sentences += _untranslated(
        _(
            "The headline, the names of the data and the words before this sentence stand as the"
            " publisher wrote them; they are not translated."
        )
    )
    sentences += [*facts.data_words, *_care(facts), *_conditions(facts)]
    sentences.append(
        _(
            "Nothing else on your HAT is read. In the dataset you stand under a made-up reference,"
            " and the address of your HAT is not passed on."
        )
    )
    return {
        "headline": facts.title.strip().rstrip("."),
        "text": " ".join(sentences),
        "fields": list(facts.field_names),
    }


def _care(facts: CardFacts) -> list[str]:
    sentences = []
    if facts.special_category:
        sentences.append(
            _(
                "This can tell something about your health or another part of life that the law"
                " protects especially (a special category). Your yes is explicit consent to share"
                " it."
            )
        )
    if facts.precise_location:
        sentences.append(
            _("These are exact places: where you live and work can be guessed from them.")
        )
    return sentences


def _conditions(facts: CardFacts) -> list[str]:
    sentences = []
    if facts.has_conditions:
        sentences.append(
            _(
                "Your HAT first checks whether your data meets the conditions of this offer;"
                " if it does not, it hands over no values."
            )
        )
    if facts.condition_words:
        held = _(", and ").join(facts.condition_words)
        sentences.append(_("For this it must hold {data}.").format(data=held))
    return sentences


def _how_long(facts: CardFacts) -> Block:
    weekly = facts.collection == _WEEKLY
    length = _length(facts.period_days, in_weeks=weekly)
    if weekly or facts.collection == "daily":
        headline = _("Once a week for {length}") if weekly else _("Once a day for {length}")
        reading = _(
            "The first reading follows your confirmation on your HAT; the last is at most"
            " {length} later, when the data debit (the agreement on your HAT) ends."
        )
    else:
        headline = _("Read once")
        reading = _(
            "The reading follows your confirmation on your HAT, where the data debit"
            " (the agreement on your HAT) ends after {length} at the latest."
        )
    kept = _(
        "{organisation} may keep the data for {length} after getting it, and must delete it then."
    ).format(organisation=facts.organisation_name, length=_length(facts.retention_days))
    return {
        "headline": headline.format(length=length),
        "text": f"{reading.format(length=length)} {kept}",
    }


def _who_else(facts: CardFacts) -> Block:
    text = _(
        "It is kept {in_country}, and passing it on is forbidden. {market} reads it for them and"
        " holds it sealed, under a key that is yours alone and is destroyed when you stop."
        " {organisation} gets nothing until at least {people} people have said yes and their data"
        " has been read."
    )
    return {
        "headline": _("Nobody else"),
        "text": text.format(
            in_country=in_country(facts.country),
            market=MARKET,
            organisation=facts.organisation_name,
            people=number(facts.smallest_group),
        ),
    }


def _reward_and_stop(facts: CardFacts) -> Block:
    headline = _("{reward} when the group has filled and your first reading is delivered")
    text = _(
        "If fewer than {people} people take part, nothing is passed on and nothing is earned. You"
        " can stop on any day under My data with one press: reading stops at once. Stop before the"
        " delivery and nothing was shared; stop after it and you keep the {reward}, and"
        " {organisation} is told to remove your rows and to confirm that it did."
    )
    return {
        "headline": headline.format(reward=facts.reward),
        "text": text.format(
            people=number(facts.smallest_group),
            reward=facts.reward,
            organisation=facts.organisation_name,
        ),
    }


def _untranslated(sentence: str) -> list[str]:
    """What is said of others' words where the card speaks another language than the sources."""
    return [] if language.language() == language.ENGLISH else [sentence]


def _length(days: int, *, in_weeks: bool = False) -> str:
    weeks, rest = divmod(days, _DAYS_IN_WEEK)
    if in_weeks and weeks and not rest:
        return ngettext("{count} week", "{count} weeks", weeks).format(count=number(weeks))
    return ngettext("{count} day", "{count} days", days).format(count=number(days))


def _sentence(text: str) -> str:
    """Close the text with a full stop unless it closes itself."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _in_sentence(words: str) -> str:
    """Begin small, in English, unless the first word is written in capitals (NHS trust)."""
    words = words.strip().rstrip(".")
    if language.language() != language.ENGLISH or words[1:2].isupper():
        return words
    return words[:1].lower() + words[1:]


def _with_article(kind: str) -> str:
    """Name a kind that is not listed; English chooses by sound: an office, an NHS trust."""
    if language.language() != language.ENGLISH:
        return kind
    kind = _in_sentence(kind)
    vowels = "AEFHILMNORSX" if kind[1:2].isupper() else "aeio"
    return f"{'An' if kind[:1] in vowels else 'A'} {kind}"
