"""Effects on and from HATs, delivered by the outbox."""

from django.utils import timezone

from common import outbox
from hats.actions import holdings
from hats.errors import HatNotTrusted, HatUnreachable
from hats.models import HatOwner


@outbox.handler("hats.refresh_endpoints", retry_on=(HatUnreachable,))
def refresh_endpoints(*, hat_owner_id: int) -> None:
    """Learn which endpoints hold data on one HAT, while its owner's token lasts."""
    owner = HatOwner.objects.get(pk=hat_owner_id)
    try:
        holdings.refresh_endpoints(hat_owner=owner, at=timezone.now())
    except HatNotTrusted:  # its cluster was taken from the configuration meanwhile
        return
