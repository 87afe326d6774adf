"""The shelf for machines: feeds, documents of linked data, the map of the site."""

import json
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from common.machines import for_machines
from offers import access
from offers.forms import search_at
from offers.models import Category, Offer
from offers.queries import catalogue, linked_data, pages
from offers.queries.catalogue import Search
from offers.queries.mapping import offers_for_map
from offers.views.addresses import clean, words_for
from offers.views.documents import absolute, for_xml

ENTRIES = 30
DATASETS_ON_A_PAGE = 100
ADDRESSES_ON_A_MAP = 10_000  # a fifth of what sitemaps.org allows, read 26 November 2026
KEPT_SECONDS = 300
MAP_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

T = TypeVar("T")


@for_machines
@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest offers, of the whole shelf or of a search: takes the catalogue's parameters."""
    address = clean(request.GET)
    for said in ("page", "sort"):
        address.pop(said, None)
    address["sort"] = "newest"
    search = search_at(address.urlencode())
    found = catalogue.find(search, tax_percent=settings.FEE_TAX_PERCENT)
    shop = absolute(f"{reverse('offers:offer-list')}?{address.urlencode()}")
    atom = Atom1Feed(
        title=for_xml(f"{words_for(search)}: new on HAT Market"),
        link=shop,
        description="",
        feed_url=absolute(request.get_full_path()),
        language="en-gb",
    )
    for offer in found.offers[:ENTRIES]:
        _entry(atom, offer)
    text = atom.writeString("utf-8")
    return _kept(HttpResponse(text, content_type="application/atom+xml; charset=utf-8"))


@for_machines
@login_not_required
@require_safe
def croissant(_request: HttpRequest, slug: str) -> HttpResponse:
    offer = access.offer_to_show(slug)
    assert offer.current_version
    fields = list(pages.fields_of(offer.current_version))
    answer = _linked(linked_data.croissant(offer, fields, absolute=absolute))
    if offer.is_private:  # its address ends at once when its code is renewed
        answer["Cache-Control"] = "private, no-store"
    return answer


@for_machines
@login_not_required
@require_safe
def dcat(request: HttpRequest) -> HttpResponse:
    """The whole shelf, a hundred datasets a page, newest first."""
    found = catalogue.find(Search(), tax_percent=settings.FEE_TAX_PERCENT)
    page = _page_of(Paginator(found.offers, DATASETS_ON_A_PAGE), request)
    here = absolute(reverse("offers:dcat"))
    following = f"{here}?page={page.next_page_number()}" if page.has_next() else ""
    document = linked_data.dcat_catalogue(
        list(page.object_list),
        total=found.total,
        here=here if page.number == 1 else f"{here}?page={page.number}",
        following=following,
        absolute=absolute,
    )
    return _linked(document)


@for_machines
@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The public pages; where one file is too small for all, the first is a list of the others."""
    paging = Paginator(offers_for_map(), ADDRESSES_ON_A_MAP)
    if "page" not in request.GET and paging.num_pages > 1:
        maps = [f"{reverse('offers:sitemap')}?page={number}" for number in paging.page_range]
        return _xml("sitemapindex", [f"<sitemap>{_loc(path)}</sitemap>" for path in maps])
    page = _page_of(paging, request)
    rows = [
        f"<url>{_loc(reverse('offers:offer-detail', args=[slug]))}"
        f"<lastmod>{published_at.date().isoformat()}</lastmod></url>"
        for slug, published_at in page.object_list
    ]
    return _xml("urlset", [*(_front() if page.number == 1 else []), *rows])


@for_machines
@login_not_required
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /compare/",
        "Disallow: /saved/",
        f"Sitemap: {absolute(reverse('offers:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _entry(atom: Atom1Feed, offer: Offer) -> None:
    version = offer.current_version
    assert version
    page = absolute(reverse("offers:offer-detail", args=[offer.slug]))
    atom.add_item(
        title=for_xml(version.title),
        link=page,
        description=for_xml(version.summary),
        unique_id=f"{page}#{version.number}",
        pubdate=version.published_at,
        updateddate=version.published_at,
        categories=[for_xml(offer.category.name)],
        author_name=for_xml(linked_data.publisher_of(offer)),
    )


def _front() -> list[str]:
    topics = Category.objects.order_by("position", "pk").values_list("slug", flat=True)
    paths = [reverse("offers:home"), reverse("offers:offer-list")]
    paths += [reverse("offers:topic", args=[slug]) for slug in topics]
    return [f"<url>{_loc(path)}</url>" for path in paths]


def _loc(path: str) -> str:
    return f"<loc>{escape(absolute(path))}</loc>"


def _xml(root: str, rows: list[str]) -> HttpResponse:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    text = f'{head}<{root} xmlns="{MAP_SPACE}">\n{chr(10).join(rows)}\n</{root}>\n'
    return _kept(HttpResponse(text, content_type="application/xml; charset=utf-8"))


def _page_of(paging: Paginator[T], request: HttpRequest) -> Page[T]:
    """The page that ``?page=`` names, or the first.

    :raises Http404: there is none of that number.
    """
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= paging.num_pages):
        raise Http404
    return paging.page(int(asked))


def _linked(document: dict[str, Any]) -> HttpResponse:
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return _kept(HttpResponse(text, content_type="application/ld+json; charset=utf-8"))


def _kept(response: HttpResponse) -> HttpResponse:
    """The same for everybody, so others may keep it for a few minutes."""
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
