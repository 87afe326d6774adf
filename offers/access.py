"""Who may see, write and decide about offers: loaders that return the row, or raise."""

from django.db.models import QuerySet

from accounts.access import membership_for, require_moderator
from accounts.models import Membership, Organisation, Role, User
from common.errors import NotFound
from offers.errors import OwnWork
from offers.models import Offer, OfferVersion, OfferVersionStatus

_NO_OFFER = "We found no offer at this address. It may have been taken off the shelf."


def offer_to_show(slug: str) -> Offer:
    """An offer that has been published, on sale or paused, with all that its page names.

    :raises NotFound: there is none of that name, or nothing of it was published yet.
    """
    return _published(Offer.objects.filter(slug=slug))


def offer_by_reference(reference: str) -> Offer:
    """As ``offer_to_show``, by the reference that people read out.

    :raises NotFound: as there.
    """
    return _published(Offer.objects.filter(reference=reference.upper()))


def _published(offers: QuerySet[Offer]) -> Offer:
    offer = (
        offers.filter(current_version__isnull=False)
        .select_related("current_version", "category", "publisher")
        .first()
    )
    if offer is None:
        raise NotFound(_NO_OFFER)
    return offer


def version_to_review(user: User, reference: str, *, number: int) -> OfferVersion:
    """A submitted version, for a moderator.

    :raises NotFound: not a moderator, or no such version waits for a decision.
    """
    require_moderator(user)
    version = (
        OfferVersion.objects.select_related("offer__category", "offer__publisher", "created_by")
        .filter(offer__reference=reference, number=number, status=OfferVersionStatus.SUBMITTED)
        .first()
    )
    if version is None:
        raise NotFound("No such version waits for a decision. Somebody may have decided already.")
    return version


def require_drafter(user: User | None, *, publisher: Organisation | None) -> None:
    """An owner of the publishing organisation; for the market's own shelf, a moderator.

    :param user: ``None`` is the market itself, from the command line.
    :raises NotFound: not a member of it, or not a moderator.
    :raises NotAllowed: a member with a lesser role.
    """
    if user is None:
        return
    if publisher is None:
        require_moderator(user)
    else:
        membership_for(user, publisher.slug, need=Role.OWNER)


def require_seller(user: User | None, *, offer: Offer) -> None:
    """Whoever may take the offer off the shelf and back: its publisher's owner or a moderator.

    :raises NotFound: neither of them.
    :raises NotAllowed: a member of the publisher with a lesser role.
    """
    if user is not None and not user.is_moderator:
        require_drafter(user, publisher=offer.publisher)


def require_decider(user: User | None, *, version: OfferVersion) -> None:
    """A moderator who neither wrote the version nor belongs to its publisher.

    :param user: ``None`` is the market itself, from the command line.
    :raises NotFound: not a moderator.
    :raises OwnWork: it is this moderator's own, or their organisation's.
    """
    if user is None:
        return
    require_moderator(user)
    publisher = version.offer.publisher_id
    is_own = version.created_by_id == user.pk or (
        publisher is not None
        and Membership.objects.filter(user=user, organisation_id=publisher).exists()
    )
    if is_own:
        raise OwnWork("This version is your own or your organisation’s: another moderator decides.")
