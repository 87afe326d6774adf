from dataclasses import replace
from datetime import date

import pytest

from accounts.constants import COUNTRIES
from offers.cards import CardFacts, card_hash, owner_card

FACTS = CardFacts(
    organisation_name="Tidewater Museum",
    organisation_kind="Museum",
    organisation_city="Bristol",
    organisation_country="GB",
    verified_on=date(2026, 2, 2),
    purpose="Planning of public services and places",
    purpose_words="To learn when people come to the harbour.",
    never=["Finding out who a person is", "Advertising to single people"],
    title="Where phones are in the morning peak",
    for_people="Where your phone was between six and nine",
    field_names=["Latitude", "Longitude", "Time"],
    collection="daily",
    period_days=30,
    retention_days=180,
    country="NL",
    reward="£1.80",
    smallest_group=50,
)


def test_the_card_has_six_blocks_in_the_order_people_read_them():
    card = owner_card(FACTS)

    assert list(card) == [
        "who_asks",
        "for_what",
        "which_data",
        "how_long",
        "who_else",
        "reward_and_stop",
    ]
    assert all(block["headline"] and block["text"] for block in card.values())


def test_who_asks_says_what_kind_of_organisation_and_when_we_checked_it():
    assert owner_card(FACTS)["who_asks"] == {
        "headline": "Tidewater Museum, Bristol",
        "text": "A museum in the United Kingdom. We checked its registration on 2 February 2026.",
    }


def test_an_unchecked_organisation_is_called_unchecked():
    card = owner_card(replace(FACTS, verified_on=None, organisation_kind="NHS trust"))

    assert card["who_asks"]["text"] == (
        "An NHS trust in the United Kingdom. We have not checked its registration yet."
    )


def test_for_what_gives_the_buyers_words_the_listed_purpose_and_the_promises():
    assert owner_card(FACTS)["for_what"] == {
        "headline": "To learn when people come to the harbour",
        "text": "The use is listed as: planning of public services and places."
        " It covers nothing else. What they must never do with it: finding out who a person is;"
        " advertising to single people.",
    }


def test_which_data_lists_every_field():
    card = owner_card(FACTS)

    assert card["which_data"]["fields"] == ["Latitude", "Longitude", "Time"]
    assert card["which_data"]["text"].startswith(
        "Where your phone was between six and nine. Nothing else on your HAT is read."
    )


def test_which_data_says_the_filters_and_limits_behind_what_people_read_first():
    said = ["Your HAT hands over at most the newest 50 records."]

    text = owner_card(replace(FACTS, data_words=said))["which_data"]["text"]

    assert text.startswith(
        "Where your phone was between six and nine."
        " Your HAT hands over at most the newest 50 records. Nothing else on your HAT is read."
    )


def test_conditions_are_said_behind_the_sentence_about_checking_them():
    held = ["at least one record of “Fitbit sleep”", "at least one record of “Fitbit weight”"]

    text = owner_card(replace(FACTS, has_conditions=True, condition_words=held))["which_data"][
        "text"
    ]

    assert (
        "if it does not, it hands over no values. For this it must hold at least one record of"
        " “Fitbit sleep”, and at least one record of “Fitbit weight”. Nothing else" in text
    )


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("special_category", "Your yes is explicit consent to share it."),
        ("precise_location", "where you live and work can be guessed from them."),
        ("has_conditions", "Your HAT first checks whether your data meets the conditions"),
    ],
)
def test_what_needs_care_is_said_and_only_then(flag, words):
    assert words in owner_card(replace(FACTS, **{flag: True}))["which_data"]["text"]
    assert words not in owner_card(FACTS)["which_data"]["text"]


@pytest.mark.parametrize(
    ("collection", "days", "headline"),
    [
        ("once", 30, "Read once"),
        ("daily", 30, "Once a day for 30 days"),
        ("daily", 1, "Once a day for 1 day"),
        ("weekly", 84, "Once a week for 12 weeks"),
        ("weekly", 7, "Once a week for 1 week"),
        ("weekly", 30, "Once a week for 30 days"),
    ],
)
def test_how_long_says_the_rhythm_and_the_length(collection, days, headline):
    card = owner_card(replace(FACTS, collection=collection, period_days=days))

    assert card["how_long"]["headline"] == headline
    assert "may keep the data for 180 days after getting it" in card["how_long"]["text"]


def test_who_else_says_where_the_data_stays_and_how_many_must_take_part():
    text = owner_card(FACTS)["who_else"]["text"]

    assert text.startswith("It is kept in the Netherlands, and passing it on is forbidden.")
    assert "gets nothing until at least 50 people have said yes" in text


def test_the_reward_says_when_it_is_earned_and_how_to_stop():
    block = owner_card(FACTS)["reward_and_stop"]

    assert block["headline"] == (
        "£1.80 when the group has filled and your first reading is delivered"
    )
    assert block["text"].startswith(
        "If fewer than 50 people take part, nothing is passed on and nothing is earned."
        " You can stop on any day under My data with one press: reading stops at once."
    )
    assert "you keep the £1.80" in block["text"]


def test_equal_facts_give_equal_hashes_and_any_change_another_one():
    card = owner_card(FACTS)

    assert card_hash(card) == card_hash(owner_card(FACTS))
    assert len(card_hash(card)) == 64
    assert card_hash(card) != card_hash(owner_card(replace(FACTS, reward="£1.81")))


@pytest.mark.parametrize("code", COUNTRIES)
def test_each_country_an_organisation_may_choose_is_named_on_the_card(code):
    card = owner_card(replace(FACTS, organisation_country=code, country=code))

    assert COUNTRIES[code] in card["who_asks"]["text"]
    assert COUNTRIES[code] in card["who_else"]["text"]


def test_a_country_outside_the_list_is_said_in_words_and_never_as_a_code():
    card = owner_card(replace(FACTS, organisation_country="XQ", country="XQ"))

    assert card["who_asks"]["text"].startswith("A museum in a country outside our list.")
    assert "XQ" not in f"{card}"
