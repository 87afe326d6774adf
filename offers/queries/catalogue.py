"""Which offers fit a search, and how many would fit each further choice.

Everything is read from the listing, one narrow row an offer (``offers.models.finding``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from common.language import gettext_noop, language
from offers.models import Offer, OfferStatus
from offers.queries import wording
from offers.queries.counting import Order, Term, Where, counted, filtered
from offers.queries.facets import Facet, Known, facets
from offers.queries.hits import HitPaginator, Hits
from offers.queries.memory import Kept

SORTS = {
    "best": gettext_noop("Best match first"),
    "newest": gettext_noop("Newest first"),
    "popular": gettext_noop("Most ordered first"),
    "people": gettext_noop("Most people first"),
    "price": gettext_noop("Lowest price first"),
}
NEWEST = (Term("published_at"), Term("offer_id"))
_KNOWN = """
SELECT 'category', id, ARRAY[slug, name]::text[], position FROM offers_category
UNION ALL SELECT facet, id, members, 0 FROM offers_valueset
UNION ALL SELECT 'on_sale', count(*), '{}', 0 FROM offers_listing
ORDER BY 4, 2
"""

V = TypeVar("V")
_kept: Kept[object] = Kept(most=512)


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

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for searches that find the same, in whatever order."""
        ticked = tuple(sorted((key, tuple(sorted(set(v)))) for key, v in self.chosen.items() if v))
        return (self.words, ticked, self.price_from, self.price_to)


def usual_sort(words: str) -> str:
    """The order nobody has to ask for."""
    return "best" if words.strip() else "newest"


@dataclass(frozen=True)
class Catalogue:
    """The answer: offers in order (not read yet), their number, the facets with counts.

    :param on_sale: number of offers on the whole shelf.
    :param is_unread: something was typed in which there is no word: it was left out.
    :param stamp: of the shelf that was read.
    """

    offers: Hits
    total: int
    facets: Sequence[Facet]
    on_sale: int
    is_unread: bool
    stamp: UUID | None

    def pages(self, size: int) -> HitPaginator:
        """The offers in pages of this size."""
        return HitPaginator(self.offers, size, total=self.total)


def offers_on_sale() -> QuerySet[Offer]:
    """Listed offers with something published; private ones stand on nobody's shelf."""
    return Offer.objects.filter(
        status=OfferStatus.LISTED, current_version__isnull=False, invitation_code=None
    )


def shelf_stamp() -> UUID | None:
    """Names the present state of the shelf: while it is the same, so is every public page."""
    with connection.cursor() as cursor:  # for every page: a queryset costs six times as much
        cursor.execute("SELECT stamp FROM offers_shelf LIMIT 1")
        row: tuple[UUID] | None = cursor.fetchone()
    return row[0] if row else None


def find(search: Search, *, tax_percent: int) -> Catalogue:
    """Everything the catalogue page shows: three statements, and two for each slice of offers."""
    reading = wording.read(search.words)
    known = _kept_for(reading.stamp, ("known",), _known)
    where = _where(search, reading, tax_percent=tax_percent)
    groups = _groups(known, search, reading.stamp, tax_percent=tax_percent)
    order = _order(search, reading, price=_price(tax_percent))
    # Without words the order has an index, or the whole shelf would be kept to be ordered.
    together = order if reading.query else None
    numbers = _kept_for(
        reading.stamp,
        (search.key, reading.query, order.sql, tax_percent, timezone.now().date(), language()),
        lambda: counted(where, groups, order=together),
    )
    query = "" if reading.is_reference else reading.query
    fitting = filtered(where, groups)
    return Catalogue(
        offers=Hits(fitting, order, numbers.total, tax_percent, query, numbers.first),
        total=numbers.total,
        facets=numbers.facets,
        on_sale=known.on_sale,
        is_unread=reading.is_unread,
        stamp=reading.stamp,
    )


