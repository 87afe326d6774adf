"""The people of an organisation: invited, given roles, removed."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import access, queries
from accounts.actions import invitations, members
from accounts.errors import AlreadyInvited, AlreadyMember, TooManyInvitations
from accounts.forms import InvitationForm, RoleForm
from accounts.http import MarketplaceRequest
from accounts.models import Invitation, Role, User
from accounts.views.organisations import organisation_page
from common.language import gettext as _


@require_POST
def invitation_new(request: MarketplaceRequest) -> HttpResponse:
    """Invite a colleague by e-mail."""
    membership = access.current_membership(request, need=Role.OWNER)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return organisation_page(request, membership, form=form)
    try:
        sent = invitations.invite_colleague(by=membership, at=timezone.now(), **form.cleaned_data)
    except (AlreadyInvited, AlreadyMember, TooManyInvitations) as refusal:
        form.add_error("email", refusal.sentence)
        return organisation_page(request, membership, form=form)
    messages.success(request, _("An invitation is on its way to {email}.").format(email=sent.email))
    return redirect("accounts:organisation")


@require_POST
def invitation_revoke(request: MarketplaceRequest, uid: uuid.UUID) -> HttpResponse:
    """Make an invitation's link worthless."""
    membership = access.current_membership(request, need=Role.OWNER)
    invitation = access.invitation_of(membership.organisation, uid)
    invitations.revoke_invitation(invitation=invitation, by=membership, at=timezone.now())
    messages.success(
        request, _("The invitation to {email} is revoked.").format(email=invitation.email)
    )
    return redirect("accounts:organisation")


@require_safe
@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites, and change nothing: mail programs open links by themselves."""
    found = access.invitation_by_token(token)
    invitations.refuse_unless_open(found, organisation=found.organisation, at=timezone.now())
    context = {
        "invitation": found,
        "role": Role(found.role).label,
        "is_for_this_person": _is_for(found, request.user),
        "here": request.path,
    }
    return render(request, "accounts/invitation.html", context)


def _is_for(found: Invitation, user: object) -> bool:
    return isinstance(user, User) and queries.has_confirmed_address(user, found.email)


@require_POST
def invitation_accept(request: MarketplaceRequest, token: str) -> HttpResponse:
    """Take the seat."""
    found = access.invitation_by_token(token)
    member = invitations.accept_invitation(invitation=found, by=request.user, at=timezone.now())
    access.remember_organisation(request, member.organisation)
    messages.success(
        request,
        _("You belong to {organisation} now.").format(organisation=member.organisation.name),
    )
    return redirect("accounts:organisation")


@require_POST
def member_role(request: MarketplaceRequest, member_id: int) -> HttpResponse:
    """Give a member another role."""
    membership = access.current_membership(request, need=Role.OWNER)
    member = access.member_of(membership.organisation, member_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        role = form.cleaned_data["role"]
        members.change_role(member=member, role=role, by=membership, at=timezone.now())
        messages.success(
            request,
            _("{name} now has the role “{role}”.").format(name=member.user.name, role=role.word),
        )
    else:
        messages.error(request, _("Please choose one of the four roles. Nothing was changed."))
    return redirect("accounts:organisation")


@require_POST
def member_remove(request: MarketplaceRequest, member_id: int) -> HttpResponse:
    """Remove a member, or leave."""
    membership = access.current_membership(request)
    member = access.member_of(membership.organisation, member_id)
    members.remove_member(member=member, by=membership, at=timezone.now())
    if member.user_id == request.user.pk:
        messages.success(
            request,
            _("You have left {organisation}.").format(organisation=membership.organisation.name),
        )
        return redirect("accounts:home")
    messages.success(request, _("{name} has no access any more.").format(name=member.user.name))
    return redirect("accounts:organisation")
