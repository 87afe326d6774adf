"""Numbers of the shelf that others bring about: people who have the data, and orders."""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from hats.models import HatOwner, HatOwnerStatus
from offers.constants import POPULARITY_EDGES
from offers.models import Offer

_WRITE_PEOPLE = """
UPDATE offers_offer SET people_available = counted.people
FROM offers_offerversion AS version,
    jsonb_to_recordset(%s::jsonb) AS counted (endpoints text[], people integer)
WHERE version.id = current_version_id AND version.endpoints = counted.endpoints
    AND people_available <> counted.people
"""


def refresh_people_available(at: datetime) -> int:
    """Count for each offer on the shelf the connected owners whose HATs hold every endpoint.

    Owners are read once, grouped by what their HATs hold, and so are the offers by what they need;
    only numbers that changed are written, and the day of counting once a day.

    :returns: how many offers have another number now.
    """
    holdings = _owners_by_holding()
    needs = Offer.objects.filter(current_version__isnull=False)
    people = [
        {
            "endpoints": needed,
            "people": sum(count for held, count in holdings.items() if held.issuperset(needed)),
        }
        for needed in needs.values_list("current_version__endpoints", flat=True).distinct()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_PEOPLE, [json.dumps(people)])
        changed: int = cursor.rowcount
    stale = Q(people_counted_at=None) | Q(people_counted_at__date__lt=at.date())
    Offer.objects.filter(stale, current_version__isnull=False).update(people_counted_at=at)
    return changed


def set_popularity(buyers: Mapping[int, int]) -> int:
    """Write the band of each offer, from how many organisations bought places of it lately.

    :param buyers: organisations by offer; an offer that is missing has none.
    :returns: how many offers have another band now.
    """
    bands = {offer: bisect_right(POPULARITY_EDGES, number) for offer, number in buyers.items()}
    changed = Offer.objects.exclude(pk__in=bands).filter(popularity__gt=0).update(popularity=0)
    for band in range(len(POPULARITY_EDGES) + 1):
        within = Offer.objects.filter(pk__in=[offer for offer, b in bands.items() if b == band])
        changed += within.exclude(popularity=band).update(popularity=band)
    return changed


def _owners_by_holding() -> Counter[frozenset[str]]:
    rows = (
        HatOwner.objects.filter(status=HatOwnerStatus.CONNECTED)
        .values_list("endpoints")
        .order_by()
        .annotate(people=Count("pk"))
    )
    holdings: Counter[frozenset[str]] = Counter()
    for endpoints, people in rows:
        holdings[frozenset(endpoints)] += people
    return holdings
