"""Who may write, answer and decide about reviews: loaders that return the row, or raise."""

from django.db.models import F

from accounts.access import require_moderator
from accounts.models import Membership, User
from common.errors import NotAllowed, NotFound
from common.language import gettext as _
from offers.access import require_drafter
from offers.errors import AnsweredAlready, NothingToReview, OwnWork
from offers.models import Delivery, Offer, Review, ReviewAnswerStatus, ReviewStatus


def delivery_to_review(membership: Membership, offer: Offer) -> Delivery:
    """The delivery on which a review of the organisation stands.

    :raises OwnWork: the offer is the organisation’s own.
    :raises NothingToReview: it has got no data of the offer.
    :raises NotAllowed: the person works for the market.
    """
    if membership.user.is_moderator:
        raise NotAllowed(_("Members of the market write no reviews."))
    if offer.publisher_id == membership.organisation_id:
        raise OwnWork(_("This is your organisation’s own offer: others review it."))
    mine = Delivery.objects.filter(offer=offer, organisation=membership.organisation_id)
    found = mine.select_related("offer", "organisation").first()
    if found is None:
        raise NothingToReview
    return found


def review_shown(reference: str, *, offer: Offer | None = None) -> Review:
    """A review that everybody who sees the offer can read.

    :param offer: only a review of it will do; none: one of any offer.
    :raises NotFound: there is none of that reference, or it is not shown (any more).
    """
    shown = Review.objects.filter(reference=reference, status=ReviewStatus.SHOWN)
    if offer is not None:
        shown = shown.filter(offer=offer)
    found = shown.select_related("offer__publisher", "organisation").first()
    if found is None:
        raise NotFound(_("We found no such review. It may have been changed or taken down."))
    return found


def review_to_decide(user: User, reference: str) -> Review:
    """A review in any state, for a moderator.

    :raises NotFound: not a moderator, or no such review.
    """
    require_moderator(user)
    found = Review.objects.select_related(
        "offer__current_version", "offer__publisher", "organisation", "written_by"
    ).annotate(version_number=F("version__number"))
    review = found.filter(reference=reference).first()
    if review is None:
        raise NotFound(_("We found no such review."))
    return review


def review_to_answer(user: User, reference: str) -> Review:
    """A shown review without an answer, for who may answer it.

    :raises NotFound, NotAllowed, OwnWork: as ``review_shown`` and ``require_answerer``.
    :raises AnsweredAlready: an answer stands or waits.
    """
    review = review_shown(reference)
    require_answerer(user, review)
    require_unanswered(review)
    return review


def require_unanswered(review: Review) -> None:
    """:raises AnsweredAlready: an answer stands or waits."""
    standing = (ReviewAnswerStatus.WRITTEN, ReviewAnswerStatus.SHOWN)
    if review.answers.filter(status__in=standing).exists():
        raise AnsweredAlready


def require_impartial(user: User, review: Review) -> None:
    """A moderator who belongs neither to who wrote the review nor to the offer’s publisher.

    :raises NotFound: not a moderator.
    :raises OwnWork: a member of one of them.
    """
    require_moderator(user)
    concerned = [review.organisation_id, review.offer.publisher_id]
    if Membership.objects.filter(user=user, organisation__in=concerned).exists():
        raise OwnWork(_("Your own organisation is concerned: another moderator decides."))


def require_answerer(user: User, review: Review) -> None:
    """An owner of the offer’s publisher; for the market’s own shelf, a moderator.

    :raises NotFound, NotAllowed, OwnWork: somebody else.
    """
    if review.offer.publisher is None:
        require_impartial(user, review)
    else:
        require_drafter(user, publisher=review.offer.publisher)
