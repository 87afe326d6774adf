"""Moderators: the queue of order lines by risk, and one line as a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_moderator
from accounts.constants import country_name
from buyers import access
from buyers.actions import lines
from buyers.forms import DecisionForm
from buyers.models import OrderLineStatus
from buyers.queries import clearance, owner_card_for
from common.htmx import UNPROCESSABLE
from common.language import gettext as _

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import MarketplaceRequest
    from buyers.models import OrderLine

_PER_PAGE = 25
_UNDECIDED = (OrderLineStatus.PENDING, OrderLineStatus.IN_REVIEW)


@require_safe
def moderation_queue(request: MarketplaceRequest) -> HttpResponse:
    """Lines that wait for a decision, gravest first; ``?show=live`` lists what is live."""
    require_moderator(request.user)
    is_live = request.GET.get("show") == "live"
    rows = clearance.live_lines() if is_live else clearance.review_queue()
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    cases = [(line, clearance.flags_of(line)) for line in page]
    context = {"page": page, "cases": cases, "is_live": is_live}
    return render(request, "buyers/moderation_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def moderation_case(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """The very card that owners will see, why a person should look, and the decision."""
    line = access.case_for(request.user, reference)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _decided(request, line, form)
    status = UNPROCESSABLE if form.is_bound else 200
    context = _case(line) | {"form": form, "is_own": access.is_own(request.user, line)}
    return render(request, "buyers/moderation_case.html", context, status=status)


def _decided(request: MarketplaceRequest, line: OrderLine, form: DecisionForm) -> HttpResponse:
    now, name = timezone.now(), line.order.organisation.name
    if form.cleaned_data["decision"] == "clear":
        lines.clear_line(order_line=line, by=request.user, at=now)
        messages.success(request, _("The order of {name} goes live.").format(name=name))
    else:
        reason = form.reason_in(line.order.placed_by.language)
        lines.reject_line(order_line=line, by=request.user, reason=reason, at=now)
        refused = _("The order of {name} is refused; its money goes back.")
        messages.success(request, refused.format(name=name))
    return redirect("buyers:moderation-queue")


def _case(line: OrderLine) -> dict[str, Any]:
    is_undecided = line.cleared_at is None and line.status in _UNDECIDED
    return {
        "line": line,
        "card": owner_card_for(line),
        "flags": clearance.flags_of(line),
        "country": country_name(line.country),
        "is_undecided": is_undecided,
    }


@require_POST
def moderation_pause(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Nobody can say yes until it goes on."""
    line = access.case_for(request.user, reference)
    lines.pause_line(order_line=line, by=request.user, at=timezone.now())
    messages.success(request, _("Paused. Nobody can say yes to it now."))
    return redirect("buyers:moderation-case", reference=reference)


@require_POST
def moderation_resume(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Owners can say yes again."""
    line = access.case_for(request.user, reference)
    lines.resume_line(order_line=line, by=request.user, at=timezone.now())
    messages.success(request, _("It goes on. HAT owners can say yes again."))
    return redirect("buyers:moderation-case", reference=reference)
