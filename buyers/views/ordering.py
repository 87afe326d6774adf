"""From the offer to an order: the form, and the approver's page."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import current_membership
from accounts.models import Role
from buyers import access
from buyers.actions import orders
from buyers.errors import OrderRefused, PriceChanged
from buyers.forms import ApprovalForm, OrderForm
from buyers.models import OrderStatus
from buyers.pricing import quote
from buyers.queries import orders as queries
from common.fields import WholeNumberField
from common.htmx import UNPROCESSABLE, is_htmx, page_or_fragment, redirect_to
from common.language import gettext as _
from common.signing_in import log_in_to, typed_before
from offers import limits
from offers.constants import MOST_PLACES, USUAL_PLACES

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from accounts.http import MarketplaceRequest
    from accounts.models import Membership
    from offers.models import OfferVersion


TERMS = ("purpose", "purpose_words", "retention_days", "country")


@log_in_to(gettext_lazy("Log in to order."), keeps=[*TERMS, "places"])
@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: MarketplaceRequest) -> HttpResponse:
    """Ask what for, how long, where and how many, at a price that follows at once."""
    membership = current_membership(request, need=Role.BUYER)
    version = access.version_to_order(request.GET.get("offer", ""), number=_shown(request.POST))
    if request.method == "POST":
        return _placed(request, membership, version)
    orders.require_on_sale(version)
    typed = {} if is_htmx(request) else typed_before(request)
    asked_for = typed.pop("places", request.GET.get("places", ""))
    initial = {
        "form_key": uuid.uuid4(),
        "version": version.number,
        "places": _places(asked_for, version),
        "retention_days": limits.nearest_retention(version.longest_retention_days),
        "country": membership.organisation.country,
        "only_new_people": True,
        **_terms_of(request, version),
        **typed,
    }
    # The price alone, which htmx asks for, is the same whoever has agreed before.
    form = _form(membership, version, initial=initial, asks_earlier=not is_htmx(request))
    return _form_page(request, membership, version, form)


def _form(
    membership: Membership, version: OfferVersion, *, asks_earlier: bool = True, **kwargs: Any
) -> OrderForm:
    has_earlier = asks_earlier and queries.has_earlier(membership.organisation, version)
    return OrderForm(offer_version=version, has_earlier=has_earlier, **kwargs)


def _terms_of(request: MarketplaceRequest, version: OfferVersion) -> dict[str, Any]:
    """What was said in the order that this one is to be like; the form asks what fits no more.

    :raises NotFound: ``like`` names no order of this offer that the person may see.
    """
    like = request.GET.get("like", "")
    if not like:
        return {}
    line = access.line_to_repeat(request.user, like, offer=version.offer_id)
    return {name: getattr(line, name) for name in TERMS}


def _placed(
    request: MarketplaceRequest, membership: Membership, version: OfferVersion
) -> HttpResponse:
    form = _form(membership, version, data=request.POST)
    if not form.is_valid():
        return _form_page(request, membership, version, form)
    try:
        order = orders.place_order(
            membership=membership,
            version=version,
            wishes=form.wishes,
            agreed=form.agreed_total,
            form_key=form.cleaned_data["form_key"],
            tax_percent=settings.FEE_TAX_PERCENT,
            at=timezone.now(),
        )
    except PriceChanged as refusal:
        form.add_error("places", refusal.sentence)
    except OrderRefused as refusal:
        form.add_error(None, refusal.sentence)
    else:
        return redirect_to(request, "buyers:order-detail", reference=order.reference)
    return _form_page(request, membership, version, form)


def _form_page(
    request: MarketplaceRequest, membership: Membership, version: OfferVersion, form: OrderForm
) -> HttpResponse:
    places = _places(str(form["places"].value() or ""), version)
    price = quote(version.reward, version.fee, places=places, tax_percent=settings.FEE_TAX_PERCENT)
    limit = membership.organisation.approval_above_minor_units
    context = {
        "organisation": membership.organisation,
        "version": version,
        "form": form,
        "quote": price,
        "tax_percent": settings.FEE_TAX_PERCENT,
        "most_places": MOST_PLACES,
        "waiting": None if is_htmx(request) else queries.waiting_order(request.user, version),
        "goes_to_approver": limit is not None
        and price.total.minor_units > limit
        and membership.role == Role.BUYER,
    }
    return page_or_fragment(
        request,
        page="buyers/order_new.html",
        fragment="buyers/_order_summary.html",
        context=context,
        status=UNPROCESSABLE if form.is_bound else 200,
    )


def _places(text: str, version: OfferVersion) -> int:
    """A number of people the offer allows: what was asked for, or the nearest there is."""
    try:
        asked = WholeNumberField(required=False).clean(text)
    except ValidationError:
        asked = None
    return min(max(asked or USUAL_PLACES, version.smallest_group), MOST_PLACES)


def _shown(posted: QueryDict) -> int | None:
    """The number of the version that the form was about."""
    text = posted.get("version") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004


@require_http_methods(["GET", "HEAD", "POST"])
def order_approve(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """An approver reads what is to be spent on what, and agrees or not."""
    order = access.order_for(request.user, reference, need=Role.APPROVER)
    form = ApprovalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["decision"] == "approve":
            orders.approve_order(order=order, by=request.user, at=timezone.now())
            messages.success(request, _("Approved. The order can be paid now."))
        else:
            orders.decline_order(order=order, by=request.user, at=timezone.now())
            said = _("Not approved. The order is cancelled; nothing was paid.")
            messages.success(request, said)
        return redirect("buyers:order-detail", reference=reference)
    context = {
        "order": order,
        "line": queries.line_of(order),
        "is_waiting": order.status == OrderStatus.AWAITING_APPROVAL,
    }
    return render(request, "buyers/order_approve.html", context)
