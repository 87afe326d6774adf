"""``bench search``: what finding costs the database, on a shelf of a hundred thousand offers.

A search is what the catalogue runs for something nobody has searched for since the shelf last
changed: twenty hits in order with their matches marked, their number, and the count beside every
box. Its limit is what PostgreSQL needs for the bare question: how many match, and twenty of them.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from marketplace.bench.figures import Figure, median
from marketplace.bench.servers import cpu_seconds
from offers.management.variations import AIMS, PLACES
from offers.models import Category, Listing
from offers.queries import catalogue, wording
from offers.queries.catalogue import Search

SIZE = 100_000  # offers
OWNERS_OF_A_HUNDRED_OFFERS = 100
HITS = 20
TURNS = 200
WORDS_OF_A_FIGURE = 4
MIDDLING, COMMON = 0.01, 0.3  # share of the shelf that has the word
NO_LIMIT = 10_000_000  # pence: above any price, and another one each time, so that nothing is kept
_FOUND = "SELECT offer_id FROM offers_listing WHERE document @@ (SELECT %s::tsquery)"
_BARE = (
    f"SELECT count(*) FROM ({_FOUND}) AS found",  # noqa: S608  # our words
    # Without its own step each row would be asked for the words, and not the index.
    f"WITH found AS MATERIALIZED ({_FOUND}) SELECT offer_id FROM found LIMIT {HITS}",  # noqa: S608  # our words
)


def measure(*, size: int = SIZE) -> Iterator[Figure]:
    """Searches for a middling and for a common word, and the whole shelf without words."""
    owners = size * OWNERS_OF_A_HUNDRED_OFFERS // 100
    call_command("seed", offers=size, owners=owners, stdout=StringIO())
    shares = _shares()
    for name, share in (("a middling word", MIDDLING), ("a common word", COMMON)):
        words = sorted(shares, key=lambda word: abs(shares[word] - share))[:WORDS_OF_A_FIGURE]
        yield _figure(f"search for {name}", words, shares)
        yield _figure(f"search for {name}, the shelf just changed", words, shares, changing=True)
    yield _figure("the whole shelf, counted anew", [""], {"": 1.0})


def _shares() -> Mapping[str, float]:
    """Of the shelf that has each word, or pair of words, of the invented offers."""
    shelf = Listing.objects.count()
    singles = [*PLACES, *(word for aim in AIMS for word in aim.split()), "study", "planning"]
    pairs = [f"{place} {noun}" for place in PLACES for noun in ("songs", "steps", "posts")]
    return {
        words: _one(_BARE[0], wording.read(words).query) / shelf
        for words in dict.fromkeys([*singles, *pairs])
    }


def _one(sql: str, query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, [query])
        number: int = cursor.fetchone()[0]
    return number


def _figure(
    name: str, words: Sequence[str], shares: Mapping[str, float], *, changing: bool = False
) -> Figure:
    """:param changing: renew the stamp before each search, so that nothing kept fits any more."""
    searches = [words[turn % len(words)] for turn in range(TURNS)]
    for warm in words:
        _search(warm, turn=-1)
    before = _database_cpu_seconds()
    took = [_search(word, turn=turn, changing=changing) for turn, word in enumerate(searches)]
    cpu = _database_cpu_seconds() - before
    bare = [_bare(word) for word in searches]
    in_order = sorted(took)
    return Figure(
        name=name,
        size=len(took),
        seconds=sum(took),
        holds="CPU of PostgreSQL",
        limit="the bare question: how many match, and twenty of them",
        limit_per_second=len(bare) / sum(bare),
        more={
            "offers": Listing.objects.count(),
            "words": ", ".join(words),
            "matches": round(
                Listing.objects.count() * sum(map(shares.__getitem__, words)) / len(words)
            ),
            "median_ms": round(1000 * median(took), 2),
            "cpu_ms": round(1000 * cpu / len(took), 2),
            "p99_ms": round(1000 * in_order[len(in_order) * 99 // 100], 2),
        },
    )


def _search(words: str, *, turn: int, changing: bool = False) -> float:
    """Seconds of all statements but those whose answers are kept while the shelf stays the same."""
    if changing:
        Category.objects.update(position=F("position"))  # says nothing new, and renews the stamp
    search = Search(words=words, price_to=NO_LIMIT + turn)
    clock = Clock()
    with clock.runs():
        found = catalogue.find(search, tax_percent=settings.FEE_TAX_PERCENT)
        found.offers[:HITS]
    return clock.seconds


def _database_cpu_seconds() -> float:
    """What the process that serves this connection has used; 0 where it is on another machine."""
    pid = connection_pid()
    return cpu_seconds(pid) if Path(f"/proc/{pid}/stat").exists() else 0.0


def connection_pid() -> int:
    """PostgreSQL's process for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid: int = cursor.fetchone()[0]
    return pid


def _bare(words: str) -> float:
    query, clock = wording.read(words).query, Clock()
    if not query:
        query = wording.read("study or planning or exhibition or learn").query
    with clock.runs(), connection.cursor() as cursor:
        for sql in _BARE:
            cursor.execute(sql, [query])
            cursor.fetchall()
    return clock.seconds


class Clock:
    """Adds up the time of the statements that run under it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def runs(self) -> AbstractContextManager[None]:
        """While the context is open."""
        return connection.execute_wrapper(self._timed)

    def _timed(self, execute: Callable[..., object], *what: Any) -> object:
        began = time.perf_counter()
        try:
            return execute(*what)
        finally:
            self.seconds += time.perf_counter() - began
