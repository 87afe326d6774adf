"""Public pages of organisations that have offers on the shelf."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from offers import access
from offers.queries import publishers
from offers.views.visitors import kept_for_visitors

OFFERS_ON_A_PAGE = 12


@login_not_required
@require_safe
@kept_for_visitors
def publisher(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = access.publisher(slug)
    offers = publishers.offers_of(organisation, tax_percent=settings.FEE_TAX_PERCENT)
    context = {
        "organisation": organisation,
        "facts": publishers.facts(organisation),
        "site": publishers.site_name(organisation),
        "page": Paginator(offers, OFFERS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "offers/publisher.html", context)
