"""What HATs can hold: pages for anybody who wonders what could be asked for."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.htmx import page_or_fragment
from offers import access
from offers.queries import data
from offers.views.visitors import kept_for_visitors

LONGEST_SEARCH = 100


@login_not_required
@require_safe
@kept_for_visitors
def data_list(request: HttpRequest) -> HttpResponse:
    """Every source, searched by words."""
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = data.found(words)
    context = {
        "words": words,
        "found": found,
        "kinds": sum(len(entries) for _, entries in found),
    }
    return page_or_fragment(
        request,
        page="offers/data/data_list.html",
        fragment="offers/data/_found.html",
        context=context,
    )


@login_not_required
@require_safe
@kept_for_visitors
def data_source(request: HttpRequest, namespace: str) -> HttpResponse:
    """One source, field by field."""
    source = access.data_source(namespace)
    found = [entries for one, entries in data.found("") if one.pk == source.pk]
    context = {"source": source, "entries": found[0] if found else []}
    page = "offers/data/data_source.html"
    return page_or_fragment(request, page=page, fragment=page, context=context)
