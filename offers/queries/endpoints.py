"""Which endpoints of HATs the shelf asks for."""

from django.core.cache import cache
from django.db import connection

_KNOWN_FOR_SECONDS = 60
_KEY = "offers.endpoints"
_ASKED_FOR = """
SELECT DISTINCT unnest(endpoints) FROM offers_offerversion WHERE status IN ('published', 'retired')
"""


def endpoints_asked_for() -> list[str]:
    """Every endpoint that some version on the shelf, or once on it, reads; a minute old at most."""
    known: list[str] | None = cache.get(_KEY)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(_ASKED_FOR)
            known = sorted(row[0] for row in cursor.fetchall())
        cache.set(_KEY, known, _KNOWN_FOR_SECONDS)
    return known
