"""Where a person lands after logging in."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts import access, queries
from accounts.http import MarketplaceRequest


@require_safe
def home(request: MarketplaceRequest) -> HttpResponse:
    """Lead to the person's own room."""
    if not request.user.email:
        return redirect("fulfilment:owner-home")
    if request.user.is_moderator:
        return redirect("buyers:moderation-queue")
    if not queries.memberships_of(request.user):
        return redirect("accounts:organisation-new")
    access.current_membership(request)
    return redirect("offers:offer-list")
