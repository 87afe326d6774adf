"""The catalogue for machines: the same searches and prices as the pages, read-only and open."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from common.machines import for_machines
from common.money import Money
from common.templatetags.ui import band
from offers import access, pricing
from offers.forms import SearchForm
from offers.models import Offer, OfferField, OfferVersion
from offers.queries import catalogue, pages
from offers.queries.hits import HitPaginator

ROWS = 50


class OfferPages(PageNumberPagination):
    """Fifty offers a page; ``page=`` beyond the last is 404."""

    page_size = ROWS


class OpenView(APIView):
    """Anybody may read; nobody is logged in by it, so everybody's requests are counted."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (AnonRateThrottle,)

    @for_machines
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As it is, and in one language."""
        return super().dispatch(request, *args, **kwargs)


class OfferList(OpenView):
    """``GET /api/v1/offers/``: takes the parameters of the catalogue's address."""

    def get(self, request: Request) -> Response:
        search = SearchForm(request.GET).search()
        found = catalogue.find(search, tax_percent=settings.FEE_TAX_PERCENT)
        paging = OfferPages()
        counted = partial(HitPaginator, total=found.total)
        paging.django_paginator_class = counted  # type: ignore[assignment]  # called as the class is
        offers = paging.paginate_queryset(found.offers, request, view=self)
        return paging.get_paginated_response([_row(request, offer) for offer in offers or []])


class OfferDetail(OpenView):
    """``GET /api/v1/offers/HM-…/``: one offer with its dictionary, definition and sample."""

    def get(self, request: Request, reference: str) -> Response:
        offer = access.offer_by_reference(reference)
        version = _version(offer)
        fields = pages.fields_of(version)
        more = {
            "description": version.description,
            "for_people": version.for_people,
            "never": version.never,
            "fields": [_field(field) for field in fields],
            "use_cases": version.use_cases,
            "examples": version.examples,
            "bundle": version.bundle,
            "conditions": version.conditions,
            "sample": version.sample,
            "content_hash": version.content_hash,
            "versions": [
                {"number": v.number, "status": v.status, "published_at": v.published_at}
                for v in pages.published_versions(offer)
            ],
        }
        return Response(_row(request, offer) | more)


def _version(offer: Offer) -> OfferVersion:
    assert offer.current_version
    return offer.current_version


def _row(request: HttpRequest | Request, offer: Offer) -> dict[str, Any]:
    version = _version(offer)
    quote = pricing.quote(
        version.reward, version.fee, places=1, tax_percent=settings.FEE_TAX_PERCENT
    )
    return {
        "reference": offer.reference,
        "url": request.build_absolute_uri(reverse("offers:offer-detail", args=[offer.slug])),
        "status": offer.status,
        "version": version.number,
        "title": version.title,
        "summary": version.summary,
        "category": offer.category.slug,
        "publisher": offer.publisher.name if offer.publisher else None,
        "people_available": band(offer.people_available),
        "price_per_person": _money(quote.per_person),
        "reward": _money(quote.reward_each),
        "fee": _money(quote.fee_each),
        "tax": _money(quote.tax_each),
        "collection": version.collection,
        "period_days": version.period_days,
        "smallest_group": version.smallest_group,
        "purposes": version.purposes,
        "special_category": version.special_category,
        "precise_location": version.precise_location,
        "coverage": {
            "record_kinds": version.record_kinds,
            "freshness": version.freshness or None,
            "reaches_back_days": version.reaches_back_days,
            "usual_records": version.usual_records,
            "people_and_places": version.coverage or None,
        },
    }


def _field(field: OfferField) -> dict[str, Any]:
    return {
        "table": field.table,
        "path": field.path,
        "name": field.name,
        "meaning": field.meaning,
        "kind": field.kind,
        "unit": field.unit,
        "example": field.example,
        "may_be_missing": field.may_be_missing,
    }


def _money(money: Money) -> dict[str, Any]:
    return {"minor_units": money.minor_units, "currency": money.currency}
