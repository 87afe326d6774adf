"""Short pages in plain words: how the shop works, and what it promises."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.language import gettext as _
from common.language import gettext_noop
from offers.constants import MOST_PLACES
from offers.forms import DecisionForm
from offers.models import Purpose
from offers.queries.fees import fees_by_subject

# Address, then heading; the words are in templates/offers/help/.
PAGES = {
    "how-ordering-works": gettext_noop("How ordering works"),
    "prices-and-refunds": gettext_noop("Prices and refunds"),
    "fees": gettext_noop("All fees in one table"),
    "what-is-allowed": gettext_noop("What is allowed"),
    "criteria-for-offers": gettext_noop("What an offer has to fulfil"),
    "what-your-yes-means": gettext_noop("What your yes means"),
    "how-you-are-paid": gettext_noop("How you are paid and protected"),
    "how-to-stop": gettext_noop("How to stop sharing"),
    "receipts": gettext_noop("Receipts"),
    "words": gettext_noop("Words explained"),
    "accessibility": gettext_noop("Accessibility"),
    "privacy": gettext_noop("Privacy notice"),
}
FOR_OWNERS = ("what-your-yes-means", "how-you-are-paid", "how-to-stop", "receipts")
FOR_EVERYBODY = ("words",)


def _fees() -> Mapping[str, Any]:
    tax = settings.FEE_TAX_PERCENT
    return {
        "subjects": fees_by_subject(tax_percent=tax),
        "tax_percent": tax,
        "most_places": MOST_PLACES,
    }


def _criteria() -> Mapping[str, Any]:
    return {"purposes": Purpose.labels, "reasons": [_(reason) for reason in DecisionForm.REASONS]}


# What a page shows besides its words.
FACTS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "fees": _fees,
    "criteria-for-offers": _criteria,
}


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in PAGES:
        raise Http404
    others = [
        {"slug": other, "title": _(title)}
        for other, title in PAGES.items()
        if other != slug and _belong_together(other, slug)
    ]
    context = {"title": _(PAGES[slug]), "others": others}
    facts = FACTS[slug]() if slug in FACTS else {}
    return render(request, f"offers/help/{slug}.html", context | dict(facts))


def _belong_together(other: str, slug: str) -> bool:
    is_for_all = other in FOR_EVERYBODY or slug in FOR_EVERYBODY
    return is_for_all or (other in FOR_OWNERS) == (slug in FOR_OWNERS)
