"""What the front of the market shows: its subjects, what is new, and how much there is."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from accounts.queries import count_verified
from hats.queries import count_connected
from offers.models import Category, Feature, Offer, OfferStatus
from offers.queries import catalogue
from offers.queries.publishers import with_price

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


def name_as_many_people(people: int) -> None:
    """Name no fewer people than an offer does by now; the next count says how many there are."""
    counted: tuple[int, int] | None = cache.get(COUNTERS)
    if counted and counted[0] < people:
        cache.set(COUNTERS, (people, counted[1]), COUNTED_EVERY)


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


def features(today: date) -> QuerySet[Feature]:
    """What moderators show on the home page, the latest first, whether on sale now or not."""
    shown = Feature.objects.filter(until__gte=today)
    return shown.select_related("offer__current_version").order_by("-featured_at", "-pk")


def featured(today: date, *, tax_percent: int) -> list[Offer]:
    """Those of them that are on sale, as cards show them."""
    on_sale = catalogue.offers_on_sale().filter(feature__until__gte=today)
    return list(with_price(on_sale, tax_percent=tax_percent).order_by("-feature__featured_at"))


def most_ordered(*, tax_percent: int) -> list[Offer]:
    """The offers that most organisations buy, as cards show them; too few to tell is none."""
    search = catalogue.Search(sort="popular")
    found = catalogue.find(search, tax_percent=tax_percent).offers[:NEWEST_SHOWN]
    return [offer for offer in found if offer.popularity > 0]


def newest(*, tax_percent: int) -> list[Offer]:
    """The offers published last, as cards show them."""
    search = catalogue.Search(sort="newest")
    return list(catalogue.find(search, tax_percent=tax_percent).offers[:NEWEST_SHOWN])
