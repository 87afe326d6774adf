"""Stuck work, one row at a time: for moderators, and for others it does not exist."""

from accounts.access import require_moderator
from accounts.models import User
from buyers.models import Refund
from common.errors import NotFound
from common.language import gettext as _
from common.language import gettext_noop
from common.models import OutboxMessage
from fulfilment.models import Retrieval

_GONE = gettext_noop("There is no such work.")


def retrieval_for(user: User, number: int) -> Retrieval:
    """:raises NotFound: not a moderator, or no such reading."""
    require_moderator(user)
    found = Retrieval.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(_(_GONE))
    return found


def message_for(user: User, number: int) -> OutboxMessage:
    """:raises NotFound: not a moderator, or no such effect."""
    require_moderator(user)
    found = OutboxMessage.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(_(_GONE))
    return found


def refund_for(user: User, number: int) -> Refund:
    """:raises NotFound: not a moderator, or no such refund of an order line."""
    require_moderator(user)
    found = Refund.objects.filter(pk=number, order_line__isnull=False).first()
    if found is None:
        raise NotFound(_(_GONE))
    return found
