"""The public shop: the catalogue, an offer's page, its sample."""

import json
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from accounts.models import Organisation
from common.htmx import is_htmx, page_or_fragment
from common.language import gettext as _
from common.language import in_english
from offers import access, exports, pricing
from offers.constants import MOST_PLACES, USUAL_PLACES, file_formats, never_use
from offers.forms import PlacesForm, SearchForm
from offers.models import Category, Offer, OfferStatus, OfferVersion
from offers.queries import catalogue, estimating, linked_data, pages, quality
from offers.queries.facets import Choice
from offers.queries.instead import instead_of
from offers.queries.questions import first_questions
from offers.queries.releases import releases_of
from offers.queries.reviews import bars, newest_reviews
from offers.queries.similar import similar_offers
from offers.queries.stated import stated
from offers.tables import columns_of, tables_of
from offers.views.addresses import chips, clean
from offers.views.documents import absolute, as_script
from offers.views.estimate import estimate_of
from offers.views.kept import Facts, kept_body
from offers.views.seen import remember
from offers.views.visitors import is_visitor, kept_for_visitors

OFFERS_ON_A_PAGE = 12
SHELF = reverse_lazy("offers:offer-list")
SHOWN_ON_CARDS = ("name", "kind", "city", "country", "status", "verified_at")


@login_not_required
@require_safe
@kept_for_visitors
def offer_list(request: HttpRequest) -> HttpResponse:
    return _shelf_answer(request)


@login_not_required
@require_safe
@kept_for_visitors
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The shelf of one subject, with words and an address of its own."""
    return _shelf_answer(request, access.topic(slug))


def _shelf_answer(request: HttpRequest, subject: Category | None = None) -> HttpResponse:
    address = clean(request.GET)
    if subject:
        address.pop("category", None)
    here = f"{request.path}?{address.urlencode()}" if address else request.path
    if _wants_part(request):
        part, context = "offers/_results_update.html", _shelf(address, subject)
        return push_url(page_or_fragment(request, page=part, fragment=part, context=context), here)
    if len(address) != len(request.GET):
        return redirect(here)  # a form without script sends its empty fields too
    page = "offers/offer_list.html"
    make = partial(_shelf_page, request, address, subject)
    facts = make() if is_visitor(request) else kept_body(request, make)  # a visitor's is kept whole
    return page_or_fragment(request, page=page, fragment=page, context=facts)


def _shelf_page(request: HttpRequest, address: QueryDict, subject: Category | None) -> Facts:
    context = _shelf(address, subject) | {"request": request}
    return {
        "words": context["search"].words,
        "topic": subject.label if subject else "",
        "about": subject.lead if subject else "",
        "feed": f"{reverse('offers:feed')}?{context['address']}",
        "body": render_to_string("offers/_catalogue.html", context),
    }


def _shelf(address: QueryDict, subject: Category | None) -> dict[str, Any]:
    form = SearchForm(address)
    search, whole = form.search(), address.copy()
    if subject:
        whole["category"] = subject.slug
        search = replace(search, chosen={**search.chosen, "category": [subject.slug]})
    found = catalogue.find(search, tax_percent=settings.FEE_TAX_PERCENT)
    groups = [facet for facet in found.facets if not (subject and facet.key == "category")]
    whole.pop("page", None)
    return {
        "form": form,
        "search": search,
        "here": reverse("offers:topic", args=[subject.slug]) if subject else SHELF,
        "topic": subject,
        "topics": _topics(found) if not subject and not address else [],
        "address": whole.urlencode(),
        "is_unread": found.is_unread,
        "instead": instead_of(search, found, tax_percent=settings.FEE_TAX_PERCENT),
        "sorts": {k: _(v) for k, v in catalogue.SORTS.items() if k != "best" or search.words},
        "usual": catalogue.usual_sort(search.words),
        "facets": groups,
        "chips": chips(address, search, groups),
        "page": found.pages(OFFERS_ON_A_PAGE).get_page(address.get("page")),
        "on_sale": found.on_sale,
    }


def _topics(found: catalogue.Catalogue) -> list[Choice]:
    """The subjects that have offers, for the front of the shop."""
    subjects = next(facet for facet in found.facets if facet.key == "category")
    return [choice for choice in subjects.choices if choice.count]


@login_not_required
@require_safe
@kept_for_visitors
def offer_detail(request: HttpRequest, slug: str) -> HttpResponse:
    if _wants_part(request):
        context, part = _order_part(request, access.offer_to_show(slug)), "offers/_quote.html"
        return page_or_fragment(request, page=part, fragment=part, context=context)
    remember(request, slug)
    if is_visitor(request):
        facts = _offer_page(request, slug, None)  # kept whole already
    else:
        facts = _offer_page_kept(request, slug)
    page = "offers/offer_detail.html"
    return page_or_fragment(request, page=page, fragment=page, context=facts)


def _offer_page_kept(request: HttpRequest, slug: str) -> Facts:
    """The page for who is logged in: its card names the organisation they work for."""
    organisation, stamp = _organisation_and_stamp(request)
    about = organisation and tuple(getattr(organisation, name) for name in SHOWN_ON_CARDS)
    make = partial(_offer_page, request, slug, organisation)
    return kept_body(request, make, about=about, stamp=stamp)


@login_not_required
@require_safe
def sample_download(request: HttpRequest, slug: str) -> HttpResponse:
    """The invented sample: one table as ``?format=csv&table=``, or all of it as ``jsonl``."""
    offer = access.offer_to_show(slug)
    version = offer.current_version
    assert version
    tables = tables_of(columns_of(pages.fields_of(version)))
    table = request.GET.get("table") or next(iter(tables), "")
    if table not in tables:
        raise Http404
    if request.GET.get("format") == "jsonl":
        content = exports.sample_json_lines(version.sample, [*tables], reference=offer.reference)
        media_type, name = "application/jsonl", f"{offer.reference}-invented.jsonl"
    else:
        content = exports.sample_csv(version.sample, tables[table], reference=offer.reference)
        media_type, name = "text/csv", f"{offer.reference}-{table}-invented.csv"
    response = HttpResponse(content, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; going back, it asks for the whole page by the same header."""
    return is_htmx(request) and request.headers.get("HX-History-Restore-Request") != "true"


