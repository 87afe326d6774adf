"""Tell a person something once: in the shop, and by mail where there is an address."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Notification, User
from common import outbox


def notify(  # one keyword a column
    users: Iterable[User],
    *,
    notice: str,
    subject: str,
    line: str,
    link: str,
    key: str,
    stop_link: str = "",
) -> None:
    """Write one notice a person, in the caller's transaction; the mail leaves after it.

    :param notice: the template name below ``emails/``; ``emails/notice`` serves where none is.
    :param link: path of the one page to open.
    :param key: names the fact, so that it is told once to each person.
    :param stop_link: path where the person can stop such notices without logging in.
    """
    for user in users:
        row, created = Notification.objects.get_or_create(
            key=f"{key}:{user.pk}",
            defaults={
                "user": user,
                "notice": notice,
                "subject": subject,
                "line": line,
                "link": link,
                "stop_link": stop_link,
            },
        )
        if created and user.email:
            outbox.enqueue("accounts.mail_notification", notification_id=row.pk)


def mail(*, notification: Notification) -> None:
    """Send one notice's mail, unless it has left already."""
    if notification.mailed_at or not notification.user.email:
        return
    stop_url = notification.stop_link and settings.SITE_URL + notification.stop_link
    context = {
        "notification": notification,
        "url": settings.SITE_URL + notification.link,
        "stop_url": stop_url,
    }
    message = EmailMultiAlternatives(
        subject=notification.subject,
        body=render_to_string("emails/notice.txt", context),
        to=[notification.user.email],
        headers={"List-Unsubscribe": f"<{stop_url}>"} if stop_url else {},
    )
    message.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    message.send()
    Notification.objects.filter(pk=notification.pk).update(mailed_at=timezone.now())
