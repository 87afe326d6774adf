"""What an order would bring and take, worked out while somebody thinks about it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.htmx import page_or_fragment
from offers import access
from offers.constants import USUAL_PLACES
from offers.forms import EstimateForm
from offers.models import Offer, Outcome
from offers.queries import estimating
from offers.queries.parts import parts_of


@login_not_required
@require_safe
def estimate(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer alone for htmx; for everybody else a page with form and answer."""
    offer = access.offer_to_show(slug)
    context = estimate_of(offer, request.GET or None)
    page, fragment = "offers/estimate.html", "offers/_estimate_result.html"
    return page_or_fragment(request, page=page, fragment=fragment, context=context)


def estimate_of(
    offer: Offer,
    asked: QueryDict | None,
    *,
    outcomes: Sequence[Outcome] | None = None,
    places: int | None = None,
) -> dict[str, Any]:
    """Form and answer; ``asked=None`` asks for the usual.

    :param outcomes: what came of earlier orders, where it is read already.
    :param places: the usual number, where somebody has chosen one.
    """
    version = offer.current_version
    assert version
    parts = parts_of(version)
    form = EstimateForm(
        asked,
        places=places or max(version.smallest_group, USUAL_PLACES),
        smallest=version.smallest_group,
        reward=version.reward,
        parts={part.endpoint: part.label for part in parts},
    )
    wish = form.wish()
    return {
        "offer": offer,
        "version": version,
        "estimate_form": form,
        "estimate": wish and _answer(offer, wish, outcomes),
        "tax_percent": settings.FEE_TAX_PERCENT,
    }


def _answer(
    offer: Offer, wish: estimating.Wish, outcomes: Sequence[Outcome] | None
) -> estimating.Estimate:
    today, tax = timezone.localdate(), settings.FEE_TAX_PERCENT
    known = estimating.outcomes_about(offer) if outcomes is None else outcomes
    return estimating.estimate(offer, wish, tax_percent=tax, today=today, outcomes=known)
