"""Offers to an owner: the list, the card, the owner's own values, yes and no thanks."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MarketplaceRequest
from buyers.errors import LineFull, LineNotOpen
from buyers.models import OrderLine
from buyers.queries import owner_card_for
from common.htmx import page_or_fragment
from common.language import gettext as _
from fulfilment.access.owner import line_for_owner, standing_yes
from fulfilment.actions import acceptances, declines
from fulfilment.errors import CardChanged
from fulfilment.forms import AcceptForm
from fulfilment.queries import owner as queries
from fulfilment.queries.acceptances import bundle_of
from fulfilment.queries.own_values import tables_to_show
from hats.access import hat_owner_for
from hats.actions.holdings import own_values
from hats.errors import HatNotTrusted, HatRefused, HatUnreachable, NoHatAccess, OwnValuesUnavailable
from hats.models import HatOwner
from offers.cards import card_hash

PER_PAGE = 20
_NOT_SHOWN = (HatNotTrusted, HatRefused, HatUnreachable, NoHatAccess, OwnValuesUnavailable)


@require_safe
def owner_inbox(request: MarketplaceRequest) -> HttpResponse:
    """Open offers that this HAT can fill."""
    owner = hat_owner_for(request.user)
    offers = queries.inbox(owner, at=timezone.now())
    page = Paginator(offers, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "owner": owner}
    return render(request, "fulfilment/owner_inbox.html", context)


@require_safe
def owner_declined(request: MarketplaceRequest) -> HttpResponse:
    """What the owner said no to, and may think about again."""
    found = queries.declined_lines(hat_owner_for(request.user), at=timezone.now())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "fulfilment/owner_declined.html", {"page": page})


@require_safe
def owner_offer(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """The card and the two answers; or where the offer stands, if it takes no answer."""
    owner = hat_owner_for(request.user)
    line = line_for_owner(owner, reference)
    given = standing_yes(owner, line)
    if given is not None:
        return redirect("fulfilment:owner-acceptance", uid=given.uid)
    return render(request, "fulfilment/owner_offer.html", _offer_page(owner, line))


def _offer_page(owner: HatOwner, line: OrderLine) -> dict[str, Any]:
    card = owner_card_for(line)
    return {
        "owner": owner,
        "line": line,
        "organisation": line.order.organisation,
        "version": line.offer_version,
        "card": card,
        "form": AcceptForm(initial={"card_hash": card_hash(card)}, auto_id="accept_%s"),
        "is_open": queries.takes_answers(line, at=timezone.now()),
        "people_so_far": queries.people_so_far(line),
    }


@require_safe
def owner_values(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """The very values that would leave, read now from the HAT and kept nowhere."""
    owner = hat_owner_for(request.user)
    line = line_for_owner(owner, reference)
    version = line.offer_version
    context: dict[str, Any] = {"line": line, "version": version, "trouble": None}
    try:
        values = own_values(hat_owner=owner, bundle=bundle_of(version), at=timezone.now())
    except _NOT_SHOWN as trouble:
        context |= {"trouble": trouble, "needs_login": isinstance(trouble, NoHatAccess)}
    else:
        context["tables"] = tables_to_show(version, values)
    return page_or_fragment(
        request,
        page="fulfilment/owner_values.html",
        fragment="fulfilment/_owner_values.html",
        context=context,
    )


@require_POST
def owner_accept(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Yes, to the card that was read; the HAT asks once more."""
    owner = hat_owner_for(request.user)
    line = line_for_owner(owner, reference)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please read the card once more, then answer. Nothing was sent."))
        return redirect("fulfilment:owner-offer", reference=reference)
    try:
        acceptance = acceptances.accept_offer(
            order_line=line, hat_owner=owner, at=timezone.now(), **form.cleaned_data
        )
    except (CardChanged, LineFull, LineNotOpen) as refusal:
        messages.error(request, f"{refusal.sentence} {_('Nothing was shared.')}")
        return redirect("fulfilment:owner-offer", reference=reference)
    return redirect("fulfilment:owner-acceptance", uid=acceptance.uid)


@require_POST
def owner_decline(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """No thanks: quiet, and not for ever."""
    owner = hat_owner_for(request.user)
    line = line_for_owner(owner, reference)
    acceptances.decline_offer(order_line=line, hat_owner=owner, at=timezone.now())
    messages.success(request, _("Noted. Nobody learns who said no, and you are not asked again."))
    return redirect("fulfilment:owner-inbox")


@require_POST
def owner_reconsider(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Take a no back: the offer stands among the others again."""
    owner = hat_owner_for(request.user)
    line = line_for_owner(owner, reference)
    declines.reconsider_offer(order_line=line, hat_owner=owner, at=timezone.now())
    messages.success(request, _("The offer is among your offers again."))
    return redirect("fulfilment:owner-offer", reference=reference)
