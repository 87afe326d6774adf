"""Full-text search as PostgreSQL's English does it: tokens, stop words, Snowball stems.

Both sides of a search are read from the JSON text of a value. The stemmer is Snowball 2, which
PostgreSQL's own dictionary follows. Tokens that PostgreSQL keeps whole (addresses, host names,
decimals, hyphenated words) are kept whole here; its rules for markup and odd
addresses are not followed (``docs/bundles.md``).
"""

import json
import re
from functools import lru_cache

from snowballstemmer import stemmer

LONGEST_STEMMED = 1000  # Bytes; PostgreSQL keeps longer words as they are,
LONGEST_WORD = 2046  # and leaves even longer ones out.

# One alternative for each kind of token; what fits none separates. The part of an address before
# the @ is bounded, lest a long text without one be read again from each of its words.
_TOKEN = re.compile(
    r"""
    (?P<address>  [^\W_][\w.+-]{0,63}@[^\W_][\w-]*(?:\.[\w-]+)+ )
    | (?P<scheme> [a-z]+:// )
    | (?P<url>    [^\W\d_][^\W_]*(?:\.[^\W_]+)*\.[^\W\d_]{2,}/[^\s"<>\\^`{|}]* )
    | (?P<path>   [^\W\d_][^\W_]*(?:/[^\W_]+(?:\.[^\W_]+)*)+ )
    | (?P<host>   [^\W\d_][^\W_]*(?:\.[^\W_]+)+ )
    | (?P<number> [+-]?\d+(?:\.\d+|(?![^\W_])) )
    | (?P<hyphened> [^\W_]+(?:-(?!\d+(?![^\W_]))[^\W_]+)+ )
    | (?P<word>   [^\W_]+ )
    """,
    re.VERBOSE,
)
# Without any of these, a text is nothing but words.
_JOINS = re.compile(r"[@/+-]|\.\w")
_WORD = re.compile(r"[^\W_]+")

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

_stem = stemmer("english").stemWord


def search_text(value: object) -> str:
    """Return the text a HAT searches in: the JSON text of the value, quotes and escapes too."""
    return json.dumps(value, ensure_ascii=False)


def lexemes(text: str) -> frozenset[str]:
    """Return the stems of the words that count."""
    small = text.lower()
    if not _JOINS.search(small):
        found = {_stem_of(word) for word in _WORD.findall(small) if word not in STOP_WORDS}
    else:
        tokens = _TOKEN.finditer(small)
        found = {stem for one in tokens for stem in _of_token(str(one.lastgroup), one[0])}
    return frozenset(found - {""})


def finds(text: str, *, wanted: frozenset[str]) -> bool:
    """Whether all wanted stems occur; a search of stop words only finds nothing."""
    return bool(wanted) and wanted <= lexemes(text)


def _of_token(kind: str, token: str) -> tuple[str, ...]:
    match kind:
        case "word":
            return () if token in STOP_WORDS else (_stem_of(token),)
        case "hyphened":
            parts = [_stem_of(part) for part in token.split("-") if part not in STOP_WORDS]
            return (_stem_of(token), *parts)
        case "url":
            host, slash, path = token.partition("/")
            return _whole(token), _whole(host), _whole(slash + path)
        case "scheme":
            return ()
        case _:
            return (_whole(token),)


def _stem_of(word: str) -> str:
    return _stemmed(word) if len(word) <= LONGEST_STEMMED else _whole(word)


@lru_cache(maxsize=20_000)
def _stemmed(word: str) -> str:
    """Words that hold a digit keep their ending."""
    if any(letter.isdigit() for letter in word) or _size(word) > LONGEST_STEMMED:
        return _whole(word)
    return str(_stem(word))


def _whole(token: str) -> str:
    """Return the token itself, or nothing of one that is too long."""
    return token if _size(token) <= LONGEST_WORD else ""


def _size(token: str) -> int:
    return len(token.encode(errors="surrogatepass"))
