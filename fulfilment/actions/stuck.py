"""A moderator sets work going again that was given up."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.audit import Action
from accounts.models import User
from common import outbox
from common.models import OutboxMessage, OutboxStatus


@transaction.atomic
def retry_effect(*, message: OutboxMessage, by: User, at: datetime) -> None:
    """Have an effect of the outbox tried again at once; who asked for it is written down.

    :raises InvalidTransition: it was not given up.
    """
    outbox.try_again(message, at=at)
    audit.record(
        Action.EFFECT_RETRIED,
        message,
        at=at,
        actor=by,
        was=OutboxStatus.PARKED,
        now=OutboxStatus.PENDING,
        task=message.task,
    )
