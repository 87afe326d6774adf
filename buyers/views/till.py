"""The sandbox till's own page: another house in the demo, which takes no real money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from buyers.forms import TillForm
from buyers.models import TillSessionStatus
from buyers.payments import till
from common.money import Money

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, reference: str) -> HttpResponse:
    """Pay, decline, or go back without paying; the shop learns of it by webhook alone."""
    if settings.PAYMENT_GATEWAY != "till":
        raise Http404
    found = till.session_named(reference)
    form = TillForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        answer = form.cleaned_data["answer"]
        if answer == "pay":
            till.finish_session(reference, status=TillSessionStatus.PAID)
            return redirect(found.success_url)
        if answer == "decline":
            till.finish_session(reference, status=TillSessionStatus.DECLINED)
        return redirect(found.cancel_url)
    context = {
        "session": found,
        "amount": Money(found.amount_minor_units, found.currency),
        "is_open": found.status == TillSessionStatus.OPEN,
    }
    return render(request, "buyers/till_session.html", context)
