"""What owners are shown: the open lines, and the card of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buyers.models import OrderLine, OrderLineStatus
from offers.cards import Card, owner_card
from offers.queries.pages import card_facts, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet


def open_lines(*, at: datetime) -> QuerySet[OrderLine]:
    """Lines that owners may say yes to now, newest first, with all that a card needs."""
    return (
        OrderLine.objects.filter(status=OrderLineStatus.OPEN, closes_at__gt=at)
        .select_related("order__organisation", "offer_version__offer__category")
        .order_by("-opened_at", "-pk")
    )


def open_lines_for(endpoints: Iterable[str], *, at: datetime) -> QuerySet[OrderLine]:
    """Open lines that a HAT holding these endpoints can fill, newest first."""
    held = sorted(set(endpoints))
    return open_lines(at=at).filter(offer_version__endpoints__contained_by=held)


def owner_card_for(line: OrderLine) -> Card:
    """The very card that owners read for this line, in six blocks, in the reader's language."""
    version = line.offer_version
    organisation = line.order.organisation
    facts = card_facts(version, fields_of(version), organisation=organisation, terms=line)
    return owner_card(facts)
