"""Moderators: work that is stuck, and setting it going again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_moderator
from accounts.http import MarketplaceRequest
from buyers.actions import refunds
from common.language import gettext as _
from fulfilment.access import staff as access
from fulfilment.actions import leases, retrievals, stuck
from fulfilment.queries import stuck as queries


@require_safe
def stuck_work(request: MarketplaceRequest) -> HttpResponse:
    """Readings and effects that were given up, and refunds that failed; nobody is named."""
    require_moderator(request.user)
    context = {
        "retrievals": list(queries.parked_retrievals()[: queries.MOST_SHOWN]),
        "effects": list(queries.parked_messages()[: queries.MOST_SHOWN]),
        "refunds": list(queries.failed_refunds()[: queries.MOST_SHOWN]),
        "most_shown": queries.MOST_SHOWN,
    }
    return render(request, "fulfilment/stuck_work.html", context)


@require_POST
def stuck_retrieval(request: MarketplaceRequest, number: int) -> HttpResponse:
    """Read a HAT again that could not be read."""
    retrieval, now = access.retrieval_for(request.user, number), timezone.now()
    leases.retry_parked(retrieval=retrieval, by=request.user, at=now)
    retrievals.hint(at=now)
    messages.success(request, _("Reading {number} is due again.").format(number=number))
    return redirect("fulfilment:stuck-work")


@require_POST
def stuck_effect(request: MarketplaceRequest, number: int) -> HttpResponse:
    """Try an effect again that was given up."""
    message = access.message_for(request.user, number)
    stuck.retry_effect(message=message, by=request.user, at=timezone.now())
    messages.success(request, _("Effect {number} is tried again.").format(number=number))
    return redirect("fulfilment:stuck-work")


@require_POST
def stuck_refund(request: MarketplaceRequest, number: int) -> HttpResponse:
    """Send money back once more."""
    refund = access.refund_for(request.user, number)
    refunds.send_again(refund=refund, by=request.user, at=timezone.now())
    words = _("The refund of {amount} is sent again.")
    messages.success(request, words.format(amount=refund.amount))
    return redirect("fulfilment:stuck-work")
