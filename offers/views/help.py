"""Short pages in plain words: how the shop works, and what it promises."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

# Address, then heading; the words are in templates/offers/help/.
PAGES = {
    "how-ordering-works": "How ordering works",
    "prices-and-refunds": "Prices and refunds",
    "what-is-allowed": "What is allowed",
    "what-your-yes-means": "What your yes means",
    "how-to-stop": "How to stop sharing",
    "receipts": "Receipts",
    "accessibility": "Accessibility",
    "privacy": "Privacy notice",
}
FOR_OWNERS = ("what-your-yes-means", "how-to-stop", "receipts")


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in PAGES:
        raise Http404
    others = [
        {"slug": other, "title": title}
        for other, title in PAGES.items()
        if other != slug and (other in FOR_OWNERS) == (slug in FOR_OWNERS)
    ]
    context = {"title": PAGES[slug], "others": others}
    return render(request, f"offers/help/{slug}.html", context)
