"""The owner's card: what a person reads before saying yes. Pure: facts in, words out.

The same function serves the preview on the offer page, the moderation case, the owner's page and
the consent record, so that all of them say the same. ``card_hash`` names exactly these words.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from offers.constants import country_name

Block = dict[str, str | list[str]]
Card = dict[str, Block]

MARKET = "HAT Market"
_RHYTHMS = {"daily": "day", "weekly": "week"}
_DAYS_IN_WEEK = 7


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """All that a card is made of, as plain values.

    :param organisation_kind: such as ``Museum``.
    :param organisation_country: ISO 3166-1, as ``country``, where the data will be kept.
    :param verified_on: when we checked the registration; ``None``: not yet.
    :param purpose: the listed purpose in words; ``purpose_words`` are the buyer's own.
    :param never: uses that the organisation has promised to leave.
    :param title: what the offer is called; ``for_people`` says what is and is not included.
    :param collection: ``once``, ``daily`` or ``weekly``.
    :param period_days: how long the data debit stays open.
    :param retention_days: how long the organisation keeps the data after it got it.
    :param reward: such as ``£1.80``.
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
    if collection not in _RHYTHMS:
        return collection.capitalize()
    length = _length(period_days, in_weeks=_RHYTHMS[collection] == "week")
    return f"{collection.capitalize()}, {length}"


def _who_asks(facts: CardFacts) -> Block:
    kind = _in_sentence(facts.organisation_kind.strip() or "organisation")
    place = country_name(facts.organisation_country)
    if facts.verified_on:
        checked = f"We checked its registration on {_date(facts.verified_on)}."
    else:
        checked = "We have not checked its registration yet."
    return {
        "headline": ", ".join(filter(None, [facts.organisation_name, facts.organisation_city])),
        "text": f"{_article(kind)} {kind} in {place}. {checked}",
    }


def _for_what(facts: CardFacts) -> Block:
    sentences = [f"The use is listed as: {_in_sentence(facts.purpose)}.", "It covers nothing else."]
    if facts.never:
        promises = "; ".join(_in_sentence(use) for use in facts.never)
        sentences.append(f"What they must never do with it: {promises}.")
    return {"headline": facts.purpose_words.strip().rstrip("."), "text": " ".join(sentences)}


def _which_data(facts: CardFacts) -> Block:
    sentences = [_sentence(facts.for_people), *facts.data_words]
    if facts.special_category:
        sentences.append(
            "This can tell something about your health or another part of life that the law"
            " protects especially (a special category). Your yes is explicit consent to share it."
        )
    if facts.precise_location:
        sentences.append(
            "These are exact places: where you live and work can be guessed from them."
        )
    if facts.has_conditions:
        sentences.append(
            "Your HAT first checks whether your data meets the conditions of this offer;"
            " if it does not, it hands over no values."
        )
    if facts.condition_words:
        sentences.append(f"For this it must hold {', and '.join(facts.condition_words)}.")
    sentences.append(
        "Nothing else on your HAT is read. In the dataset you stand under a made-up reference,"
        " and the address of your HAT is not passed on."
    )
    return {
        "headline": facts.title.strip().rstrip("."),
        "text": " ".join(sentences),
        "fields": list(facts.field_names),
    }


def _how_long(facts: CardFacts) -> Block:
    unit = _RHYTHMS.get(facts.collection)
    length = _length(facts.period_days, in_weeks=unit == "week")
    if unit is None:
        headline = "Read once"
        reading = (
            "The reading follows your confirmation on your HAT, where the data debit"
            f" (the agreement on your HAT) ends after {length} at the latest."
        )
    else:
        headline = f"Once a {unit} for {length}"
        reading = (
            "The first reading follows your confirmation on your HAT; the last is at most"
            f" {length} later, when the data debit (the agreement on your HAT) ends."
        )
    kept = _length(facts.retention_days)
    return {
        "headline": headline,
        "text": f"{reading} {facts.organisation_name} may keep the data for {kept} after getting"
        " it, and must delete it then.",
    }


def _who_else(facts: CardFacts) -> Block:
    return {
        "headline": "Nobody else",
        "text": f"It is kept in {country_name(facts.country)}, and passing it on is forbidden."
        f" {MARKET} reads it for them and holds it sealed, under a key that is yours alone and"
        f" is destroyed when you stop. {facts.organisation_name} gets nothing until at least"
        f" {facts.smallest_group:,} people have said yes and their data has been read.",
    }


def _reward_and_stop(facts: CardFacts) -> Block:
    return {
        "headline": f"{facts.reward} when the group has filled and your first reading is delivered",
        "text": f"If fewer than {facts.smallest_group:,} people take part, nothing is passed on"
        " and nothing is earned. You can stop on any day under My data with one press: reading"
        " stops at once. Stop before the delivery and nothing was shared; stop after it and you"
        f" keep the {facts.reward}, and {facts.organisation_name} is told to remove your rows"
        " and to confirm that it did.",
    }


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _length(days: int, *, in_weeks: bool = False) -> str:
    weeks, rest = divmod(days, _DAYS_IN_WEEK)
    if in_weeks and weeks and not rest:
        return f"{weeks} week" if weeks == 1 else f"{weeks} weeks"
    return f"{days:,} day" if days == 1 else f"{days:,} days"


def _sentence(text: str) -> str:
    """Close the text with a full stop unless it closes itself."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _in_sentence(words: str) -> str:
    """Begin small, unless the first word is written in capitals (NHS trust)."""
    words = words.strip().rstrip(".")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _article(words: str) -> str:
    """Choose by sound: an office, a university, an NHS trust."""
    vowels = "AEFHILMNORSX" if words[1:2].isupper() else "aeio"
    return "An" if words[:1] in vowels else "A"
