"""Data that is not on the shelf: asked for, and answered."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import current_membership, has_role, require_moderator
from accounts.models import Role, User
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from common.refusals import refused_in
from common.signing_in import log_in_to, typed_before
from offers import access
from offers.actions import requests
from offers.errors import TooManyKept
from offers.forms import AnswerForm, CloseForm, RequestForm
from offers.models import DataRequest, DataRequestStatus
from offers.queries import keeping, pages

PER_PAGE = 25


ASKED = ("title", "what", "purpose", "why", "people", "budget")


@log_in_to(gettext_lazy("Log in to ask for data that is not here yet."), keeps=ASKED)
@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """``?q=`` is what was searched for in vain."""
    membership = current_membership(request, need=Role.BUYER)
    start = {"title": request.GET.get("q", "")[:120], **typed_before(request)}
    form = RequestForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_bound and form.is_valid():
        question, now = form.question(), timezone.now()
        with refused_in(form, TooManyKept):
            asked = requests.ask_for_data(membership=membership, question=question, at=now)
            messages.success(request, _("Asked. You will be told when an offer answers it."))
            return redirect("offers:request", asked.reference)
    context = {"form": form, "organisation": membership.organisation}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/request_new.html", context, status=status)


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    user = access.require_shopper(_user(request))
    may_answer = access.publishing_organisations(user).exists()
    context = {
        "asked": keeping.requests_of(user),
        "may_answer": may_answer,
        "waiting": keeping.open_requests(but=user)[: keeping.MOST_REQUESTS] if may_answer else [],
    }
    return render(request, "offers/request_list.html", context)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    require_moderator(_user(request))
    page = Paginator(keeping.open_requests(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "offers/moderation_requests.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def request_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Two forms: one names an offer, the other says why there will be none."""
    user = _user(request)
    asked = access.data_request_to_see(user, reference)
    data = request.POST if request.method == "POST" else None
    answer = AnswerForm(data if data and "offer" in data else None)
    close = CloseForm(data if data is not None and not answer.is_bound else None)
    if answer.is_bound and answer.is_valid():
        offer = answer.cleaned_data["offer"]
        requests.answer_request(request=asked, offer=offer, by=user, at=timezone.now())
        return _decided(request, asked, _("Answered. Who asked has been told."))
    if close.is_bound and close.is_valid():
        reason = close.cleaned_data["reason"]
        requests.close_request(request=asked, reason=reason, by=user, at=timezone.now())
        return _decided(request, asked, _("The request is closed."))
    context = _case(user, asked) | {"answer": answer, "close": close}
    status = 200 if data is None else UNPROCESSABLE
    return render(request, "offers/request_detail.html", context, status=status)


def _decided(request: HttpRequest, asked: DataRequest, sentence: str) -> HttpResponse:
    """To a page that the person may still see."""
    messages.success(request, sentence)
    user = _user(request)
    if user.is_moderator:
        return redirect("offers:moderation-requests")
    is_ours = user.memberships.filter(organisation=asked.organisation_id).exists()
    return redirect("offers:request", asked.reference) if is_ours else redirect("offers:requests")


def _case(user: User, asked: DataRequest) -> dict[str, Any]:
    ours = user.memberships.filter(organisation=asked.organisation_id).first()
    may_close = ours is not None and has_role(ours, need=Role.BUYER)
    is_open = asked.status == DataRequestStatus.OPEN
    is_publisher = access.publishing_organisations(user).exists()
    return {
        "asked": asked,
        "purpose": pages.purpose_label(asked.purpose),
        "can_answer": is_open and (user.is_moderator or (is_publisher and ours is None)),
        "can_close": is_open and (user.is_moderator or may_close),
    }


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
