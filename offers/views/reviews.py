"""Reviews of an offer: read by everybody, written by who got the data, answered, reported."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import current_membership
from accounts.models import Role, User
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from common.language import gettext_noop
from common.refusals import refused_in
from common.signing_in import log_in_to
from offers.access import offer_to_show
from offers.access import reviews as access
from offers.actions import reviews as actions
from offers.errors import TooManyKept
from offers.forms.reviews import ReportForm, ReviewAnswerForm, ReviewForm
from offers.models import Offer
from offers.queries import pages
from offers.queries import reviews as queries
from offers.views.visitors import kept_for_visitors

PER_PAGE = 10
SORT_WORDS = {
    "newest": gettext_noop("Newest first"),
    "highest": gettext_noop("Most stars first"),
    "lowest": gettext_noop("Fewest first"),
}


@login_not_required
@require_safe
@kept_for_visitors
def review_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them; members of an organisation also see what became of their own."""
    offer = offer_to_show(slug)
    sort = request.GET.get("sort", "")
    sort = sort if sort in queries.SORTS else "newest"
    found = Paginator(queries.shown_reviews(offer, sort=sort), PER_PAGE)
    context = {
        "offer": offer,
        "version": offer.current_version,
        "bars": queries.bars(offer.rating),
        "page": found.get_page(request.GET.get("page")),
        "sort": sort,
        "sorts": {key: _(words) for key, words in SORT_WORDS.items()},
        **_own(request, offer),
    }
    return render(request, "offers/reviews/list.html", context)


def _own(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    """What else the page says to who is logged in, about the organisation they work for."""
    if not request.user.is_authenticated:
        return {}
    user, slug = _user(request), request.session.get("organisation_slug", "")
    organisation = pages.own_organisation(user, slug)
    return {
        "may_answer": queries.may_answer(user, offer),
        "own": queries.own_reviews(offer, organisation) if organisation else [],
        "has_got_data": organisation is not None and queries.has_got_data(offer, organisation),
    }


@log_in_to(gettext_lazy("Log in to write a review."))
@require_http_methods(["GET", "HEAD", "POST"])
def review_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a review, or change it: what was said last is where the form begins."""
    offer = offer_to_show(slug)
    membership = current_membership(request, need=Role.BUYER)
    delivery = access.delivery_to_review(membership, offer)
    former = queries.last_opinion(offer, membership.organisation)
    data = request.POST if request.method == "POST" else None
    form = ReviewForm(data, organisation=membership.organisation, former=former)
    if form.is_bound and form.is_valid():
        opinion, now = form.opinion(), timezone.now()
        with refused_in(form, TooManyKept):
            actions.write_review(membership=membership, offer=offer, opinion=opinion, at=now)
            messages.success(request, _("Thank you. A moderator reads it, then it is shown."))
            return redirect("offers:reviews", offer.slug)
    context = {"form": form, "offer": offer, "delivery": delivery, "former": former}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/reviews/write.html", context, status=status)


@log_in_to(gettext_lazy("Log in to report what is written there."))
@require_http_methods(["GET", "HEAD", "POST"])
def review_report(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """For members of any organisation who know the address of the offer."""
    membership = current_membership(request)
    review = access.review_shown(reference, offer=offer_to_show(slug))
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason, now = form.cleaned_data["reason"], timezone.now()
        actions.report_review(membership=membership, review=review, reason=reason, at=now)
        messages.success(request, _("Thank you. A moderator looks at it again."))
        return redirect("offers:reviews", review.offer.slug)
    context = {"form": form, "review": review}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/reviews/report.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """For owners of the publisher; for the market’s own shelf, for moderators."""
    review = access.review_to_answer(_user(request), reference)
    form = ReviewAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        text, now = form.cleaned_data["text"], timezone.now()
        answer = actions.answer_review(review=review, text=text, by=_user(request), at=now)
        is_shown = answer.status == answer.Status.SHOWN
        said = _("Answered.") if is_shown else _("A moderator reads it first.")
        messages.success(request, said)
        return redirect("offers:reviews", review.offer.slug)
    context = {"form": form, "review": review}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/reviews/answer.html", context, status=status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
