"""Tell a person something once: in the shop, and by mail where there is an address."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Notification, User
from common import language, outbox

# What is made for each person in their own language: lambda: _("Order {ref} is paid").format(…)
Words = str | Callable[[], str]
LONGEST_SUBJECT, LONGEST_LINE = 160, 400


def notify(  # one keyword a column
    users: Iterable[User],
    *,
    notice: str,
    subject: Words,
    line: Words,
    link: str,
    key: str,
    stop_link: str = "",
) -> None:
    """Write one notice a person, in the caller's transaction; the mail leaves after it.

    :param subject: with ``line``, what to say; a function is asked in the person's language.
    :param notice: the template name below ``emails/``; ``emails/notice`` serves where none is.
    :param link: path of the one page to open.
    :param key: names the fact, so that it is told once to each person.
    :param stop_link: path where the person can stop such notices without logging in: a page for
        who looks, and one bare POST for mail programs (RFC 8058).
    """
    for user in users:
        with language.override(user.language):
            said = {
                "subject": " ".join(_said(subject).splitlines())[:LONGEST_SUBJECT],  # of a mail
                "line": _said(line)[:LONGEST_LINE],
            }
        row, created = Notification.objects.get_or_create(
            key=f"{key}:{user.pk}",
            defaults={"user": user, "notice": notice, "link": link, "stop_link": stop_link} | said,
        )
        if created and user.email:
            outbox.enqueue("accounts.mail_notification", notification_id=row.pk)


def _said(words: Words) -> str:
    return words() if callable(words) else str(words)


def mail(*, notification: Notification) -> None:
    """Send one notice's mail, unless it has left already."""
    if notification.mailed_at or not notification.user.email:
        return
    with language.override(notification.user.language):
        _send(notification)
    Notification.objects.filter(pk=notification.pk).update(mailed_at=timezone.now())


def _send(notification: Notification) -> None:
    stop_url = notification.stop_link and settings.SITE_URL + notification.stop_link
    context = {
        "notification": notification,
        "url": settings.SITE_URL + notification.link,
        "stop_url": stop_url,
    }
    message = EmailMultiAlternatives(
        subject=notification.subject,
        body=render_to_string("emails/notice.txt", context),
        to=[str(notification.user.email)],
        headers=_stop_headers(stop_url),
    )
    message.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    message.send()


def _stop_headers(stop_url: str) -> dict[str, str]:
    """What lets a mail program show a button of its own that stops such mails (RFC 8058)."""
    if not stop_url:
        return {}
    return {
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
