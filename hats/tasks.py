"""Effects on and from HATs, delivered by the outbox."""

from contextlib import suppress

from django.utils import timezone

from common import outbox
from hats.actions import holdings, logins
from hats.configured import hat_at
from hats.errors import HatIsFrozen, HatNotTrusted, HatUnreachable
from hats.models import HatOwner


@outbox.handler("hats.refresh_endpoints", retry_on=(HatUnreachable,))
def refresh_endpoints(*, hat_owner_id: int) -> None:
    """Learn which endpoints hold data on one HAT, while its owner's token lasts."""
    owner = HatOwner.objects.get(pk=hat_owner_id)
    try:
        holdings.refresh_endpoints(hat_owner=owner, at=timezone.now())
    except HatNotTrusted:  # its cluster was taken from the configuration meanwhile
        return


@outbox.handler("hats.look_at_key", retry_on=(HatUnreachable,))
def look_at_key(*, hat_owner_id: int) -> None:
    """A HAT signed with another key than the pinned one: freeze it if it shows another, too."""
    owner = HatOwner.objects.get(pk=hat_owner_id)
    with suppress(HatIsFrozen):  # the outcome, told to owner and moderators
        logins.freeze_if_key_changed(hat=hat_at(owner.hat_domain), at=timezone.now())
