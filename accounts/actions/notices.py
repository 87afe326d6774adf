"""A person has read their notices."""

from datetime import datetime

from accounts.models import Notification, User


def mark_read(*, notification: Notification, at: datetime) -> None:
    """The first reading counts."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at)


def mark_all_read(*, user: User, at: datetime) -> None:
    """Everything this person has not read yet."""
    user.notifications.filter(read_at=None).update(read_at=at)
