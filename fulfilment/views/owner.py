"""My data: what an owner shares now, one yes and how to stop it, earnings, who looked."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.http import MarketplaceRequest
from common.htmx import is_htmx
from common.language import gettext as _
from fulfilment.access.owner import acceptance_of
from fulfilment.actions import acceptances, debits, returning
from fulfilment.queries import owner as queries
from fulfilment.queries import owner_log
from fulfilment.queries.acceptances import confirm_page_url
from fulfilment.queries.owner_pages import acceptance_page, home_page
from fulfilment.queries.receipts import receipt_of
from hats.access import hat_owner_for

PER_PAGE = 25
NO_CONTENT = 204


@require_safe
def owner_home(request: MarketplaceRequest) -> HttpResponse:
    """All of it at a glance."""
    owner = hat_owner_for(request.user)
    context = home_page(owner, at=timezone.now())
    return render(request, "fulfilment/owner_home.html", context)


@require_safe
def owner_acceptance(request: MarketplaceRequest, uid: uuid.UUID) -> HttpResponse:
    """One yes: where it stands, what was agreed, what happened; polled while it moves."""
    acceptance = acceptance_of(hat_owner_for(request.user), uid)
    share = queries.share_of(acceptance, at=timezone.now())
    if is_htmx(request):
        is_unchanged = request.GET.get("seen") == share.standing.key
        return HttpResponse(status=NO_CONTENT) if is_unchanged else HttpResponseClientRefresh()
    context = acceptance_page(share)
    return render(request, "fulfilment/owner_acceptance.html", context)


@require_POST
def owner_confirm(request: MarketplaceRequest, uid: uuid.UUID) -> HttpResponse:
    """Lead the owner to the HAT's own page; what came of it is read from the HAT."""
    acceptance = acceptance_of(hat_owner_for(request.user), uid)
    debits.check_soon(acceptance=acceptance, at=timezone.now())
    # Both ways back lead to the same page, which finds out by itself.
    here = settings.SITE_URL + reverse("fulfilment:owner-acceptance", args=[uid])
    return redirect(confirm_page_url(acceptance, back=here, fallback=here))


@require_POST
def owner_check(request: MarketplaceRequest, uid: uuid.UUID) -> HttpResponse:
    """The owner is back, or wants to know: have the HAT read now."""
    acceptance = acceptance_of(hat_owner_for(request.user), uid)
    returning.look_now(acceptance=acceptance, at=timezone.now())
    if is_htmx(request):
        return HttpResponse(status=NO_CONTENT)
    return redirect("fulfilment:owner-acceptance", uid=uid)


@require_POST
def owner_withdraw(request: MarketplaceRequest, uid: uuid.UUID) -> HttpResponse:
    """Stop sharing: one press, no reason, no password."""
    acceptance = acceptance_of(hat_owner_for(request.user), uid)
    acceptances.withdraw_acceptance(acceptance=acceptance, at=timezone.now())
    messages.success(request, _("You stopped sharing. Nothing more is read."))
    return redirect("fulfilment:owner-acceptance", uid=uid)


@require_safe
def owner_receipt(request: MarketplaceRequest, uid: uuid.UUID) -> HttpResponse:
    """The whole consent record, to keep."""
    acceptance = acceptance_of(hat_owner_for(request.user), uid)
    response = JsonResponse(
        receipt_of(acceptance), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="receipt-{acceptance.uid}.json"'
    return response


@require_safe
def owner_shares_over(request: MarketplaceRequest) -> HttpResponse:
    """What was stopped, lapsed or ended."""
    owner = hat_owner_for(request.user)
    page = Paginator(queries.shares_over(owner), PER_PAGE).get_page(request.GET.get("page"))
    shares = queries.shares_of(page.object_list, at=timezone.now())
    return render(request, "fulfilment/owner_over.html", {"page": page, "shares": shares})


@require_safe
def owner_earnings(request: MarketplaceRequest) -> HttpResponse:
    """What was earned, for what, and where the money is."""
    owner = hat_owner_for(request.user)
    page = Paginator(queries.rewards_of(owner), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "earnings": queries.earnings_of(owner)}
    return render(request, "fulfilment/owner_earnings.html", context)


@require_safe
def owner_access_log(request: MarketplaceRequest) -> HttpResponse:
    """Everybody who looked at this owner's data, and when."""
    owner = hat_owner_for(request.user)
    page = Paginator(owner_log.looks_at(owner), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "looks": owner_log.in_words(page.object_list)}
    return render(request, "fulfilment/owner_access_log.html", context)
