"""Which endpoints of HATs the shop asks for."""

from django.core.cache import cache
from django.db import connection

_KNOWN_FOR_SECONDS = 60
_KEY = "offers.endpoints"
_ASKED_FOR = """
SELECT unnest(endpoints) FROM offers_offerversion WHERE status IN ('published', 'retired')
UNION
SELECT e.path FROM offers_dataendpoint AS e WHERE EXISTS (
    SELECT 1 FROM offers_datafield AS f
    WHERE f.endpoint_id = e.id AND f.retired_at IS NULL AND f.kept_back = '')
"""


def endpoints_asked_for() -> list[str]:
    """Every endpoint to look for on HATs; a minute old at most.

    These are what some version on the shelf, or once on it, reads, and what an offer could take
    by the data catalogue.
    """
    known: list[str] | None = cache.get(_KEY)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(_ASKED_FOR)
            known = sorted(row[0] for row in cursor.fetchall())
        cache.set(_KEY, known, _KNOWN_FOR_SECONDS)
    return known
