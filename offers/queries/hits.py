"""The offers that fit, in order, read a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from django.contrib.postgres.search import SearchHeadline
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Expression, ExpressionWrapper, F, IntegerField, Value
from django.db.models.expressions import RawSQL

from common.templatetags.ui import MARK_BEGIN, MARK_END
from offers.models import Offer
from offers.queries.counting import Order, Where

# No card, feed or answer shows these; on a page they cost more than all it does show.
UNSHOWN = (
    *("people_counted_at", "created_at", "category__about", "category__position"),
    *(
        f"current_version__{name}"
        for name in (
            *("description", "for_people", "bundle", "conditions", "sample", "words", "never"),
            *(
                "use_cases",
                "examples",
                "content_hash",
                "decision_reason",
                "created_by",
                "created_at",
            ),
        )
    ),
    *(
        f"publisher__{name}"
        for name in (
            *("reference", "city", "website", "contact_email", "registration", "status"),
            *("verified_at", "approval_above_minor_units", "suspension_reason", "created_at"),
        )
    ),
)
MOST_PAGES = 100
MARKED = {"title_marked": "current_version__title", "summary_marked": "current_version__summary"}


class HitPaginator(Paginator[Offer]):
    """Pages of offers whose number is known already; what lies beyond the cap is not paged to."""

    def __init__(self, offers: "Hits", per_page: int, *, total: int) -> None:
        super().__init__(offers, per_page)
        self._total = total

    @cached_property
    def count(self) -> int:
        return self._total

    @cached_property
    def num_pages(self) -> int:
        pages: int = super().num_pages
        return min(pages, MOST_PAGES)

    @property
    def is_capped(self) -> bool:
        """Whether there are more offers than pages show."""
        return self._total > MOST_PAGES * self.per_page


@dataclass(frozen=True)
class Hits(Sequence[Offer]):
    """A sequence of offers that is read where it is sliced: two statements a slice.

    :param first: primary keys of the first offers, where they are known already.
    :param query: marked in titles and summaries; empty where nothing is.
    """

    where: Where
    order: Order
    total: int
    tax_percent: int
    query: str = ""
    first: Sequence[int] = ()

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[Offer]:
        return iter(self[:])

    @overload
    def __getitem__(self, wanted: int) -> Offer: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Offer]: ...
    def __getitem__(self, wanted: int | slice) -> Offer | list[Offer]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(self.total)
        ids = self.ids(start, stop)
        rows = self._rows(ids)
        return [rows[pk] for pk in ids if pk in rows]

    def ids(self, start: int, stop: int) -> list[int]:
        """Primary keys in order."""
        if stop <= len(self.first) or stop <= start:
            return list(self.first[start:stop])
        sql = f"{self.where.first(order=f'ORDER BY {self.order.sql}')} LIMIT %s OFFSET %s"
        with connection.cursor() as cursor:
            values = [*self.where.values, *self.order.values, stop - start, start]
            cursor.execute(sql, values)
            return [row[0] for row in cursor.fetchall()]

    def _rows(self, ids: list[int]) -> Mapping[int, Offer]:
        offers = Offer.objects.filter(pk__in=ids, current_version__isnull=False)
        offers = offers.select_related("current_version", "category", "publisher")
        offers = offers.defer(*UNSHOWN)
        offers = offers.annotate(price=_price(self.tax_percent), **self._marks())
        return {offer.pk: offer for offer in offers}

    def _marks(self) -> dict[str, Expression]:
        if not self.query:
            return {}
        query = RawSQL("%s::tsquery", [self.query])
        return {name: _marked(column, query) for name, column in MARKED.items()}


def _marked(column: str, query: Expression) -> SearchHeadline:
    return SearchHeadline(
        column,
        query,
        config="english",
        start_sel=MARK_BEGIN,
        stop_sel=MARK_END,
        highlight_all=True,
    )


def _price(tax_percent: int) -> Expression:
    """As ``offers.pricing``, with the tax of one person rounded up."""
    fee = F("current_version__fee_minor_units")
    tax = (fee * Value(tax_percent) + Value(99)) / Value(100)
    price = F("current_version__reward_minor_units") + fee + tax
    return ExpressionWrapper(price, output_field=IntegerField())
