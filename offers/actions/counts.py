"""Numbers of the shelf that others bring about: how many organisations bought what."""

from bisect import bisect_right
from collections.abc import Mapping

from offers.constants import POPULARITY_EDGES
from offers.models import Offer


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
