"""How hard a text is to read: Flesch's measure, said in words.

Flesch, “A new readability yardstick” (1948): 206.835 − 1.015 × words a sentence − 84.6 ×
syllables a word. Made for English; syllables are counted by their vowels.
"""

import re
from dataclasses import dataclass

FEWEST_WORDS = 8  # below that the figure says nothing
LONG_SENTENCE = 25  # words
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"[^aeiouyl]e$|[^td]ed$")
_BANDS = (
    (70, "easy", "Easy to read: most people follow it at once."),
    (60, "plain", "Plain: about as easy as a newspaper."),
    (45, "hard", "Rather hard: shorter words and sentences would help."),
)
_HARDEST = ("very hard", "Very hard: most people will give up. Use shorter words and sentences.")


@dataclass(frozen=True)
class Ease:
    """How a text reads; ``words`` says it, and ``long_sentence`` quotes what would help most."""

    score: int
    band: str
    words: str
    long_sentence: str = ""


def reading_ease(text: str) -> Ease | None:
    """Measure a text; ``None`` when it is too short for that."""
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    syllables = sum(_syllables(word) for word in words)
    score = round(206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words))
    band, said = next(((band, said) for least, band, said in _BANDS if score >= least), _HARDEST)
    longest = max(sentences, key=lambda sentence: len(_WORD.findall(sentence))).strip()
    is_long = len(_WORD.findall(longest)) > LONG_SENTENCE
    return Ease(score, band, said, longest if is_long else "")


def _syllables(word: str) -> int:
    word = word.lower()
    count = len(_VOWELS.findall(word))
    return max(1, count - 1 if count > 1 and _SILENT_E.search(word) else count)
