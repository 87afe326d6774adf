"""Mails leave here, after the commit that made them necessary."""

from accounts import notifications
from accounts.actions import invitations
from accounts.models import Invitation, Notification
from common import outbox


# An SMTPException is an OSError: a mail server that is down or busy is asked again later.
@outbox.handler("accounts.mail_notification", retry_on=(OSError,))
def mail_notification(*, notification_id: int) -> None:
    """Mail one notice to its person."""
    row = Notification.objects.select_related("user").get(pk=notification_id)
    notifications.mail(notification=row)


@outbox.handler("accounts.mail_invitation", retry_on=(OSError,))
def mail_invitation(*, invitation_id: int) -> None:
    """Mail one invitation to the invited address."""
    row = Invitation.objects.select_related("organisation", "invited_by").get(pk=invitation_id)
    invitations.mail_invitation(invitation=row)
