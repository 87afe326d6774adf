"""Moderators look at organisations."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import access, queries
from accounts.actions import moderation
from accounts.constants import country_name
from accounts.forms import OrganisationSearchForm, SuspensionForm
from accounts.http import MarketplaceRequest
from accounts.models import Organisation, OrganisationStatus
from common.htmx import UNPROCESSABLE
from common.language import gettext as _

PER_PAGE = 25


@require_safe
def organisation_list(request: MarketplaceRequest) -> HttpResponse:
    """All organisations, those to be checked among them."""
    access.require_moderator(request.user)
    form = OrganisationSearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"status": "", "q": ""}
    found = queries.organisations_to_moderate(status=wanted["status"], words=wanted["q"])
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "waiting": queries.waiting_for_verification(),
    }
    return render(request, "accounts/moderation_organisations.html", context)


@require_safe
def organisation_case(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """What an organisation says about itself, what happened to it, and the decisions."""
    organisation = access.organisation_for_moderator(request.user, reference)
    return _case(request, organisation, form=SuspensionForm())


def _case(
    request: MarketplaceRequest, organisation: Organisation, *, form: SuspensionForm
) -> HttpResponse:
    is_suspended = organisation.status == OrganisationStatus.SUSPENDED
    context: dict[str, Any] = {
        "organisation": organisation,
        "country": country_name(organisation.country),
        "members": queries.members_of(organisation),
        "history": queries.history_of(organisation),
        "form": form,
        "can_verify": organisation.status == OrganisationStatus.UNVERIFIED,
        "is_suspended": is_suspended,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/moderation_organisation.html", context, status=status)


@require_POST
def organisation_verify(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Confirm who the organisation is."""
    organisation = access.organisation_for_moderator(request.user, reference)
    moderation.verify_organisation(organisation=organisation, by=request.user, at=timezone.now())
    messages.success(
        request,
        _("{organisation} is verified. Its owners are told.").format(
            organisation=organisation.name
        ),
    )
    return redirect("accounts:moderation-organisation", reference=reference)


@require_POST
def organisation_suspend(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Stop what the organisation's people may change."""
    organisation = access.organisation_for_moderator(request.user, reference)
    form = SuspensionForm(request.POST)
    if not form.is_valid():
        return _case(request, organisation, form=form)
    first = next(iter(queries.owners_of(organisation)), None)
    moderation.suspend_organisation(
        organisation=organisation,
        reason=form.sentence_in(first.language if first else ""),
        reason_code=form.cleaned_data["reason"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(
        request,
        _("{organisation} is suspended. Its owners are told.").format(
            organisation=organisation.name
        ),
    )
    return redirect("accounts:moderation-organisation", reference=reference)


@require_POST
def organisation_restore(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """End a suspension."""
    organisation = access.organisation_for_moderator(request.user, reference)
    moderation.restore_organisation(organisation=organisation, by=request.user, at=timezone.now())
    messages.success(
        request,
        _("{organisation} may buy again. Its owners are told.").format(
            organisation=organisation.name
        ),
    )
    return redirect("accounts:moderation-organisation", reference=reference)
