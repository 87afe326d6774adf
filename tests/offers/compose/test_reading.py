"""How hard a text is to read, in words."""

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