def _order_part(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    """The live part of the order box, with when it is likely full."""
    box = _order_box(request, offer)
    return {**estimate_of(offer, None, places=box["form"].number), **box}


def _order_box(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    version = offer.current_version
    assert version
    asked = request.GET if "places" in request.GET else None
    form = PlacesForm(asked, smallest=version.smallest_group, usual=USUAL_PLACES)
    places, tax = form.number, settings.FEE_TAX_PERCENT
    quote = pricing.quote(
        version.reward, version.fee, places=places or version.smallest_group, tax_percent=tax
    )
    return {
        "offer": offer,
        "version": version,
        "form": form,
        "quote": quote,
        "pilot": pricing.quote(
            version.reward, version.fee, places=version.smallest_group, tax_percent=tax
        ),
        "has_total": places is not None,
        "tax_percent": tax,
        "most_places": MOST_PLACES,
        "is_on_sale": offer.status == OfferStatus.LISTED,
    }


def _offer_page(request: HttpRequest, slug: str, organisation: Organisation | None) -> Facts:
    offer = access.offer_to_show(slug)
    context = _order_box(request, offer)
    version: OfferVersion = context["version"]
    releases, outcomes = releases_of(offer), estimating.outcomes_about(offer)
    fields = pages.fields_of(version)  # loaded with the releases
    context |= {
        "tables": pages.tables(version, fields),
        "stated": stated(version, fields),
        "card": pages.preview_card(version, fields, organisation=organisation),
        "organisation": organisation,
        "purposes": [pages.purpose_label(purpose) for purpose in version.purposes],
        "never": [never_use(use) for use in version.never],
        "releases": releases,
        "questions": first_questions(offer),
        "reviews": newest_reviews(offer),
        "review_bars": bars(offer.rating),
        "similar": similar_offers(offer, version, tax_percent=settings.FEE_TAX_PERCENT),
        "bundle_text": json.dumps(version.bundle, indent=2, ensure_ascii=False),
        "request": request,
        "formats": file_formats(),
        "measures": quality.measures([one for one in outcomes if one.offer_id == offer.pk]),
        **estimate_of(offer, None, outcomes=outcomes, places=context["form"].number),
    }
    body = render_to_string("offers/_offer.html", context)
    with in_english():
        linked = linked_data.dataset(offer, list(fields), absolute=absolute)
    return {
        "title": version.title,
        "summary": version.summary,
        "linked": as_script(linked),
        "croissant": reverse("offers:croissant", args=[offer.slug]),
        "is_private": "yes" if offer.is_private else "",
        "body": body,
    }


def _organisation_and_stamp(request: HttpRequest) -> tuple[Organisation | None, UUID | None]:
    slug = request.session.get("organisation_slug", "")
    if not slug or not request.user.is_authenticated:
        return None, None
    return pages.own_organisation_and_stamp(request.user, slug)
