"""Which offers fit a search, and how many would fit each further choice.

One statement counts everything: each choice with all other groups of filters applied, so that the
number beside it is the number of offers there after a click.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import and_, or_
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.paginator import Paginator
from django.db.models import Count, ExpressionWrapper, F, Func, IntegerField, Q, QuerySet, Value

from common.templatetags.ui import BAND_EDGES
from offers.constants import PURPOSE_NAMES
from offers.models import Category, Collection, Offer, OfferStatus, Shelf

PEOPLE_BANDS = (  # value, words, lowest, highest (not included); edges of the published bands
    ("5000", "More than 5,000", 5_000, None),
    ("1000", "1,000 to 5,000", 1_000, 5_000),
    ("200", "200 to 1,000", 200, 1_000),
    ("0", "Fewer than 200", 0, 200),
)
SORTS = {
    "best": "Best match first",
    "newest": "Newest first",
    "people": "Most people first",
    "price": "Lowest price first",
}
_REFERENCE = re.compile(r"HM-[2-9A-Z]{7}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for; prices are minor units for one person, tax included.

    :param chosen: by facet, the values ticked; unknown ones are left out of account.
    """

    words: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    price_from: int | None = None
    price_to: int | None = None
    sort: str = ""

    @property
    def order(self) -> str:
        """The sort asked for, where it makes sense; else the usual one."""
        makes_sense = self.sort in SORTS and (self.words or self.sort != "best")
        return self.sort if makes_sense else usual_sort(self.words)


def usual_sort(words: str) -> str:
    """The order nobody has to ask for."""
    return "best" if words.strip() else "newest"


@dataclass(frozen=True)
class Choice:
    """One box to tick; ``chip`` says it away from its group."""

    value: str
    label: str
    chip: str
    condition: Q
    is_chosen: bool = False
    count: int = 0


@dataclass(frozen=True)
class Facet:
    """A group of boxes: any of them fits, or, with ``needs_all``, every one must."""

    key: str
    legend: str
    choices: Sequence[Choice]
    needs_all: bool = False

    @property
    def condition(self) -> Q:
        """What the ticked boxes ask for."""
        ticked = [choice.condition for choice in self.choices if choice.is_chosen]
        return reduce(and_ if self.needs_all else or_, ticked, Q())


@dataclass(frozen=True)
class Catalogue:
    """The answer: offers in order (not read yet), their number, the facets with counts."""

    offers: QuerySet[Offer]
    total: int
    facets: Sequence[Facet]

    def pages(self, size: int) -> "CountedPaginator":
        """The offers in pages of this size."""
        return CountedPaginator(self.offers, size, total=self.total)


class CountedPaginator(Paginator[Offer]):
    """Pages of offers whose number is known already."""

    def __init__(self, offers: QuerySet[Offer], per_page: int, *, total: int) -> None:
        super().__init__(offers, per_page)
        self._total = total

    @cached_property
    def count(self) -> int:
        return self._total


def offers_on_sale() -> QuerySet[Offer]:
    """Listed offers with something published."""
    return Offer.objects.filter(status=OfferStatus.LISTED, current_version__isnull=False)


def shelf_stamp() -> UUID | None:
    """Names the present state of the shelf: while it is the same, so is every public page."""
    return Shelf.objects.values_list("stamp", flat=True).first()


def find(search: Search, *, tax_percent: int) -> Catalogue:
    """Everything the catalogue page shows, in two statements and a lazy one."""
    offers = _matching(search.words, _priced(offers_on_sale(), tax_percent=tax_percent))
    facets = _facets(search.chosen)
    price = _price_condition(search)
    counts = offers.aggregate(
        total=Count("pk", filter=_all_of([price, *(facet.condition for facet in facets)])),
        **{
            _key(facet, choice): Count("pk", filter=price & _others(facets, facet) & wanted)
            for facet in facets
            for choice, wanted in _wanted(facet)
        },
    )
    fitting = offers.filter(_all_of([price, *(facet.condition for facet in facets)]))
    return Catalogue(
        offers=_ordered(fitting, search).select_related("current_version", "category", "publisher"),
        total=counts["total"],
        facets=[_counted(facet, counts) for facet in facets],
    )


