"""What somebody typed, as PostgreSQL reads it, and what they may have meant."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

REFERENCE = re.compile(r"HM-[2-9A-Z]{7}", re.IGNORECASE)
MOST_WORDS = 8  # of a query are looked at for typing mistakes
_WORD = re.compile(r"[^\W\d_]{3,40}")

# “websearch” reads quotes, “or” and minus signs, and takes any text without an error.
_READ = """
SELECT (SELECT stamp FROM offers_shelf LIMIT 1), offers_query(%s)::text
"""
# The nearest known word by shared trigrams (pg_trgm); of equals, the one that is shorter to type.
_NEAREST = """
SELECT asked.word, near.word AS better, 1 AS turn
FROM unnest(%s::text[]) AS asked (word)
CROSS JOIN LATERAL (
    SELECT word FROM (
        SELECT word FROM offers_word WHERE word %% asked.word
        UNION SELECT lower(word) FROM offers_synonym WHERE lower(word) %% asked.word
    ) AS known
    ORDER BY similarity(word, asked.word) DESC, length(word), word LIMIT 1
) AS near
WHERE NOT EXISTS (SELECT FROM offers_word WHERE offers_word.word = asked.word)
"""
# Two letters in the wrong order share few trigrams with the right ones: “stpes”, “msuic”.
_SWAPPED = """
SELECT asked.word, min(known.word) AS better, 2 AS turn
FROM unnest(%s::text[], %s::text[]) AS asked (word, swapped)
JOIN (
    SELECT word FROM offers_word UNION SELECT lower(word) FROM offers_synonym
) AS known ON known.word = asked.swapped
WHERE NOT EXISTS (SELECT FROM offers_word WHERE offers_word.word = asked.word)
GROUP BY asked.word
"""


@dataclass(frozen=True)
class Reading:
    """What was typed and is looked for.

    :param stamp: of the shelf at that moment; ``None`` where nothing was ever on it.
    :param query: in the language of ``tsquery``, synonyms included; empty where no word was read.
    """

    words: str
    query: str
    stamp: UUID | None

    @property
    def is_reference(self) -> bool:
        """Whether it is the reference of one offer."""
        return bool(REFERENCE.fullmatch(self.words))

    @property
    def is_unread(self) -> bool:
        """Something was typed, but no word to search for: punctuation, an emoji, “the”."""
        return bool(self.words) and not self.query and not self.is_reference


def read(words: str) -> Reading:
    """Read what was typed; no text makes an error."""
    words = words.replace("\0", "").strip()
    with connection.cursor() as cursor:
        cursor.execute(_READ, [words])
        stamp, query = cursor.fetchone()
    return Reading(words, query or "", stamp)


def nearest(words: str) -> str:
    """The same with each unknown word replaced by the nearest known one; empty where none is."""
    asked = list(dict.fromkeys(_WORD.findall(words.lower())))[:MOST_WORDS]
    if not asked:
        return ""
    with connection.cursor() as cursor:
        swapped = [(word, other) for word in asked for other in _swaps(word)]
        pairs = [[pair[place] for pair in swapped] for place in (0, 1)]
        cursor.execute(f"{_NEAREST} UNION ALL {_SWAPPED} ORDER BY turn", [asked, *pairs])
        better = {word: other for word, other, _turn in cursor.fetchall()}
    if not better:
        return ""
    return _WORD.sub(lambda match: better.get(match[0].lower(), match[0]), words)


def _swaps(word: str) -> list[str]:
    """The word with each two neighbours exchanged."""
    return [f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1)]
