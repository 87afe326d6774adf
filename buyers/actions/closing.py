"""Lines that end by themselves."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db.models import F, Q

from buyers.actions.lines import close_line
from buyers.models import OrderLine, OrderLineStatus
from common.errors import DomainError
from offers.models import Collection

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)

_BATCH = 200
_LIVE = (OrderLineStatus.OPEN, OrderLineStatus.PAUSED, OrderLineStatus.FILLED)


def close_due_lines(*, at: datetime) -> int:
    """Close what is past its closing time or delivered in full; each in its own transaction.

    A line that is read again and again stays as it is until its time is over. One that cannot be
    closed is logged and stops nobody else.
    """
    over = Q(status__in=_LIVE, closes_at__lte=at)
    delivered = Q(
        status=OrderLineStatus.FILLED,
        people_delivered=F("places"),
        offer_version__collection=Collection.ONCE,
    )
    closed = 0
    for line in OrderLine.objects.filter(over | delivered).order_by("closes_at", "pk")[:_BATCH]:
        try:
            close_line(order_line=line, at=at)
        except DomainError as problem:
            logger.warning("line.not_closed", extra={"line_id": line.pk, "code": problem.code})
        else:
            closed += 1
    return closed