def _priced(offers: QuerySet[Offer], *, tax_percent: int) -> QuerySet[Offer]:
    """Add ``price``: as ``offers.pricing``, with the tax of one person rounded up."""
    fee = F("current_version__fee_minor_units")
    tax = (fee * Value(tax_percent) + Value(99)) / Value(100)
    price = F("current_version__reward_minor_units") + fee + tax
    return offers.annotate(price=ExpressionWrapper(price, output_field=IntegerField()))


def _matching(words: str, offers: QuerySet[Offer]) -> QuerySet[Offer]:
    if not words:
        return offers
    if _REFERENCE.fullmatch(words):
        return offers.filter(reference=words.upper())
    return offers.filter(current_version__search=_query(words))


def _query(words: str) -> SearchQuery:
    # “websearch” reads quotes, “or” and minus signs, and takes any text without an error.
    return SearchQuery(words, search_type="websearch", config="english")


def _ordered(offers: QuerySet[Offer], search: Search) -> QuerySet[Offer]:
    if search.order == "best":
        rank = SearchRank(F("current_version__search"), _query(search.words))
        return offers.order_by(rank.desc(), "-pk")
    if search.order == "people":
        # By band, as published: the order must not tell more than the bands do.
        number, edges = F("people_available"), Value(list(BAND_EDGES))
        band = Func(number, edges, function="width_bucket", output_field=IntegerField())
        return offers.order_by(band.desc(), F("price"), "-pk")
    if search.order == "price":
        return offers.order_by(F("price"), "-pk")
    return offers.order_by("-current_version__published_at", "-pk")


def _price_condition(search: Search) -> Q:
    condition = Q()
    if search.price_from is not None:
        condition &= Q(price__gte=search.price_from)
    if search.price_to is not None:
        condition &= Q(price__lte=search.price_to)
    return condition


def _facets(chosen: Mapping[str, Sequence[str]]) -> list[Facet]:
    facets = [
        Facet("category", "Subject", _categories()),
        Facet("people", "People who have it", _people()),
        Facet("purpose", "Allowed for", _purposes()),
        Facet("collection", "Collection", _collections()),
        Facet("care", "Care", _care(), needs_all=True),
    ]
    return [_ticked(facet, chosen.get(facet.key, ())) for facet in facets]


def _categories() -> list[Choice]:
    return [
        Choice(slug, name, name, Q(category=pk))
        for pk, slug, name in Category.objects.order_by("position", "pk").values_list(
            "pk", "slug", "name"
        )
    ]


def _people() -> list[Choice]:
    choices = []
    for value, words, lowest, highest in PEOPLE_BANDS:
        condition = Q(people_available__gte=lowest)
        if highest is not None:
            condition &= Q(people_available__lt=highest)
        choices.append(Choice(value, words, f"{words} people", condition))
    return choices


def _purposes() -> list[Choice]:
    return [
        Choice(
            value,
            name,
            f"Allowed for {name[0].lower()}{name[1:]}",
            Q(current_version__purposes__contains=[value]),
        )
        for value, name in PURPOSE_NAMES.items()
    ]


def _collections() -> list[Choice]:
    return [
        Choice(value, label, f"Read {label.lower()}", Q(current_version__collection=value))
        for value, label in Collection.choices
    ]


def _care() -> list[Choice]:
    special, location = "Without special categories", "Without precise location"
    return [
        Choice("no-special", special, special, Q(current_version__special_category=False)),
        Choice("no-location", location, location, Q(current_version__precise_location=False)),
    ]


def _ticked(facet: Facet, values: Sequence[str]) -> Facet:
    choices = [replace(choice, is_chosen=choice.value in values) for choice in facet.choices]
    return replace(facet, choices=choices)


def _counted(facet: Facet, counts: Mapping[str, int]) -> Facet:
    choices = [replace(choice, count=counts[_key(facet, choice)]) for choice in facet.choices]
    return replace(facet, choices=choices)


def _wanted(facet: Facet) -> Iterable[tuple[Choice, Q]]:
    """What each choice would leave, of this group alone."""
    for choice in facet.choices:
        yield choice, (facet.condition & choice.condition if facet.needs_all else choice.condition)


def _others(facets: Iterable[Facet], facet: Facet) -> Q:
    return _all_of(other.condition for other in facets if other.key != facet.key)


def _all_of(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())


def _key(facet: Facet, choice: Choice) -> str:
    return f"{facet.key}_{facet.choices.index(choice)}"
