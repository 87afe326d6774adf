"""What pages about people and organisations show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Count, Q, QuerySet

from accounts.audit import Action, subject_of
from accounts.models import (
    AuditEntry,
    Invitation,
    InvitationStatus,
    Membership,
    Notification,
    Organisation,
    OrganisationStatus,
    Role,
    User,
)
from common import statuses
from common.language import gettext as _
from common.language import gettext_noop

HAPPENED: dict[str, str] = {
    Action.ORGANISATION_CREATED: gettext_noop("Organisation created"),
    Action.ORGANISATION_VERIFIED: gettext_noop("Organisation verified"),
    Action.ORGANISATION_SUSPENDED: gettext_noop("Organisation suspended"),
    Action.ORGANISATION_RESTORED: gettext_noop("Organisation restored"),
    Action.ORGANISATION_CHANGED: gettext_noop("Organisation changed"),
    Action.MEMBER_JOINED: gettext_noop("Member joined"),
    Action.MEMBER_INVITED: gettext_noop("Member invited"),
    Action.MEMBER_ROLE_CHANGED: gettext_noop("Member role changed"),
    Action.MEMBER_REMOVED: gettext_noop("Member removed"),
    Action.INVITATION_REVOKED: gettext_noop("Invitation revoked"),
}

_PERSON = """
SELECT person.*, (
    SELECT count(*) FROM accounts_notification notice
    WHERE notice.user_id = person.id AND notice.read_at IS NULL
) AS unread
FROM accounts_user person
WHERE person.id = %s AND person.is_active
"""


def owners_of(organisation: Organisation) -> list[User]:
    """Those who manage the organisation, and can log in."""
    members = organisation.memberships.filter(role=Role.OWNER, user__is_active=True)
    return [member.user for member in members.select_related("user").order_by("pk")]


def who_hears(person: User, *, organisation: Organisation) -> list[User]:
    """Who is told what became of something that a person did for an organisation.

    The person; its owners, once the person does not belong to it any more.
    """
    members = organisation.memberships.filter(user=person, user__is_active=True)
    return [person] if members.exists() else owners_of(organisation)


def members_of(organisation: Organisation) -> list[Membership]:
    """Everybody who belongs to it, the longest-standing first."""
    return list(organisation.memberships.select_related("user").order_by("joined_at", "pk"))


def memberships_of(user: User) -> list[Membership]:
    """The organisations between which the person can switch, by name."""
    return list(
        user.memberships.select_related("organisation").order_by("organisation__name", "pk")
    )


def open_invitations_of(organisation: Organisation, *, at: datetime) -> list[Invitation]:
    """Those that can still be accepted, the newest first."""
    return list(
        organisation.invitations.filter(status=InvitationStatus.OPEN, expires_at__gt=at).order_by(
            "-pk"
        )
    )


def has_confirmed_address(user: User, email: str) -> bool:
    """Whether the person has proved that the address is theirs."""
    confirmed = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True)
    return bool(confirmed.exists())


def notices_of(user: User) -> QuerySet[Notification]:
    """The newest first."""
    return user.notifications.order_by("-pk")


def unread_notices(user: User) -> int:
    """How many the person has not marked as read."""
    return user.notifications.filter(read_at=None).count()


def person_of_session(user_id: int) -> User | None:
    """Somebody who may be logged in, with ``unread``: how many notices they have not read.

    Both in one query, since every page of somebody logged in asks it; written out, since putting it
    together each time takes six times as long as asking it.
    """
    return next(iter(User.objects.raw(_PERSON, [user_id])), None)


def organisations_to_moderate(*, status: str = "", words: str = "") -> QuerySet[Organisation]:
    """The newest first, with ``people``: how many belong to each."""
    found = Organisation.objects.annotate(people=Count("memberships")).order_by("-pk")
    if status:
        found = found.filter(status=status)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(registration__icontains=words))
    return found


def waiting_for_verification() -> int:
    """How many organisations nobody has checked yet."""
    return Organisation.objects.filter(status=OrganisationStatus.UNVERIFIED).count()


@dataclass(frozen=True)
class PastEvent:
    """One line of an organisation's history."""

    at: datetime
    words: str
    who: str


def count_verified() -> int:
    """How many organisations have been checked and are in good standing."""
    return Organisation.objects.filter(status=OrganisationStatus.VERIFIED).count()


def history_of(organisation: Organisation, *, limit: int = 50) -> list[PastEvent]:
    """What happened to the organisation and its people, the newest first."""
    subjects = Q(subject=subject_of(organisation)) | Q(subject__startswith="accounts.")
    entries = (
        AuditEntry.objects.filter(subjects, organisation=organisation)
        .select_related("actor")
        .order_by("-pk")[:limit]
    )
    return [PastEvent(entry.at, _in_words(entry), _who(entry)) for entry in entries]


def last_entry(
    row: models.Model,
    *,
    files: Iterable[models.Model] = (),
    read: Action | None = None,
    status: str = "",
) -> AuditEntry | None:
    """The newest thing recorded about a row, with who did it.

    :param files: rows of which one stands for a whole file in the record, under ``read``.
    :param status: only what brought the row into it.
    """
    about = Q(subject=subject_of(row))
    if read is not None:
        about |= Q(subject__in=[subject_of(one) for one in files], action=read)
    entries = AuditEntry.objects.filter(about).select_related("actor")
    if status:
        entries = entries.filter(to_status=status)
    return entries.order_by("-pk").first()


def _in_words(entry: AuditEntry) -> str:
    """``member.role_changed`` as “Member role changed”, with what it was and is."""
    plain = entry.action.replace(".", " ").replace("_", " ").capitalize()
    what = _(HAPPENED.get(entry.action, plain))
    if entry.from_status and entry.to_status:
        before, after = _state(entry.from_status), _state(entry.to_status)
        return _("{what}: “{before}” to “{after}”").format(what=what, before=before, after=after)
    return what


def _state(value: str) -> str:
    return Role(value).word if value in Role.values else statuses.look(value).label


def _who(entry: AuditEntry) -> str:
    return entry.actor.name if entry.actor else _("The market")
