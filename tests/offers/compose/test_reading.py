"""How hard a text is to read, in words."""

import pytest

from common.language import ENGLISH, GERMAN
from offers.composing.reading import reading_ease

PLAIN = "The songs you played. Title, time and artist. Not your name. Not where you were."
HARD = (
    "Notwithstanding aforementioned considerations, participating individuals’ physiological"
    " characteristics, including cardiovascular irregularities, constitute indispensable"
    " informational prerequisites for epidemiological investigation, interpretation, dissemination"
    " and institutional accountability."
)


def test_short_words_in_short_sentences_are_easy():
    assert reading_ease(PLAIN).band == "easy"


def test_long_words_in_a_long_sentence_are_very_hard_and_the_sentence_is_quoted():
    ease = reading_ease(HARD.replace(",", " and") * 2)

    assert ease.band == "very hard"
    assert ease.long_sentence.startswith("Notwithstanding")


def test_a_few_words_are_not_measured():
    assert reading_ease("Songs you played.") is None


def test_lines_end_sentences_too():
    lines = "One row a night\nOne row a walk\nOne row a song\n"

    assert reading_ease(lines).long_sentence == ""


# -- German -------------------------------------------------------------------------------------

LEICHT = "Die Lieder, die Sie gehört haben. Titel, Zeit und Interpret. Nicht Ihr Name."
SCHWER = (
    "Unbeschadet vorstehender Einwilligungsvoraussetzungen konstituieren physiologische"
    " Gesundheitsinformationen der Teilnehmenden eine unverzichtbare Informationsgrundlage für"
    " epidemiologische Forschungsvorhaben und deren institutionelle Rechenschaftslegung."
)


@pytest.mark.parametrize(("text", "band"), [(LEICHT, "easy"), (SCHWER, "very hard")])
def test_german_is_measured_as_german(text, band):
    ease = reading_ease(text)

    assert (ease.language, ease.band) == (GERMAN, band)


def test_german_words_are_not_hard_because_they_are_long():
    """By the measure of English, every newspaper in German would be very hard."""
    plain = "Wann Sie eingeschlafen und aufgewacht sind, und wie lange Sie geschlafen haben."

    assert reading_ease(plain).band in {"easy", "plain"}


@pytest.mark.parametrize("text", [PLAIN, HARD, "One two three four five six seven eight nine."])
def test_all_else_is_measured_as_english(text):
    assert reading_ease(text).language == ENGLISH


@pytest.mark.parametrize(
    "text", ["Largo Andante Presto Vivace Allegro Adagio Lento Grave", "ß " * 9]
)
def test_words_of_neither_language_are_measured_all_the_same(text):
    assert reading_ease(text) is not None
