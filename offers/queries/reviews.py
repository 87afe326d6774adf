"""Reviews as pages show them, to everybody, to who wrote them and to moderators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Membership, Organisation, Role, User
from common.language import number
from offers.models import (
    Delivery,
    Offer,
    Review,
    ReviewAnswer,
    ReviewAnswerStatus,
    ReviewReport,
    ReviewStatus,
)
from offers.ratings import Rating

NEWEST_SHOWN = 3  # on the offer's own page
MOST_WAITING = 200
SORTS: Mapping[str, tuple[str, ...]] = {
    "newest": ("-pk",),
    "highest": ("-stars", "-pk"),
    "lowest": ("stars", "-pk"),
}


@dataclass(frozen=True)
class Bar:
    """How many gave so many stars; a row of ``components/_bands.html``."""

    label: str
    text: str
    percent: int


def bars(rating: Rating) -> list[Bar]:
    """The distribution, the most stars first."""
    return [
        Bar(f"{stars} \N{MIDDLE DOT} {Review.Stars(stars).label}", number(count), percent)
        for stars, count, percent in rating.shares
    ]


def shown_reviews(offer: Offer, *, sort: str = "newest") -> QuerySet[Review]:
    """What everybody may read, each with its answer; one query."""
    shown = Review.objects.filter(offer=offer, status=ReviewStatus.SHOWN)
    return _told(shown).order_by(*SORTS[sort])


def newest_reviews(offer: Offer) -> list[Review]:
    """A few for the offer’s own page; asks nothing where there is none."""
    return list(shown_reviews(offer)[:NEWEST_SHOWN]) if offer.rating.reviews else []


def _told(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """With who wrote them, the number of the version, and the answer that is shown."""
    shown = ReviewAnswer.objects.filter(review=OuterRef("pk"), status=ReviewAnswerStatus.SHOWN)
    answer = JSONObject(text="text", is_by_market="is_by_market")
    return reviews.select_related("organisation").annotate(
        version_number=F("version__number"), answer=Subquery(shown.values(json=answer)[:1])
    )


def own_reviews(offer: Offer, organisation: Organisation) -> Sequence[Review]:
    """What the organisation’s own members see of theirs: the one shown and the last one written."""
    mine = Review.objects.filter(offer=offer, organisation=organisation)
    last = mine.exclude(status=ReviewStatus.REPLACED).order_by("-pk")[:1]
    shown = mine.filter(status=ReviewStatus.SHOWN)
    found = {review.pk: review for review in [*_told(last), *_told(shown)]}
    return list(found.values())


def has_got_data(offer: Offer, organisation: Organisation) -> bool:
    """Whether data of the offer has been delivered to the organisation."""
    return Delivery.objects.filter(offer=offer, organisation=organisation).exists()


def may_answer(user: User, offer: Offer) -> bool:
    """Whether to lead somebody to the form: an owner of the publisher; a moderator for our own."""
    if offer.publisher_id is None:
        return user.is_moderator
    owners = Membership.objects.filter(organisation=offer.publisher_id, role=Role.OWNER)
    return owners.filter(user=user).exists()


def last_opinion(offer: Offer, organisation: Organisation) -> Review | None:
    """What the organisation said last, to start from when it is changed."""
    return Review.objects.filter(offer=offer, organisation=organisation).order_by("-pk").first()


def waiting_reviews() -> QuerySet[Review]:
    """What moderators have to look at, the oldest first: each with why, ``needs_…``."""
    reviews = Review.objects.annotate(
        needs_look=Q(status=ReviewStatus.WRITTEN),
        needs_answer_look=Exists(
            ReviewAnswer.objects.filter(review=OuterRef("pk"), status=ReviewAnswerStatus.WRITTEN)
        ),
        needs_second_look=Exists(
            ReviewReport.objects.filter(review=OuterRef("pk"), settled_at=None)
        ),
    )
    looks_again = Q(needs_answer_look=True) | Q(needs_second_look=True)
    waiting = Q(needs_look=True) | (Q(status=ReviewStatus.SHOWN) & looks_again)
    found = reviews.filter(waiting).select_related("offer__current_version", "organisation")
    return found.order_by("pk")[:MOST_WAITING]


@dataclass(frozen=True)
class Case:
    """What a moderator looks at to decide about a review."""

    former: Review | None
    answer: ReviewAnswer | None
    reports: Sequence[ReviewReport]


def case_of(review: Review) -> Case:
    """The organisation’s shown review of the same offer, the newest answer, open reports."""
    shown = Review.objects.filter(
        offer=review.offer_id, organisation=review.organisation_id, status=ReviewStatus.SHOWN
    )
    reports = review.reports.filter(settled_at=None).select_related("organisation")
    return Case(
        former=_told(shown.exclude(pk=review.pk)).first(),
        answer=review.answers.order_by("-pk").first(),
        reports=list(reports.order_by("pk")[:MOST_WAITING]),
    )
