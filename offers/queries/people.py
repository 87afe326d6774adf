"""How many people hold what: counted exactly here and in one action, told only as bands let."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count, Q

from common.templatetags.ui import BAND_EDGES
from hats.bundles import endpoints_of, parse_bundle
from hats.models import HatOwner, HatOwnerStatus
from offers.bands import Question, counted, settled
from offers.models import OfferVersion, PeopleCount


def owners_by_holding() -> Counter[Question]:
    """Connected owners who let themselves be counted, by what their HATs hold."""
    rows = (
        HatOwner.objects.filter(status=HatOwnerStatus.CONNECTED, is_counted=True)
        .values_list("endpoints")
        .order_by()
        .annotate(people=Count("pk"))
    )
    holdings: Counter[Question] = Counter()
    for endpoints, people in rows:
        holdings[frozenset(endpoints)] += people
    return holdings


def people_with(paths: Sequence[str]) -> int | None:
    """What may be told of how many people hold every one of these kinds of records.

    What is counted for the shelf is answered as there. Anything else is counted now and told by
    the same rules; ``None`` where it would make somebody out beside what is told already.
    """
    asked = frozenset(paths)
    nested = Q(endpoints__contained_by=list(paths)) | Q(endpoints__contains=list(paths))
    shown = {frozenset(row.endpoints): row.people for row in PeopleCount.objects.filter(nested)}
    if asked in shown:
        return shown[asked]
    counts = counted(owners_by_holding(), [asked, *shown])
    now = settled(counts, shown, edges=BAND_EDGES)
    is_told_by_others = any(now[one] < people for one, people in shown.items())
    return None if is_told_by_others else now[asked]


def people_for(version: OfferVersion) -> int | None:
    """What may be told of how many people could fill this version; ``None`` where nothing may.

    A HAT must hold what the bundle reads and what the conditions look at.
    """
    bundles = [version.bundle, *([version.conditions] if version.conditions else [])]
    paths = {path for bundle in bundles for path in endpoints_of(parse_bundle(bundle))}
    return people_with(sorted(paths))
