"""Offers like one: from the same kinds of data, or on the same subject."""

from django.db.models import QuerySet

from offers.models import Offer, OfferVersion
from offers.queries.catalogue import offers_on_sale
from offers.queries.publishers import with_price

MOST_SHOWN = 3
MOST_LOOKED_AT = 24  # of each kind, the newest
_ALIKE, _SUBJECT = 2, 1  # what a shared kind of data weighs, and what the subject does


def similar_offers(offer: Offer, version: OfferVersion, *, tax_percent: int) -> list[Offer]:
    """The most alike of the newest such offers, in one query; ties go to the newer one."""
    others = offers_on_sale().exclude(pk=offer.pk)
    by_subject = _newest(others.filter(category=offer.category_id))
    by_data = _newest(others.filter(current_version__endpoints__overlap=version.endpoints))
    alike = Offer.objects.filter(pk__in=by_subject.union(by_data))
    found = with_price(alike, tax_percent=tax_percent).defer(
        "current_version__bundle", "current_version__sample", "current_version__words"
    )
    wanted = set(version.endpoints)

    def likeness(other: Offer) -> tuple[int, int]:
        assert other.current_version
        shared = len(wanted.intersection(other.current_version.endpoints))
        same_subject = other.category_id == offer.category_id
        return shared * _ALIKE + same_subject * _SUBJECT, other.pk

    return sorted(found, key=likeness, reverse=True)[:MOST_SHOWN]


def _newest(offers: QuerySet[Offer]) -> QuerySet[Offer, int]:
    return offers.order_by("-pk").values_list("pk", flat=True)[:MOST_LOOKED_AT]
