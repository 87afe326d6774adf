"""Who may do what: loaders that take the person and return the row, or raise."""

import uuid

from django.http import HttpRequest

from accounts.errors import InvitationGone, NoOrganisation
from accounts.models import (
    Invitation,
    Membership,
    Notification,
    Organisation,
    OrganisationStatus,
    Role,
    User,
)
from accounts.tokens import token_digest
from common.errors import NotAllowed, NotFound
from common.language import gettext as _
from common.language import gettext_noop

# What each role may do includes what the ones before it may. An approver may also buy.
ROLE_ORDER = (Role.VIEWER, Role.BUYER, Role.APPROVER, Role.OWNER)

LACKS = {
    Role.BUYER: gettext_noop(
        "For this you need to be buyer of {organisation}. Ask an owner of the organisation."
    ),
    Role.APPROVER: gettext_noop(
        "For this you need to be approver of {organisation}. Ask an owner of the organisation."
    ),
    Role.OWNER: gettext_noop(
        "For this you need to be owner of {organisation}. Ask an owner of the organisation."
    ),
}


def membership_for(user: User, slug: str, *, need: Role = Role.VIEWER) -> Membership:
    """The person's membership of the organisation, with the organisation loaded.

    :raises NotFound: no such organisation, or not a member: the two look the same.
    :raises NotAllowed: a member, but with a lesser role; the sentence names the role needed.
    """
    membership = (
        Membership.objects.select_related("organisation")
        .filter(user=user, organisation__slug=slug)
        .first()
    )
    if membership is None:
        raise NotFound(_("We found no such organisation among yours."))
    require(membership, need=need)
    return membership


def organisation_for(user: User, slug: str, *, need: Role = Role.VIEWER) -> Organisation:
    """As ``membership_for``, when only the organisation matters."""
    return membership_for(user, slug, need=need).organisation


def require(membership: Membership, *, need: Role) -> None:
    """:raises NotAllowed: the role is less than needed, or the organisation is suspended."""
    if not has_role(membership, need=need):
        raise NotAllowed(_(LACKS[need]).format(organisation=membership.organisation.name))
    suspended = membership.organisation.status == OrganisationStatus.SUSPENDED
    if suspended and need != Role.VIEWER:
        words = _("{organisation} is suspended, so nothing can be changed.")
        raise NotAllowed(words.format(organisation=membership.organisation.name))


def has_role(membership: Membership, *, need: Role) -> bool:
    """Whether the membership's role includes ``need``."""
    return ROLE_ORDER.index(Role(membership.role)) >= ROLE_ORDER.index(need)


def current_membership(request: HttpRequest, *, need: Role = Role.VIEWER) -> Membership:
    """The membership of the organisation chosen in this session, or of the first joined.

    The session only remembers a choice; whether the person still belongs to it is read anew.

    :raises NotFound: a HAT owner, a moderator of no organisation, or nobody logged in: the rooms
        of organisations are not theirs.
    :raises NoOrganisation: the person belongs to none yet.
    :raises NotAllowed: a lesser role than needed, or the organisation is suspended.
    """
    user = request.user
    if not isinstance(user, User) or not user.email:
        raise NotFound(_("There is no such page."))
    chosen = request.session.get("organisation_slug", "")
    memberships = list(
        user.memberships.select_related("organisation", "user").order_by("joined_at", "pk")
    )
    if not memberships:
        remember_organisation(request, None)
        raise NotFound(_("There is no such page.")) if user.is_moderator else NoOrganisation
    membership = next((m for m in memberships if m.organisation.slug == chosen), memberships[0])
    remember_organisation(request, membership.organisation)
    require(membership, need=need)
    return membership


def remember_organisation(request: HttpRequest, organisation: Organisation | None) -> None:
    """Keep in the session what the frame of each page shows, writing only when it changed."""
    name, slug = (organisation.name, organisation.slug) if organisation else ("", "")
    session = request.session
    if (session.get("organisation_name", ""), session.get("organisation_slug", "")) != (name, slug):
        session["organisation_name"], session["organisation_slug"] = name, slug


def member_of(organisation: Organisation, member_id: int) -> Membership:
    """:raises NotFound: nobody of this number belongs to the organisation."""
    found = (
        Membership.objects.select_related("user", "organisation")
        .filter(organisation=organisation, pk=member_id)
        .first()
    )
    if found is None:
        raise NotFound(_("This person does not belong to the organisation (any more)."))
    return found


def invitation_of(organisation: Organisation, uid: uuid.UUID) -> Invitation:
    """:raises NotFound: the organisation has sent no such invitation."""
    found = Invitation.objects.filter(organisation=organisation, uid=uid).first()
    if found is None:
        raise NotFound(_("We found no such invitation."))
    return found


def invitation_by_token(token: str) -> Invitation:
    """The invitation behind a link, whatever became of it, with its organisation.

    :raises InvitationGone: there never was one.
    """
    found = (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(token_digest=token_digest(token))
        .first()
    )
    if found is None:
        raise InvitationGone
    return found


def notification_of(user: User, notification_id: int) -> Notification:
    """:raises NotFound: not a notice to this person."""
    found = Notification.objects.filter(user=user, pk=notification_id).first()
    if found is None:
        raise NotFound(_("We found no such notice."))
    return found


def organisation_for_moderator(user: User, reference: str) -> Organisation:
    """:raises NotFound: not a moderator, or no such organisation."""
    require_moderator(user)
    found = Organisation.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound(_("We found no such organisation."))
    return found


def require_moderator(user: User) -> User:
    """:raises NotFound: not a moderator; the pages of moderators do not exist for others."""
    if not user.is_active or not user.is_moderator:
        raise NotFound(_("There is no such page."))
    return user
