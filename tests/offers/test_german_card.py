"""The owner's card in German: the same facts in whole sentences, others' words as written."""

from dataclasses import replace

import pytest
from django.utils import translation

from accounts.constants import COUNTRIES, ORGANISATION_KINDS
from common.money import Money
from offers import cards
from offers.cards import card_hash, owner_card
from offers.constants import (
    KIND_NAMES,
    LISTED_NEVER,
    PURPOSE_NAMES,
    in_country,
    kind_name,
    never_use,
)
from offers.models import Purpose
from offers.queries.pages import purpose_label
from tests.offers.test_cards import FACTS

GERMAN_FACTS = {"purpose": "PublicBenefit", "smallest_group": 1_500, "collection": "weekly"}


def card_in(code: str, **changes):
    """The card as somebody reads it who speaks this language."""
    with translation.override(code):
        facts = replace(FACTS, **(GERMAN_FACTS | changes))
        facts = replace(facts, purpose=purpose_label(facts.purpose), reward=str(Money(180, "EUR")))
        return owner_card(facts)


def test_every_sentence_of_the_card_is_german():
    card = card_in("de", period_days=84)

    assert card["who_asks"]["text"] == (
        "Ein Museum im Vereinigten Königreich."
        " Die Eintragung der Organisation haben wir am 2. Februar 2026 geprüft."
    )
    assert card["for_what"]["text"].startswith(
        "Als Zweck ist angegeben: Planung öffentlicher Dienste und Orte."
        " Zu nichts anderem dürfen die Daten dienen."
        " Was damit niemals geschehen darf: Herausfinden, wer eine Person ist;"
    )
    assert card["how_long"]["headline"] == "Einmal in der Woche, 12 Wochen lang"
    assert "180 Tage lang aufbewahren" in card["how_long"]["text"]
    assert card["who_else"]["headline"] == "Niemand sonst"
    assert card["who_else"]["text"].startswith("Die Daten werden in den Niederlanden aufbewahrt")
    assert "mindestens 1.500 Menschen Ja gesagt" in card["who_else"]["text"]
    assert card["reward_and_stop"]["headline"].startswith("1,80\N{NO-BREAK SPACE}€, sobald")


def test_both_languages_say_the_same_facts():
    english, german = card_in("en-gb"), card_in("de")

    assert list(german) == list(english)
    assert german["which_data"]["fields"] == english["which_data"]["fields"]
    for block in ("for_what", "which_data", "who_asks"):
        assert german[block]["headline"] == english[block]["headline"]  # others' own words
    for block, figures in {
        "who_asks": ["2026"], "how_long": ["30", "180"], "reward_and_stop": ["500"],
    }.items():  # fmt: skip
        for card in (english, german):
            said = f"{card[block]['headline']} {card[block]['text']}"
            assert [figure for figure in figures if figure not in said] == []


def test_the_two_cards_have_hashes_of_their_own():
    assert card_hash(card_in("de")) == card_hash(card_in("de"))
    assert card_hash(card_in("de")) != card_hash(card_in("en-gb"))


def test_the_german_card_says_which_words_are_not_translated_and_the_english_one_does_not():
    german, english = card_in("de"), card_in("en-gb")

    assert "steht da, wie die Organisation sie geschrieben hat" in german["for_what"]["text"]
    assert german["which_data"]["text"].startswith(
        "Where your phone was between six and nine. Die Überschrift, die Namen der Daten und"
    )
    assert "translated" not in f"{english}"


def test_a_use_ruled_out_in_the_publishers_own_words_stands_as_written():
    text = card_in("de", never=["Selling it to Pirates"])["for_what"]["text"]

    assert "niemals geschehen darf: Selling it to Pirates." in text
    assert "steht zum Teil da, wie der Anbieter es geschrieben hat." in text


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        (
            "special_category",
            "Mit Ihrem Ja willigen Sie ausdrücklich ein, diese Daten freizugeben.",
        ),
        ("precise_location", "wo Sie wohnen und arbeiten."),
        ("has_conditions", "wenn nicht, gibt er keine Werte heraus."),
    ],
)
def test_what_needs_care_is_said_in_german(flag, words):
    assert words in card_in("de", **{flag: True})["which_data"]["text"]


@pytest.mark.parametrize(
    ("collection", "days", "headline", "short"),
    [
        ("once", 30, "Gelesen wird einmal", "Einmal"),
        ("daily", 30, "Einmal am Tag, 30 Tage lang", "Täglich, 30 Tage"),
        ("daily", 1, "Einmal am Tag, 1 Tag lang", "Täglich, 1 Tag"),
        ("weekly", 7, "Einmal in der Woche, 1 Woche lang", "Wöchentlich, 1 Woche"),
        ("weekly", 30, "Einmal in der Woche, 30 Tage lang", "Wöchentlich, 30 Tage"),
    ],
)
def test_the_rhythm_is_said_with_its_length(collection, days, headline, short):
    card = card_in("de", collection=collection, period_days=days)

    assert card["how_long"]["headline"] == headline
    with translation.override("de"):
        assert cards.rhythm(collection, period_days=days) == short


@pytest.mark.parametrize("code", [*COUNTRIES, "XQ"])
def test_each_country_has_its_german_preposition(code):
    english = in_country(code)
    with translation.override("de"):
        german = in_country(code)

    assert english.split()[0] == "in"
    assert german.split()[0] in {"in", "im", "auf"}
    assert german not in {"", english} or german == f"in {COUNTRIES[code]}"


@pytest.mark.parametrize(
    ("code", "words"),
    [("CH", "in der Schweiz"), ("MT", "auf Malta"), ("NL", "in den Niederlanden"),
     ("GB", "im Vereinigten Königreich"), ("DE", "in Deutschland"),
     ("XQ", "in einem Land, das nicht auf unserer Liste steht")],
)  # fmt: skip
def test_countries_with_articles_have_them(code, words):
    with translation.override("de"):
        assert in_country(code) == words


@pytest.mark.parametrize("kind", ORGANISATION_KINDS)
def test_each_kind_of_organisation_has_its_german_article(kind):
    text = str(card_in("de", organisation_kind=kind)["who_asks"]["text"])

    assert text.split(maxsplit=1)[0] in {"Ein", "Eine"}
    assert "im Vereinigten Königreich." in text
    assert kind not in text


def test_the_closed_lists_are_german():
    with translation.override("de"):
        assert [use for use in LISTED_NEVER if never_use(use) == use] == []
        assert [one for one in Purpose if str(one.label) == purpose_label(one.value)] == [*Purpose]
        german = [str(one.label) for one in Purpose] + [kind_name(code) for code in KIND_NAMES]
        german += [translation.gettext(name) for name in PURPOSE_NAMES.values()]

    english = [str(one.label) for one in Purpose] + [*KIND_NAMES.values(), *PURPOSE_NAMES.values()]
    assert set(german) & set(english) == set()
    assert "Orte" in german
