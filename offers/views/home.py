"""The front of the market: what this is, for buyers and for people, in one screen."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from offers.queries import catalogue, front
from offers.views.kept import Facts, kept_body
from offers.views.visitors import is_visitor, kept_for_visitors_with


@login_not_required
@require_safe
@kept_for_visitors_with(front.counters)
def home(request: HttpRequest) -> HttpResponse:
    if request.GET:  # the catalogue was here once, and its addresses were sent around
        query = request.GET.urlencode()
        return redirect(f"{reverse('offers:offer-list')}?{query}", permanent=True)
    counters = front.counters()
    facts = (
        _body(request, counters)  # kept whole already
        if is_visitor(request)
        else kept_body(request, lambda: _body(request, counters), about=counters)
    )
    return render(request, "offers/home.html", dict(facts))


def _body(request: HttpRequest, counters: front.Counters) -> Facts:
    context: dict[str, Any] = {
        "counters": counters,
        "subjects": front.subjects(),
        "featured": front.featured(timezone.now().date(), tax_percent=settings.FEE_TAX_PERCENT),
        "most_ordered": front.most_ordered(tax_percent=settings.FEE_TAX_PERCENT),
        "newest": front.newest(tax_percent=settings.FEE_TAX_PERCENT),
        "on_sale": catalogue.offers_on_sale().count(),
        "request": request,
    }
    return {"body": render_to_string("offers/_home.html", context)}
