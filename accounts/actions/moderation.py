"""Moderators say how far the market trusts an organisation."""

from datetime import datetime

from django.db import transaction

from accounts import audit, notifications, queries
from accounts.audit import Action
from accounts.errors import OwnOrganisation
from accounts.models import Organisation, OrganisationStatus, User
from common import events, transitions
from common.errors import InvalidTransition
from common.language import gettext as _


@transaction.atomic
def verify_organisation(*, organisation: Organisation, by: User, at: datetime) -> None:
    """Confirm that the organisation is who it says.

    :raises OwnOrganisation: the moderator belongs to it.
    :raises InvalidTransition: it is verified already, or suspended.
    """
    organisation = _to_decide(organisation, by=by)
    if organisation.status == OrganisationStatus.SUSPENDED:
        raise InvalidTransition(_("This organisation is suspended. Restore it first."))
    organisation.verified_at = at
    _change(organisation, OrganisationStatus.VERIFIED, Action.ORGANISATION_VERIFIED, by=by, at=at)
    _tell_owners(
        organisation,
        subject=lambda: _("{organisation} is verified").format(organisation=organisation.name),
        line=lambda: _(
            "HAT owners now read on each of your cards when we checked your registration."
        ),
        at=at,
    )


@transaction.atomic
def suspend_organisation(
    *, organisation: Organisation, reason: str, reason_code: str, by: User, at: datetime
) -> None:
    """Stop all that the organisation's people may change; they still see what is theirs.

    Its open orders pause in the same transaction.

    :param reason: the words the organisation reads.
    :raises OwnOrganisation: the moderator belongs to it.
    :raises InvalidTransition: it is suspended already.
    """
    organisation = _to_decide(organisation, by=by)
    organisation.suspension_reason = reason
    _change(
        organisation,
        OrganisationStatus.SUSPENDED,
        Action.ORGANISATION_SUSPENDED,
        by=by,
        at=at,
        reason=reason_code,
    )
    events.publish(events.OrganisationSuspended(organisation.pk, at))
    _tell_owners(
        organisation,
        subject=lambda: _("{organisation} is suspended").format(organisation=organisation.name),
        line=lambda: _(
            "Until the matter is settled nothing can be ordered or changed, and open orders are"
            " paused. You see why inside."
        ),
        at=at,
    )


@transaction.atomic
def restore_organisation(*, organisation: Organisation, by: User, at: datetime) -> None:
    """End a suspension: verified again if it was verified before.

    What was paused stays so until a moderator lets it go on.

    :raises OwnOrganisation: the moderator belongs to it.
    :raises InvalidTransition: it is not suspended.
    """
    organisation = _to_decide(organisation, by=by)
    was_verified = organisation.verified_at is not None
    target = OrganisationStatus.VERIFIED if was_verified else OrganisationStatus.UNVERIFIED
    organisation.suspension_reason = ""
    _change(organisation, target, Action.ORGANISATION_RESTORED, by=by, at=at)
    _tell_owners(
        organisation,
        subject=lambda: _("{organisation} may buy again").format(organisation=organisation.name),
        line=lambda: _(
            "The suspension has ended. Paused orders go on when a moderator has looked at each."
        ),
        at=at,
    )


def _to_decide(organisation: Organisation, *, by: User) -> Organisation:
    if organisation.memberships.filter(user=by).exists():
        raise OwnOrganisation
    # No key changes: writing the record of an order, which names its organisation, need not wait.
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _change(
    organisation: Organisation,
    target: OrganisationStatus,
    action: Action,
    *,
    by: User,
    at: datetime,
    **details: str,
) -> None:
    transitions.check(Organisation.TRANSITIONS, current=organisation.status, target=target)
    was, organisation.status = organisation.status, target
    organisation.save(update_fields=["status", "verified_at", "suspension_reason"])
    audit.record(
        action,
        organisation,
        at=at,
        actor=by,
        organisation=organisation,
        was=was,
        now=target,
        **details,
    )


def _tell_owners(
    organisation: Organisation,
    *,
    subject: notifications.Words,
    line: notifications.Words,
    at: datetime,
) -> None:
    notifications.notify(
        queries.owners_of(organisation),
        notice="organisation_status",
        subject=subject,
        line=line,
        link="/organisations/mine/",
        key=f"organisation:{organisation.pk}:{organisation.status}:{at.isoformat()}",
    )
