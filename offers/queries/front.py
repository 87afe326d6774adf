"""What the front of the market shows: its subjects, what is new, and how much there is."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from accounts.queries import count_verified
from hats.queries import count_connected
from offers.models import Category, Offer, OfferStatus
from offers.queries import catalogue

NEWEST_SHOWN = 3
COUNTERS = "front-counters"
COUNTED_EVERY = 3600  # seconds; the bands move slowly, and counting owners takes long


@dataclass(frozen=True)
class Counters:
    """How many there are; pages show bands of them."""

    people: int
    organisations: int


def counters() -> Counters:
    """HAT owners and checked organisations, counted once an hour for the whole house."""
    counted: tuple[int, int] | None = cache.get(COUNTERS)
    if counted is None:
        counted = (count_connected(), count_verified())
        cache.set(COUNTERS, counted, COUNTED_EVERY)
    return Counters(*counted)


def subjects() -> QuerySet[Category]:
    """The subjects that have something on sale, with ``offers_on_sale``, in the shelf's order."""
    on_sale = Q(
        offers__status=OfferStatus.LISTED,
        offers__current_version__isnull=False,
        offers__invitation_code=None,
    )
    return (
        Category.objects.annotate(offers_on_sale=Count("offers", on_sale))
        .filter(offers_on_sale__gt=0)
        .order_by("position", "pk")
    )


def newest(*, tax_percent: int) -> list[Offer]:
    """The offers published last, as cards show them."""
    search = catalogue.Search(sort="newest")
    return list(catalogue.find(search, tax_percent=tax_percent).offers[:NEWEST_SHOWN])
