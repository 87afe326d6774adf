"""Who may see and change what about a HAT: loaders that return the row, or raise."""

from accounts.models import User
from common.errors import NotFound
from hats.models import HatOwner


def hat_owner_for(user: User) -> HatOwner:
    """Return the HAT owner this person is.

    :raises NotFound: somebody who buys or moderates; the owners' pages do not exist for them.
    """
    owner = HatOwner.objects.filter(user=user).select_related("user").first()
    if owner is None:
        raise NotFound("This page is for HAT owners.")
    return owner


def frozen_hat(user: User, reference: str) -> HatOwner:
    """Return a HAT whose new key waits for a decision, for a moderator.

    :raises NotFound: not a moderator, or no such HAT is frozen.
    """
    found = HatOwner.objects.filter(reference=reference, status=HatOwner.Status.FROZEN)
    owner = found.select_related("user").first() if user.is_moderator else None
    if owner is None:
        raise NotFound("We found no frozen HAT of this reference.")
    return owner
