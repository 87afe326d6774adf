"""Roles change and people leave.

The organisation is locked first, so that two owners who demote each other at once do not both
succeed.
"""

from datetime import datetime

from django.db import transaction

from accounts import access, audit, notifications
from accounts.actions import invitations
from accounts.audit import Action
from accounts.errors import LastOwner
from accounts.models import Membership, Organisation, Role
from common.language import gettext as _
from common.language import gettext_noop

IS_NOW = {
    Role.VIEWER: gettext_noop("You are now viewer at {organisation}"),
    Role.BUYER: gettext_noop("You are now buyer at {organisation}"),
    Role.APPROVER: gettext_noop("You are now approver at {organisation}"),
    Role.OWNER: gettext_noop("You are now owner at {organisation}"),
}


@transaction.atomic
def change_role(*, member: Membership, role: Role, by: Membership, at: datetime) -> None:
    """Give a member another role; the same role again changes nothing.

    Only owners give roles, and theirs is the highest: nobody can grant above their own.

    :raises NotAllowed: ``by`` is not an owner (any more), or the organisation is suspended.
    :raises NotFound: the member has left.
    :raises LastOwner: nobody could change the organisation afterwards.
    """
    organisation = _locked(by)
    access.require(access.member_of(organisation, by.pk), need=Role.OWNER)
    member = access.member_of(organisation, member.pk)
    if member.role == role:
        return
    _keep_an_owner(member, stays_owner=role == Role.OWNER)
    was, member.role = member.role, role
    member.save(update_fields=["role"])
    if was == Role.OWNER:
        invitations.revoke_invitations_of(member, by=by.user, at=at)
    what = {"actor": by.user, "organisation": organisation, "was": was, "now": role}
    audit.record(Action.MEMBER_ROLE_CHANGED, member, at=at, user_id=member.user_id, **what)
    _tell_of_role(member, at=at)


@transaction.atomic
def remove_member(*, member: Membership, by: Membership, at: datetime) -> None:
    """End a membership: an owner removes somebody, or somebody leaves. Access ends at once.

    :raises NotAllowed: ``by`` is neither an owner nor the member.
    :raises NotFound: the member has left already.
    :raises LastOwner: nobody could change the organisation afterwards.
    """
    organisation = _locked(by)
    acting = access.member_of(organisation, by.pk)
    if acting.pk != member.pk:
        access.require(acting, need=Role.OWNER)
    member = access.member_of(organisation, member.pk)
    _keep_an_owner(member, stays_owner=False)
    invitations.revoke_invitations_of(member, by=by.user, at=at)
    audit.record(
        Action.MEMBER_REMOVED,
        member,
        at=at,
        actor=by.user,
        organisation=organisation,
        was=member.role,
        user_id=member.user_id,
    )
    member.delete()


def _locked(by: Membership) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=by.organisation_id)


def _keep_an_owner(member: Membership, *, stays_owner: bool) -> None:
    if stays_owner or member.role != Role.OWNER:
        return
    others = Membership.objects.filter(organisation=member.organisation_id, role=Role.OWNER)
    if not others.exclude(pk=member.pk).exists():
        raise LastOwner


def _tell_of_role(member: Membership, *, at: datetime) -> None:
    role = Role(member.role)
    notifications.notify(
        [member.user],
        notice="role_changed",
        subject=lambda: _(IS_NOW[role]).format(organisation=member.organisation.name),
        line=lambda: _("{what_it_may_do} An owner changed your role.").format(
            what_it_may_do=role.sentence
        ),
        link="/organisations/mine/",
        key=f"role:{member.pk}:{at.isoformat()}",
    )
