"""To the gateway's page and back. Nothing here decides whether an order is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from buyers import access
from buyers.actions import payments
from buyers.errors import OrderRefused
from buyers.models import OrderStatus, PaymentStatus
from buyers.queries import orders as queries
from common.htmx import page_or_fragment, redirect_to
from common.language import gettext as _

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import MarketplaceRequest


@require_POST
def order_pay(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Lead to the payment page, the same one for every click."""
    order = access.order_for(request.user, reference, need=Role.BUYER)
    pages = payments.Pages(
        success_url=settings.SITE_URL + reverse("buyers:order-paid", args=[reference]),
        cancel_url=settings.SITE_URL + reverse("buyers:order-detail", args=[reference]),
    )
    payment = payments.open_payment(
        order=order,
        gateway_name=settings.PAYMENT_GATEWAY,
        pages=pages,
        by=request.user,
        at=timezone.now(),
    )
    if not payment.checkout_url:
        raise OrderRefused(_("There is no payment page for this order. Nothing was charged."))
    return redirect(payment.checkout_url)


@require_safe
def order_paid(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Where the gateway sends the browser: says what we know, and changes nothing."""
    order = access.order_for(request.user, reference)
    payment = queries.last_payment(order)
    is_waiting = order.status == OrderStatus.AWAITING_PAYMENT
    if not is_waiting:
        return redirect_to(request, "buyers:order-detail", reference=reference)
    is_open = payment is not None and payment.status == PaymentStatus.OPEN
    context = {"order": order, "is_open": is_open}
    return page_or_fragment(
        request,
        page="buyers/order_paid.html",
        fragment="buyers/_order_paid.html",
        context=context,
    )
