"""A quiet no is taken back: the offer stands among the others again."""

from datetime import datetime

from django.db import transaction

from accounts.audit import Action
from buyers.models import OrderLine
from fulfilment import audit
from fulfilment.models import Decline
from hats.models import HatOwner


@transaction.atomic
def reconsider_offer(*, order_line: OrderLine, hat_owner: HatOwner, at: datetime) -> None:
    """Show a declined line to its owner again; without a no there is nothing to take back."""
    decline = (
        Decline.objects.select_for_update()
        .filter(order_line=order_line, hat_owner=hat_owner)
        .first()
    )
    if decline is None:
        return
    audit.record_quietly(Action.OFFER_RECONSIDERED, decline, owner=hat_owner, at=at)
    decline.delete()
