"""How hard a text is to read, in English or German, said in words.

English by Flesch, “A new readability yardstick” (1948): 206.835 − 1.015 × words a sentence − 84.6
× syllables a word. German by Amstad, “Wie verständlich sind unsere Zeitungen?” (1978): 180 −
words a sentence − 58.5 × syllables a word. Both end on one scale. Syllables are counted by their
vowels; which language it is, by its commonest words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.language import ENGLISH, GERMAN, gettext_noop
from common.language import gettext as _

FEWEST_WORDS = 8  # below that the figure says nothing
LONG_SENTENCE = 25  # words
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"[^aeiouyl]e$|[^td]ed$")
_GERMAN_VOWELS = re.compile(r"äu|[ae][iuy]|ie|aa|ee|oo|(?<!q)[aeiouyäöü]")
# Words that stand in nearly every text of the one language, and are none in the other.
_ENGLISH = "the and of to you your is are it that with for from not was were this what when"
_GERMAN = (
    "der die das und ist sind nicht sie ihr ihre ihren wie ein eine einen einer mit von zu zum zur"
    " auf für den dem des im oder wer wann bei als auch nur"
)
_COMMON = {ENGLISH: frozenset(_ENGLISH.split()), GERMAN: frozenset(_GERMAN.split())}
_BANDS = (
    (70, "easy", gettext_noop("Easy to read: most people follow it at once.")),
    (60, "plain", gettext_noop("Plain: about as easy as a newspaper.")),
    (45, "hard", gettext_noop("Rather hard: shorter words and sentences would help.")),
)
_HARDEST = (
    "very hard",
    gettext_noop("Very hard: most people will give up. Use shorter words and sentences."),
)


@dataclass(frozen=True)
class Ease:
    """How a text reads; ``words`` says it, and ``long_sentence`` quotes what would help most.

    :param language: in which it was measured.
    """

    score: int
    band: str
    words: str
    language: str
    long_sentence: str = ""


def reading_ease(text: str) -> Ease | None:
    """Measure a text; ``None`` when it is too short for that."""
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    language = language_of(words)
    score = _score(words, len(words) / len(sentences), language)
    band, said = next(((band, said) for least, band, said in _BANDS if score >= least), _HARDEST)
    longest = max(sentences, key=lambda sentence: len(_WORD.findall(sentence))).strip()
    is_long = len(_WORD.findall(longest)) > LONG_SENTENCE
    return Ease(score, band, _(said), language, longest if is_long else "")


def language_of(words: Iterable[str]) -> str:
    """Guess the language by its commonest words; English where nothing tells."""
    lowered = [word.lower() for word in words]
    found = {code: sum(word in common for word in lowered) for code, common in _COMMON.items()}
    return GERMAN if found[GERMAN] > found[ENGLISH] else ENGLISH


def _score(words: Sequence[str], words_a_sentence: float, language: str) -> int:
    count = _german_syllables if language == GERMAN else _syllables
    syllables_a_word = sum(count(word.lower()) for word in words) / len(words)
    if language == GERMAN:
        return round(180 - words_a_sentence - 58.5 * syllables_a_word)
    return round(206.835 - 1.015 * words_a_sentence - 84.6 * syllables_a_word)


def _syllables(word: str) -> int:
    count = len(_VOWELS.findall(word))
    return max(1, count - 1 if count > 1 and _SILENT_E.search(word) else count)


def _german_syllables(word: str) -> int:
    return max(1, len(_GERMAN_VOWELS.findall(word)))
