"""An organisation's orders: the list, one order, its progress, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import current_membership
from accounts.constants import country_name
from accounts.models import Role
from buyers import access
from buyers.actions import lines, orders
from buyers.queries import orders as queries
from common.errors import InvalidTransition
from common.htmx import is_htmx
from common.language import gettext as _
from common.signing_in import log_in_to

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import MarketplaceRequest
    from buyers.models import Order, OrderLine

_PER_PAGE = 20


@log_in_to(gettext_lazy("Log in to see your orders."))
@require_safe
def order_list(request: MarketplaceRequest) -> HttpResponse:
    """Every order of the organisation, newest first."""
    membership = current_membership(request)
    page = Paginator(queries.orders_of(membership.organisation), _PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"organisation": membership.organisation, "page": page}
    return render(request, "buyers/order_list.html", context)


@log_in_to(gettext_lazy("Log in to see this order."))
@require_safe
def order_detail(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Where the order stands, how full it is, where its money is, what needs whom now."""
    order = access.order_for(request.user, reference)
    line = queries.line_of(order)
    entries = queries.entries_of(order, line)
    payment = queries.last_payment(order)
    context = _progress(request, order, line)
    context |= {
        "steps": queries.timeline(
            order, line, entries, likely_full_at=context["progress"].likely_full_at
        ),
        "events": queries.latest(entries),
        "dataset_reference": queries.dataset_reference(line),
        "was_declined": queries.was_declined(order, payment),
        "country": country_name(line.country),
    }
    return render(request, "buyers/order_detail.html", context)


@require_safe
def order_progress(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """The moving part of the order page; asked for on its own it leads to the whole page."""
    order = access.order_for(request.user, reference)
    if not is_htmx(request):
        return redirect("buyers:order-detail", reference=reference)
    context = _progress(request, order, queries.line_of(order))
    return render(request, "buyers/_order_progress.html", context)


def _progress(request: MarketplaceRequest, order: Order, line: OrderLine) -> dict[str, Any]:
    return {
        "order": order,
        "line": line,
        "empty": line.places - line.places_taken,
        "may": access.may(request.user, order=order, line=line),
        "progress": queries.progress_of(line, at=timezone.now()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def order_cancel(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Cancel an order to which nobody has said yes, after asking once."""
    order = access.order_for(request.user, reference, need=Role.BUYER)
    line = queries.line_of(order)
    if request.method == "POST":
        orders.cancel_order(order=order, by=request.user, at=timezone.now())
        messages.success(request, _("Cancelled. What was paid goes back the way it came."))
        return redirect("buyers:order-detail", reference=reference)
    if not access.may(request.user, order=order, line=line).cancel:
        raise InvalidTransition(_("This order cannot be cancelled any more."))
    return render(request, "buyers/order_cancel.html", {"order": order, "line": line})


@require_http_methods(["GET", "HEAD", "POST"])
def order_close(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Take no more people, and have the empty places refunded, after asking once."""
    order = access.order_for(request.user, reference, need=Role.BUYER)
    line = queries.line_of(order)
    if request.method == "POST":
        lines.close_line(order_line=line, by=request.user, at=timezone.now())
        messages.success(request, _("Closed. Empty places are refunded by themselves."))
        return redirect("buyers:order-detail", reference=reference)
    if not access.may(request.user, order=order, line=line).close:
        raise InvalidTransition(_("This order cannot be closed now."))
    empty = line.places - line.places_taken
    context = {"order": order, "line": line, "empty": empty}
    context["refund"] = line.price_of_place.times(empty)
    return render(request, "buyers/order_close.html", context)