def how_many(
    search: Search, words: Sequence[str], *, stamp: UUID | None, tax_percent: int
) -> list[int]:
    """How many offers each of these texts finds in place of the words of the search.

    All are counted in one statement; an empty text finds none.

    :param stamp: of the shelf, as ``find`` read it.
    """
    none = wording.Reading("", "", stamp)
    fitting = _whole_where(replace(search, words=""), none, tax_percent=tax_percent)
    each = [fitting.found_by_words(text) for text in words]
    counts = ", ".join(f"(SELECT count(*) FROM offers_listing {where.sql})" for where in each)  # noqa: S608  # our words
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for where in each for value in where.values])
        return list(cursor.fetchone())


def published_between(
    search: Search, *, after: datetime, until: datetime, most: int, tax_percent: int
) -> list[Offer]:
    """Offers that fit and were published in this time, the newest first, so many at most."""
    where = _whole_where(search, wording.read(search.words), tax_percent=tax_percent)
    where = where.also("published_at > %s", after.isoformat())
    where = where.also("published_at <= %s", until.isoformat())
    return Hits(where, Order(NEWEST), most, tax_percent)[:]


def _kept_for(stamp: UUID | None, key: tuple[object, ...], make: Callable[[], V]) -> V:
    """Count once while the shelf stays the same."""
    return _kept.get_or_make(None if stamp is None else (stamp, key), make)  # type: ignore[return-value]  # by key, always of one type


def _known() -> Known:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN)
        rows = cursor.fetchall()
    sets: dict[str, dict[int, Sequence[str]]] = {}
    for facet, number, members, _position in rows:
        sets.setdefault(facet, {})[number] = members
    categories = [(pk, slug, name) for pk, (slug, name) in sets.pop("category", {}).items()]
    (on_sale,) = sets.pop("on_sale")
    return Known(categories, sets, on_sale)


def _price(tax_percent: int) -> str:
    """SQL of the price of one person: as ``offers.pricing``, the tax rounded up."""
    return f"(reward_minor_units + (fee_minor_units * {100 + tax_percent:d} + 99) / 100)"


def _groups(known: Known, search: Search, stamp: UUID | None, *, tax_percent: int) -> list[Facet]:
    """All groups, ticked; unticked they are made once, and what is kept shares their numbers."""
    price, today = _price(tax_percent), timezone.now().date()
    plain = _kept_for(
        stamp, ("groups", price, today, language()), lambda: facets(known, price=price, today=today)
    )
    return [facet.ticked(search.chosen.get(facet.key, ())) for facet in plain]


def _whole_where(search: Search, reading: wording.Reading, *, tax_percent: int) -> Where:
    """All conditions, the ticked boxes among them."""
    known = _kept_for(reading.stamp, ("known",), _known)
    groups = _groups(known, search, reading.stamp, tax_percent=tax_percent)
    return filtered(_where(search, reading, tax_percent=tax_percent), groups)


def _where(search: Search, reading: wording.Reading, *, tax_percent: int) -> Where:
    where, price = Where(), _price(tax_percent)
    if reading.is_reference:
        offer = "(SELECT id FROM offers_offer WHERE reference = %s)"
        where = where.also(f"offer_id = {offer}", reading.words.upper())
    elif reading.query:
        where = where.found_by(reading.query)
    if search.price_from is not None:
        where = where.also(f"{price} >= %s", search.price_from)
    if search.price_to is not None:
        where = where.also(f"{price} <= %s", search.price_to)
    return where


def _order(search: Search, reading: wording.Reading, *, price: str) -> Order:
    """People and orders go by band, so that the order tells no more than the bands do."""
    if search.order == "best" and reading.query and not reading.is_reference:
        rank = Term("ts_rank(brief, %s::tsquery)", [reading.query])
        return Order([rank, Term("popularity"), *NEWEST])
    cheap = Term(price, is_descending=False)
    orders = {
        "people": [Term("people"), cheap, Term("offer_id")],
        "price": [cheap, Term("offer_id")],
        "popular": [Term("popularity"), *NEWEST],
    }
    return Order(orders.get(search.order, NEWEST))
