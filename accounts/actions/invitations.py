"""A seat is offered to an address, taken, or taken back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import access, audit, queries
from accounts.audit import Action
from accounts.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationGone,
    InvitedAddressIsAnother,
    TooManyInvitations,
)
from accounts.models import Invitation, InvitationStatus, Membership, Organisation, Role, User
from accounts.tokens import invitation_token, token_digest
from common import outbox, transitions
from common.errors import NotFound
from common.language import gettext as _
from common.language import override

GOOD_FOR = timedelta(hours=72)
MAX_OPEN = 50  # of one organisation: the market is nobody's mailing machine


@transaction.atomic
def invite_colleague(*, by: Membership, email: str, role: Role, at: datetime) -> Invitation:
    """Offer a seat to one address. The answer is the same whether it has an account or not.

    :raises NotAllowed: not an owner (any more), or the organisation is suspended.
    :raises AlreadyMember: the address belongs to a member.
    :raises AlreadyInvited: an invitation to it is open.
    :raises TooManyInvitations: ``MAX_OPEN`` are open.
    """
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)
    access.require(access.member_of(organisation, by.pk), need=Role.OWNER)
    email = email.lower()
    _expire(organisation, at=at)
    _refuse_needless(organisation, email)
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        invited_by=by.user,
        created_at=at,
        expires_at=at + GOOD_FOR,
    )
    invitation.token_digest = token_digest(invitation_token(invitation.uid))
    invitation.save()
    _record(Action.MEMBER_INVITED, invitation, by=by.user, at=at, role=role)
    outbox.enqueue("accounts.mail_invitation", invitation_id=invitation.pk)
    return invitation


def _expire(organisation: Organisation, *, at: datetime) -> None:
    """Close what has run out, so that the address can be invited again."""
    organisation.invitations.filter(status=InvitationStatus.OPEN, expires_at__lte=at).update(
        status=InvitationStatus.REVOKED, answered_at=at
    )


def _refuse_needless(organisation: Organisation, email: str) -> None:
    open_ones = organisation.invitations.filter(status=InvitationStatus.OPEN)
    if organisation.memberships.filter(user__email__iexact=email).exists():
        raise AlreadyMember
    if open_ones.filter(email=email).exists():
        raise AlreadyInvited
    if open_ones.count() >= MAX_OPEN:
        raise TooManyInvitations


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User, at: datetime) -> Membership:
    """Take the seat, once, by the person whose confirmed address was invited.

    :raises InvitationGone: used, revoked, expired, or the organisation is suspended.
    :raises InvitedAddressIsAnother: the link was opened by somebody else.
    :raises AlreadyMember: the person has a seat; their role stays as it is.
    """
    organisation = Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    refuse_unless_open(invitation, organisation=organisation, at=at)
    if not queries.has_confirmed_address(by, invitation.email) or by.is_moderator:
        raise InvitedAddressIsAnother
    if organisation.memberships.filter(user=by).exists():
        raise AlreadyMember
    _answer(invitation, InvitationStatus.ACCEPTED, at=at)
    member = Membership.objects.create(
        user=by, organisation=organisation, role=invitation.role, joined_at=at
    )
    audit.record(
        Action.MEMBER_JOINED,
        member,
        at=at,
        actor=by,
        organisation=organisation,
        role=invitation.role,
        invitation_id=invitation.pk,
    )
    return member


def refuse_unless_open(invitation: Invitation, *, organisation: Organisation, at: datetime) -> None:
    """:raises InvitationGone: used, revoked, expired, or the organisation is suspended."""
    is_open = invitation.status == InvitationStatus.OPEN and at < invitation.expires_at
    if not is_open or organisation.status == Organisation.Status.SUSPENDED:
        raise InvitationGone


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Membership, at: datetime) -> None:
    """Make the link worthless. Revoking twice is revoking once.

    :raises NotAllowed: not an owner, or the organisation is suspended.
    :raises InvalidTransition: it was accepted meanwhile; remove the member instead.
    """
    access.require(by, need=Role.OWNER)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.organisation_id != by.organisation_id:
        raise NotFound(_("We found no such invitation."))
    if invitation.status != InvitationStatus.REVOKED:
        _revoke(invitation, by=by.user, at=at)


def revoke_invitations_of(member: Membership, *, by: User, at: datetime) -> None:
    """Make worthless what an owner sent who is no longer one; called within their removal."""
    sent = Invitation.objects.select_for_update().filter(
        organisation=member.organisation_id, invited_by=member.user_id, status=InvitationStatus.OPEN
    )
    for invitation in sent.order_by("pk"):
        _revoke(invitation, by=by, at=at)


def _revoke(invitation: Invitation, *, by: User, at: datetime) -> None:
    _answer(invitation, InvitationStatus.REVOKED, at=at)
    _record(Action.INVITATION_REVOKED, invitation, by=by, at=at)


def _answer(invitation: Invitation, status: InvitationStatus, *, at: datetime) -> None:
    transitions.check(
        Invitation.TRANSITIONS,
        current=invitation.status,
        target=status,
        sentence=_("This invitation was accepted already. Remove the member instead."),
    )
    invitation.status, invitation.answered_at = status, at
    invitation.save(update_fields=["status", "answered_at"])


def _record(
    action: Action, invitation: Invitation, *, by: User, at: datetime, **details: str
) -> None:
    what = {"actor": by, "organisation": invitation.organisation, "now": invitation.status}
    audit.record(action, invitation, at=at, **what, **details)


def mail_invitation(*, invitation: Invitation) -> None:
    """Send the link, unless it has left already or the invitation is open no more."""
    if invitation.mailed_at or invitation.status != InvitationStatus.OPEN:
        return
    with override(_language_of(invitation)):
        _send(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(mailed_at=timezone.now())


def _language_of(invitation: Invitation) -> str:
    """That of whom it is for, if they are known here; else a colleague speaks as they do."""
    known = User.objects.filter(email__iexact=invitation.email).first()
    return known.language if known else invitation.invited_by.language


def _send(invitation: Invitation) -> None:
    token = invitation_token(invitation.uid)
    context = {
        "invitation": invitation,
        "role": Role(invitation.role).label,
        "url": f"{settings.SITE_URL}/organisations/invitations/{token}/",
    }
    message = EmailMultiAlternatives(
        subject=_("{organisation} invites you to HAT Market").format(
            organisation=invitation.organisation.name
        ),
        body=render_to_string("emails/invitation.txt", context),
        to=[invitation.email],
    )
    message.attach_alternative(render_to_string("emails/invitation.html", context), "text/html")
    message.send()
