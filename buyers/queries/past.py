"""Order lines that are over, for whoever composes an offer like theirs."""

from collections.abc import Sequence

from buyers.models import OrderLine, OrderLineStatus
from offers.queries.guidance import PastLine

_MOST = 200  # the newest: rewards of years ago help nobody
_OVER = (OrderLineStatus.FILLED, OrderLineStatus.CLOSED)


def past_lines(paths: Sequence[str]) -> list[PastLine]:
    """Lines that filled or closed, of public offers that read any of these kinds of records."""
    lines = OrderLine.objects.filter(
        status__in=_OVER,
        offer_version__endpoints__overlap=list(paths),
        offer_version__offer__invitation_code=None,
    ).order_by("-pk")[:_MOST]
    found = lines.values_list("reward_minor_units", "places", "places_taken")
    return [PastLine(reward, places, taken) for reward, places, taken in found]
