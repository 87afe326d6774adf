"""Full-text search, small: whole English words, stop words dropped, common endings stripped.

PostgreSQL stems with the Snowball dictionary and knows e-mail addresses, URLs and hyphenated
words as tokens of their own. Here words are runs of letters and digits, and only plural, past,
progressive and adverb endings are stripped; both sides of a search are treated alike, so what
agrees on such endings agrees here too. Irregular forms and longer suffixes (*-ation*, *-ness*)
can differ.
"""

import json
import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_VOWEL = re.compile(r"[aeiouy]")
_SHORTEST_STEM = 2
_LONGEST_KEEPING_E = 3  # “fee” and “fees” must meet, and so must “see” and “seeing”.

_STOP_WORDS_TEXT = """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself
    she her hers herself it its itself they them their theirs themselves what which who whom this
    that these those am is are was were be been being have has had having do does did doing a an
    the and but if or because as until while of at by for with about against between into through
    during before after above below to from up down in out on off over under again further then
    once here there when where why how all any both each few more most other some such no nor not
    only own same so than too very s t can will just don should now
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())


def search_text(value: object) -> str:
    """Return the text a HAT searches in: the JSON text of the value."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def lexemes(text: str) -> frozenset[str]:
    """Return the stems of the words that count."""
    words = _WORD.findall(text.lower())
    return frozenset(stem(word) for word in words if word not in STOP_WORDS)


def finds(text: str, *, wanted: frozenset[str]) -> bool:
    """Whether all wanted stems occur; a search of stop words only finds nothing."""
    return bool(wanted) and wanted <= lexemes(text)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Strip a word of its ending: museums → museum, parties → parti, running → run."""
    word = _without_adverb(_without_tense(_without_plural(word)))
    if len(word) > _SHORTEST_STEM and word.endswith("y") and not _VOWEL.match(word[-2]):
        return word[:-1] + "i"
    return word[:-1] if len(word) > _LONGEST_KEEPING_E and word.endswith("e") else word


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies") and len(word) > len("dies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and _has_stem(word, 1):
        return word[:-1]
    return word


def _without_tense(word: str) -> str:
    for ending in ("ing", "ed"):
        if word.endswith(ending) and not word.endswith("eed") and _has_stem(word, len(ending)):
            return _undoubled(word.removesuffix(ending))
    return word


def _undoubled(word: str) -> str:
    doubled = len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "lsz"
    return word[:-1] if doubled else word


def _without_adverb(word: str) -> str:
    return word[:-2] if word.endswith("ly") and _has_stem(word, len("ly")) else word


def _has_stem(word: str, ending: int) -> bool:
    rest = word[:-ending]
    return len(rest) >= _SHORTEST_STEM and bool(_VOWEL.search(rest))
