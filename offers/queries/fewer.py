"""What each word of a search finds by itself, for when all of them together find nothing."""

import re
from dataclasses import dataclass, replace

from offers.queries.catalogue import Search, find

MOST_WORDS = 3  # looked at: each costs a search, whose numbers are kept for the next
_WORD = re.compile(r"[^\W_]{2,40}")


@dataclass(frozen=True)
class Fewer:
    """One of the words typed, and how many offers it finds with the same filters."""

    word: str
    offers: int


def fewer_words(search: Search, *, tax_percent: int) -> list[Fewer]:
    """The words that find something alone, in the order they were typed; none of a single one."""
    words = list(dict.fromkeys(_WORD.findall(search.words.lower())))[:MOST_WORDS]
    if len(words) < 2:  # noqa: PLR2004  # one word alone has just found nothing
        return []
    found = {one: find(replace(search, words=one), tax_percent=tax_percent) for one in words}
    return [Fewer(one, of.total) for one, of in found.items() if of.total and not of.is_unread]
