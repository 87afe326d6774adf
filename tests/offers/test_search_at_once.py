"""Searches of many threads while offers are published: no error, and no count of the past."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from offers.queries import catalogue
from offers.queries.catalogue import Search
from tests import factories

THREADS, PUBLISHED = 8, 25


class Shelf:
    """Counts what was begun to be published, and what has been."""

    def __init__(self) -> None:
        self.begun = self.published = 0
        self.is_full = threading.Event()

    def fill(self) -> None:
        for _ in range(PUBLISHED):
            self.begun += 1
            factories.make_version()
            self.published += 1

    def search_until_full(self) -> int:
        """How many searches there were; each is as new as the shelf was when it began, or newer."""
        searches = 0
        try:
            while not self.is_full.is_set():
                fewest = self.published
                found = catalogue.find(Search(words="evening"), tax_percent=20)
                assert fewest <= found.total <= self.begun
                subjects = next(facet for facet in found.facets if facet.key == "category")
                assert sum(choice.count for choice in subjects.choices) == found.total
                assert len(found.offers[:PUBLISHED]) == found.total
                searches += 1
        finally:
            connection.close()
        return searches


@pytest.mark.django_db(transaction=True)
def test_no_search_among_many_at_once_is_older_than_the_shelf_when_it_began() -> None:
    shelf = Shelf()
    with ThreadPoolExecutor(THREADS) as team:
        searching = [team.submit(shelf.search_until_full) for _ in range(THREADS)]
        try:
            shelf.fill()
        finally:
            shelf.is_full.set()

    assert all(one.result() > 0 for one in searching)
    found = catalogue.find(Search(words="evening"), tax_percent=20)
    assert found.total == PUBLISHED
