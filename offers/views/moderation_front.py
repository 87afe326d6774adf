"""Moderators put offers on the front of the market, and take them off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require_moderator
from accounts.http import MarketplaceRequest
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from offers import access
from offers.actions import front as actions
from offers.errors import CannotBeFeatured, OwnWork
from offers.forms.front import FeatureForm
from offers.queries import front


@require_http_methods(["GET", "HEAD", "POST"])
def features(request: MarketplaceRequest) -> HttpResponse:
    require_moderator(request.user)
    now = timezone.now()
    form = FeatureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.feature_offer(by=request.user, at=now, **form.cleaned_data)
        except (CannotBeFeatured, OwnWork) as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The home page shows the offer now."))
            return redirect("offers:moderation-front")
    context = {"form": form, "features": front.features(now.date())}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/moderation_front.html", context, status=status)


@require_POST
def feature_remove(request: MarketplaceRequest, pk: int) -> HttpResponse:
    feature = access.feature_to_remove(request.user, pk)
    actions.take_from_front(feature=feature, by=request.user, at=timezone.now())
    messages.success(request, _("The home page shows the offer no longer."))
    return redirect("offers:moderation-front")
