"""Telling of access that was lost, and of access that came back. Owners are not blamed for it."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts import notifications
from accounts.models import User
from common import events
from common.language import gettext as _
from hats.clusters import Cluster

logger = logging.getLogger(__name__)


def tell(*, refused: Iterable[Cluster], healed: Iterable[str], at: datetime) -> None:
    """Tell moderators once a day of clusters that refuse our account; wake what waited for one."""
    for cluster in refused:
        logger.error("hat.locked_out", extra={"kind": cluster.access.value})
        _tell_moderators(cluster, at=at)
    for suffix in sorted(healed):
        events.publish(events.HatAccessRestored(cluster=suffix, at=at))


def _tell_moderators(cluster: Cluster, *, at: datetime) -> None:
    notifications.notify(
        User.objects.filter(is_moderator=True, is_active=True),
        notice="hat_locked_out",
        subject=lambda: _("HATs of {provider} do not let our account in").format(
            provider=cluster.name
        ),
        line=lambda: _(
            "Nothing is proposed to them or read from them until it is mended; then it goes on"
            " by itself."
        ),
        link=reverse("hats:moderation-hats"),
        key=f"hat-locked-out:{cluster.suffix}:{at:%Y-%m-%d}",
    )
