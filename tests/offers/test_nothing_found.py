"""Searches that find nothing lead on to what would."""

import pytest

from offers.management.commands import seed_offers
from tests import factories

URL = "/offers/"


def _offer(title):
    return factories.make_version(title=title, summary="x", description="x").offer


def _page(client, words, **chosen):
    return " ".join(client.get(URL, {"q": words, **chosen}).content.decode().split())


def test_each_word_that_finds_something_alone_is_offered_with_its_number(client, db):
    _offer("Evenings at the museum")
    _offer("Mornings at the museum")
    _offer("Hours of sleep")

    page = _page(client, "museum sleep politics")

    assert 'href="?q=museum"><b>museum</b></a> (2 offers)' in page
    assert 'href="?q=sleep"><b>sleep</b></a> (1 offer)' in page
    assert "<b>politics</b>" not in page


def test_a_word_alone_keeps_the_filters_and_is_counted_with_them(client, db):
    _offer("Evenings at the museum")

    once = _page(client, "museum politics", collection="once")
    weekly = _page(client, "museum politics", collection="weekly")

    assert 'href="?collection=once&amp;q=museum"' in once
    assert "One word alone" not in weekly


@pytest.mark.parametrize("words", ["politics", "the politics", "museum", "museum evenings"])
def test_no_word_is_offered_where_one_is_all_or_all_of_them_find_something(client, db, words):
    _offer("Evenings at the museum")

    assert "One word alone" not in _page(client, words)


@pytest.mark.parametrize(("typed", "meant"), [("stpes", "steps"), ("msueum", "museum")])
def test_two_letters_in_the_wrong_order_are_put_right(client, db, typed, meant):
    _offer("Steps to the museum")

    assert f'Did you mean <a href="?q={meant}"><b>{meant}</b></a>?' in _page(client, typed)


@pytest.mark.parametrize("words", ["visitor movement", "sleep", "weekly spending"])
def test_what_the_search_field_itself_proposes_finds_something(client, db, words):
    seed_offers.seed(at=factories.NOON)

    assert 'class="offer-card"' in _page(client, words)


@pytest.mark.parametrize("words", ["jogging", "Einkaufen", "joggen", "Essen", "Termine"])
def test_what_people_call_it_finds_something_on_a_new_shelf(client, db, words):
    seed_offers.seed(at=factories.NOON)

    assert 'class="offer-card"' in _page(client, words)
