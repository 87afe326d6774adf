"""One's own organisation: opening it, its people and settings, and which one it is about."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access, queries
from accounts.actions import organisations
from accounts.constants import country_name
from accounts.forms import InvitationForm, OrganisationForm, RoleForm, SettingsForm, SwitchForm
from accounts.http import MarketplaceRequest
from accounts.models import Membership, OrganisationStatus, Role
from common.htmx import UNPROCESSABLE
from common.language import gettext as _


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: MarketplaceRequest) -> HttpResponse:
    """Open an organisation."""
    organisations.require_may_open(request.user)
    form = OrganisationForm(
        request.POST if request.method == "POST" else None,
        initial={"contact_email": request.user.email},
    )
    if form.is_valid():
        organisation = organisations.create_organisation(
            by=request.user, at=timezone.now(), **form.cleaned_data
        )
        access.remember_organisation(request, organisation)
        messages.success(
            request,
            _("{organisation} is open, and you are its owner.").format(
                organisation=organisation.name
            ),
        )
        return redirect(_next_path(request) or "accounts:organisation")
    status = UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "next_path": _next_path(request)}
    return render(request, "accounts/organisation_new.html", context, status=status)


def _next_path(request: MarketplaceRequest) -> str:
    """The page of ours from which the person was led here; empty for any other address."""
    path = request.POST.get("next", request.GET.get("next", ""))
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else ""


@require_safe
def organisation(request: MarketplaceRequest) -> HttpResponse:
    """The people, the settings and the standing of one's organisation."""
    membership = access.current_membership(request)
    return organisation_page(request, membership, form=InvitationForm())


def organisation_page(
    request: MarketplaceRequest, membership: Membership, *, form: InvitationForm
) -> HttpResponse:
    """The page with an invitation form as it is: empty, or with its errors."""
    context = _context(membership, form=form)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/organisation.html", context, status=status)


def _context(membership: Membership, *, form: InvitationForm) -> dict[str, Any]:
    organisation = membership.organisation
    members = queries.members_of(organisation)
    is_suspended = organisation.status == OrganisationStatus.SUSPENDED
    can_manage = access.has_role(membership, need=Role.OWNER) and not is_suspended
    return {
        "organisation": organisation,
        "facts": _facts(membership),
        "membership": membership,
        "members": [(m, role_form(m), m.pk == membership.pk) for m in members],
        "invitations": queries.open_invitations_of(organisation, at=timezone.now()),
        "others": [
            other
            for other in queries.memberships_of(membership.user)
            if other.organisation_id != organisation.pk
        ],
        "form": form,
        "can_manage": can_manage,
        "is_suspended": is_suspended,
    }


def role_form(member: Membership) -> RoleForm:
    """A member's role, ready to be changed; each form on the page has ids of its own."""
    return RoleForm(initial={"role": member.role}, auto_id=f"member{member.pk}_%s")


def _facts(membership: Membership) -> list[dict[str, Any]]:
    organisation = membership.organisation
    return [
        {"label": _("Kind"), "value": _(organisation.kind)},
        {
            "label": _("Place"),
            "value": f"{organisation.city}, {country_name(organisation.country)}",
        },
        {"label": _("Registration"), "value": organisation.registration or _("None given")},
        {"label": _("Your role"), "value": membership.role_word},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_settings(request: MarketplaceRequest) -> HttpResponse:
    """The approval limit, and how the organisation is reached."""
    membership = access.current_membership(request, need=Role.OWNER)
    form = SettingsForm(
        request.POST if request.method == "POST" else None, initial=_current_settings(membership)
    )
    if form.is_valid():
        organisations.change_settings(by=membership, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The settings are saved."))
        return redirect("accounts:organisation")
    context = {"form": form, "organisation": membership.organisation}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/organisation_settings.html", context, status=status)


def _current_settings(membership: Membership) -> dict[str, Any]:
    organisation = membership.organisation
    above = organisation.approval_above_minor_units
    return {
        "approval_above": None if above is None else Decimal(above).scaleb(-2),
        "contact_email": organisation.contact_email,
        "shows_address": organisation.shows_address,
        "website": organisation.website,
    }


@require_POST
def organisation_switch(request: MarketplaceRequest) -> HttpResponse:
    """Make another of the person's organisations the one this session is about."""
    form = SwitchForm(request.POST)
    slug = form.cleaned_data["organisation"] if form.is_valid() else ""
    chosen = access.organisation_for(request.user, slug)
    access.remember_organisation(request, chosen)
    messages.success(request, _("You now act for {organisation}.").format(organisation=chosen.name))
    return redirect("accounts:organisation")
