"""Synonyms as moderators see them, and as search reads words."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from offers.models import Synonym
from offers.synonyms import Group

_ROOTS = """
SELECT word, CASE WHEN numnode(root) = 0 THEN '' ELSE root::text END
FROM (SELECT word, plainto_tsquery('english', word) AS root FROM unnest(%s::text[]) AS word) AS said
"""


def synonyms(words: str = "") -> QuerySet[Synonym]:
    """All by the alphabet, or those that have these letters on either side."""
    wanted = " ".join(words.split()).lower()
    found = Synonym.objects.order_by("word")
    if not wanted:
        return found
    return found.filter(Q(word__contains=wanted) | Q(finds__icontains=wanted))


def as_groups() -> list[Group]:
    """All by the alphabet, as a file has them."""
    return [group_as_kept(row) for row in synonyms()]


def group_as_kept(row: Synonym) -> Group:
    return Group(row.word, tuple(row.finds))


def roots(words: Iterable[str]) -> dict[str, str]:
    """How search reads each: “songs” and “song” are one, and “the” is empty, as nothing is read."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOTS, [list(words)])
        return dict(cursor.fetchall())
