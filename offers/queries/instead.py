"""What to look for instead, where a search finds nothing: other spelling, or fewer words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from offers.queries import wording
from offers.queries.catalogue import Catalogue, Search, how_many

MOST_WORDS = 3  # looked at
_WORD = re.compile(r"[^\W_]{2,40}")


@dataclass(frozen=True)
class Fewer:
    """One of the words typed, and how many offers it finds with the same filters."""

    word: str
    offers: int


@dataclass(frozen=True)
class Instead:
    """What does find something with the same filters.

    :param meant: the words as they may have been meant; empty where we know none.
    :param fewer: words that find something alone, in the order they were typed.
    """

    meant: str = ""
    fewer: Sequence[Fewer] = ()


def instead_of(search: Search, found: Catalogue, *, tax_percent: int) -> Instead:
    """Something else to look for; nothing where something was found, or no word was read."""
    if found.total or not search.words or found.is_unread:
        return Instead()
    alone = list(dict.fromkeys(_WORD.findall(search.words.lower())))[:MOST_WORDS]
    if len(alone) < 2:  # noqa: PLR2004  # one word alone has just found nothing
        alone = []
    meant = wording.nearest(search.words)
    if meant == search.words:
        meant = ""
    asked = [*alone, meant]
    *offers, of_meant = how_many(search, asked, stamp=found.stamp, tax_percent=tax_percent)
    fewer = [Fewer(word, many) for word, many in zip(alone, offers, strict=True) if many]
    return Instead(meant if of_meant else "", fewer)
