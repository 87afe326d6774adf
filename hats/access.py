"""Who may see and change what about a HAT: loaders that return the row, or raise."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from common.errors import NotFound
from common.language import gettext as _
from hats.models import HatOwner, WordGivenBy


def hat_owner_for(user: User) -> HatOwner:
    """Return the HAT owner this person is.

    :raises NotFound: somebody who buys or moderates; the owners' pages do not exist for them.
    """
    owner = HatOwner.objects.filter(user=user).select_related("user").first()
    if owner is None:
        raise NotFound(_("This page is for HAT owners."))
    return owner


def hat_that_changed(user: User, reference: str) -> HatOwner:
    """Return a HAT that has shown another key than its first, for a moderator.

    :raises NotFound: not a moderator, or no such HAT.
    """
    another_key = Q(keys__trusted=False) | Q(keys__decided_at__isnull=False)
    found = HatOwner.objects.filter(another_key, reference=reference).distinct()
    owner = found.select_related("user").first() if user.is_moderator else None
    if owner is None:
        raise NotFound(_("We found no HAT of this reference whose key has changed."))
    return owner


def holder_of_changed_hat(
    user: User | AnonymousUser, proved: tuple[str, WordGivenBy] | None
) -> tuple[HatOwner, WordGivenBy]:
    """Return the HAT whose key somebody may explain, and how they proved that they hold it.

    :param proved: the HAT and key by which this session has just proved it, without a log-in.
    :raises NotFound: neither a HAT owner nor a session with such a proof.
    """
    owners = HatOwner.objects.select_related("user")
    if user.is_authenticated:
        owner, given_by = owners.filter(user=user).first(), WordGivenBy.SESSION
    elif proved is not None:
        owner, given_by = owners.filter(hat_domain=proved[0]).first(), proved[1]
    else:
        owner, given_by = None, WordGivenBy.SESSION
    if owner is None:
        raise NotFound(_("This page is for HAT owners."))
    return owner, given_by
