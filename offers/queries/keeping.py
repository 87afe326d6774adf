"""What people keep of the shop, as its pages show it."""

from collections.abc import Iterable, Sequence

from django.db.models import Count, QuerySet

from accounts.models import Membership, Organisation, User
from offers.models import (
    DataRequest,
    DataRequestStatus,
    Offer,
    OfferList,
    SavedSearch,
)
from offers.queries.publishers import with_price

MOST_REQUESTS = 200


def searches_of(user: User) -> QuerySet[SavedSearch]:
    """All that the person keeps, the newest first."""
    return user.saved_searches.order_by("-pk")


def bookmarks_of(user: User, *, tax_percent: int) -> list[Offer]:
    """The person's own, the newest first; an offer that left the shelf is still named."""
    kept = user.bookmarks.order_by("-added_at", "-pk")
    return _with_prices(kept.values_list("offer_id", flat=True), tax_percent=tax_percent)


def lists_of(user: User) -> QuerySet[OfferList]:
    """Those of the person's organisations, by name, each with its number of offers."""
    mine = OfferList.objects.filter(organisation__memberships__user=user)
    return (
        mine.select_related("organisation")
        .annotate(offers=Count("entries", distinct=True))
        .order_by("organisation__name", "name", "pk")
    )


def offers_on(offer_list: OfferList, *, tax_percent: int) -> list[Offer]:
    """What stands on a list, the newest first."""
    entries = offer_list.entries.order_by("-added_at", "-pk")
    return _with_prices(entries.values_list("offer_id", flat=True), tax_percent=tax_percent)


def lists_with(offer: Offer, *, organisation: Organisation) -> QuerySet[OfferList]:
    """Lists of the organisation on which the offer stands."""
    return OfferList.objects.filter(organisation=organisation, entries__offer=offer)


def offers_in_order(slugs: Sequence[str], *, tax_percent: int) -> list[Offer]:
    """Published offers of these names, in this order."""
    offers = Offer.objects.filter(slug__in=slugs, current_version__isnull=False)
    found = {offer.slug: offer for offer in with_price(offers, tax_percent=tax_percent)}
    return [found[slug] for slug in slugs if slug in found]


def _with_prices(numbers: Iterable[int], *, tax_percent: int) -> list[Offer]:
    """These offers as lines show them, in the order of their numbers."""
    wanted = list(numbers)
    found = with_price(Offer.objects.all(), tax_percent=tax_percent).in_bulk(wanted)
    return [found[number] for number in wanted]


def requests_of(user: User) -> QuerySet[DataRequest]:
    """What the person's organisations have asked for, the newest first."""
    organisations = Membership.objects.filter(user=user).values("organisation")
    asked = DataRequest.objects.filter(organisation__in=organisations)
    return asked.select_related("organisation", "offer").order_by("-pk")[:MOST_REQUESTS]


def open_requests(*, but: User | None = None) -> QuerySet[DataRequest]:
    """What waits for an answer, the oldest first.

    :param but: somebody whose own organisations' requests are left out.
    """
    waiting = DataRequest.objects.filter(status=DataRequestStatus.OPEN)
    if but is not None:
        waiting = waiting.exclude(organisation__memberships__user=but)
    return waiting.select_related("organisation").order_by("pk")
