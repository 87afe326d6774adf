"""Full-text search in English."""

import pytest

from hats.bundles.text import lexemes
from tests.hats.bundles.writing import SEARCHABLE, found, query, where


@pytest.mark.parametrize(
    ("text", "search", "matches"),
    [
        ("Night at the Print Museum", "museum", True),
        ("All the MUSEUMS of Leeds", "museum", True),
        ("Museumsufer", "museum", False),
        ("Foreign transaction fees", "fee", True),
        ("COFFEE LEEDS", "fee", False),
        ("Walking in the park", "walk parks", True),
        ("Walking in the rain", "walk parks", False),
        ("the and of", "the", False),
        ("Two parties", "party", True),
    ],
)
def test_find_matches_whole_english_words(text, search, matches):
    bundle = query({}, where("t", SEARCHABLE, operator="find", search=search))

    assert found(bundle, {"t": text}) == ([{}] if matches else [])


def test_find_searches_the_json_text_so_a_line_break_hides_the_word_behind_it():
    bundle = query({}, where("t", SEARCHABLE, operator="find", search="museum"))

    assert found(bundle, {"t": "night\nmuseum"}, {"t": ["the", "museum"]}) == [{}]


@pytest.mark.parametrize("search", [2026, ["museum", "night"], {"a": "museum"}])
def test_find_takes_any_json_and_looks_for_its_words(search):
    bundle = query({}, where("t", SEARCHABLE, operator="find", search=search))

    assert found(bundle, {"t": "a night at the museum in 2026"}, {"t": "zoo"}) == [{}]


def test_long_texts_full_of_signs_are_read_once_through():
    assert lexemes("b+" * 20_000 + "museum@") == {"b", "museum"}


def test_half_a_character_in_a_text_can_be_searched():
    bundle = query({}, where("t", SEARCHABLE, operator="find", search="\ud800 museum"))

    assert found(bundle, {"t": "museum \ud800"}, {"t": "museum"}) == [{}, {}]
