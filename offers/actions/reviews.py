"""Reviews: written by who got the data, looked at by a moderator, shown, answered, taken down.

Locks go offer, delivery, review, answer. What all reviews of an offer say together is counted in
the transaction that shows or hides one.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from accounts import audit, notifications, queries
from accounts.access import require
from accounts.audit import Action
from accounts.models import Membership, Organisation, OrganisationStatus, Role, User
from common import transitions
from common.errors import InvalidTransition
from common.language import gettext as _
from common.language import gettext_noop
from offers.access import reviews as access
from offers.errors import ReasonMissing, ReportedAlready, TooManyKept
from offers.models import (
    Delivery,
    Offer,
    OfferVersion,
    Review,
    ReviewAnswer,
    ReviewAnswerStatus,
    ReviewReport,
    ReviewStatus,
)
from offers.ratings import MOST_STARS

MOST_A_DAY = 5  # entries of one organisation about one offer
REMIND_AFTER = timedelta(days=14)
_MAY_WRITE = (Role.BUYER, Role.APPROVER, Role.OWNER)


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a review says, as a form says it; a question that was left out is ``None``."""

    stars: int
    headline: str
    text: str
    as_described: int | None = None
    completeness: int | None = None
    ease: int | None = None
    used_for: str = ""
    shows_name: bool = False


@transaction.atomic
def note_delivery(*, version: OfferVersion, organisation: Organisation, at: datetime) -> None:
    """Data of this version is there for the organisation; told again, nothing changes."""
    Delivery.objects.get_or_create(
        offer_id=version.offer_id,
        organisation=organisation,
        defaults={"version": version, "delivered_at": at},
    )
    older = Delivery.objects.filter(offer_id=version.offer_id, organisation=organisation)
    older.filter(version__number__lt=version.number).update(version=version, delivered_at=at)


@transaction.atomic
def write_review(*, membership: Membership, offer: Offer, opinion: Opinion, at: datetime) -> Review:
    """Hand a review to the moderators; one that still waits is replaced, one that is shown stays.

    :raises NotAllowed: a lesser role than buyer, or the organisation is suspended.
    :raises NothingToReview, OwnWork: it got no data, or the offer is its own.
    :raises TooManyKept: it was written anew too often today.
    """
    require(membership, need=Role.BUYER)
    delivery = access.delivery_to_review(membership, offer)
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    former = Review.objects.filter(offer=offer, organisation=membership.organisation)
    waiting = former.select_for_update().filter(status=ReviewStatus.WRITTEN).first()
    if waiting is not None and _says(waiting, opinion):
        return waiting
    if former.filter(created_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyKept(_("You have changed this review often today. Please go on tomorrow."))
    if waiting is not None:
        _move(waiting, ReviewStatus.REPLACED, Action.REVIEW_REPLACED, by=membership.user, at=at)
    review = Review.objects.create(
        offer=offer,
        organisation=membership.organisation,
        version_id=delivery.version_id,
        delivered_at=delivery.delivered_at,
        written_by=membership.user,
        created_at=at,
        **asdict(opinion),
    )
    _record(Action.REVIEW_WRITTEN, review, review, by=membership.user, at=at)
    return review


@transaction.atomic
def show_review(*, review: Review, by: User, at: datetime) -> Review:
    """Show it to everybody who sees the offer, in the place of the organisation’s former one.

    :raises NotFound, OwnWork: not a moderator, or one of a concerned organisation.
    :raises InvalidTransition: it was decided, or written anew, meanwhile.
    """
    review = _locked(review, by=by)
    former = Review.objects.select_for_update().filter(
        offer=review.offer, organisation=review.organisation_id, status=ReviewStatus.SHOWN
    )
    for shown in former:
        _move(shown, ReviewStatus.REPLACED, Action.REVIEW_REPLACED, by=by, at=at)
    _move(review, ReviewStatus.SHOWN, Action.REVIEW_SHOWN, by=by, at=at)
    _count_stars(review.offer)
    subject = gettext_noop("Your review is shown")
    _tell(_authors(review), review, subject, line=review.headline)
    if review.offer.publisher is not None:
        subject = gettext_noop("There is a new review of your offer")
        _tell(queries.owners_of(review.offer.publisher), review, subject, line=review.headline)
    return review


@transaction.atomic
def turn_down_review(*, review: Review, reason: str, by: User, at: datetime) -> Review:
    """Do not show it; who wrote it reads why, and can write it anew.

    :raises ReasonMissing: the reason is empty.
    :raises NotFound, OwnWork, InvalidTransition: as ``show_review``.
    """
    review = _locked(review, by=by)
    review.reason = _reason(reason)
    _move(review, ReviewStatus.TURNED_DOWN, Action.REVIEW_TURNED_DOWN, by=by, at=at)
    subject = gettext_noop("Your review is not shown")
    _tell(_authors(review), review, subject, line=review.reason)
    return review


@transaction.atomic
def hide_review(*, review: Review, reason: str, by: User, at: datetime) -> Review:
    """Take it down; who wrote it reads why, and reports of it are settled.

    :raises ReasonMissing: the reason is empty.
    :raises NotFound, OwnWork, InvalidTransition: as ``show_review``.
    """
    review = _locked(review, by=by)
    review.reason = _reason(reason)
    _move(review, ReviewStatus.HIDDEN, Action.REVIEW_HIDDEN, by=by, at=at)
    review.reports.filter(settled_at=None).update(settled_at=at)
    _count_stars(review.offer)
    subject = gettext_noop("Your review was taken down")
    _tell(_authors(review), review, subject, line=review.reason)
    return review


@transaction.atomic
def report_review(
    *, membership: Membership, review: Review, reason: str, at: datetime
) -> ReviewReport:
    """Ask moderators to look again; an organisation does so once for each review.

    :raises ReasonMissing: the reason is empty.
    :raises NotFound: it is no longer shown.
    :raises ReportedAlready: by the organisation.
    """
    review = access.review_shown(review.reference)
    report, created = ReviewReport.objects.get_or_create(
        review=review,
        organisation=membership.organisation,
        defaults={
            "reported_by": membership.user,
            "reason": _reason(reason),
            "created_at": at,
        },
    )
    if not created:
        raise ReportedAlready
    organisation = membership.organisation
    audit.record(
        Action.REVIEW_REPORTED, review, at=at, actor=membership.user, organisation=organisation
    )
    return report


@transaction.atomic
def settle_reports(*, review: Review, by: User, at: datetime) -> None:
    """Leave a reported review as it is.

    :raises NotFound, OwnWork: as ``show_review``.
    """
    review = _locked(review, by=by)
    settled = review.reports.filter(settled_at=None).update(settled_at=at)
    if settled:
        audit.record(Action.REVIEW_REPORTS_SETTLED, review, at=at, actor=by, reports=settled)


@transaction.atomic
def answer_review(*, review: Review, text: str, by: User, at: datetime) -> ReviewAnswer:
    """Answer once, for the publisher; a moderator’s answer for the market is shown at once.

    :raises NotFound, NotAllowed, OwnWork: neither an owner of the publisher nor, on the market’s
        own shelf, a moderator; or the review is no longer shown.
    :raises AnsweredAlready: an answer stands or waits.
    """
    review = Review.objects.select_for_update().get(pk=review.pk)
    review = access.review_shown(review.reference)
    access.require_answerer(by, review)
    access.require_unanswered(review)
    is_by_market = review.offer.publisher is None
    answer = ReviewAnswer.objects.create(
        review=review, text=text, written_by=by, is_by_market=is_by_market, created_at=at
    )
    _record(Action.REVIEW_ANSWER_WRITTEN, answer, review, by=by, at=at)
    if is_by_market:
        _show_answer(answer, review, by=by, at=at)
    return answer


@transaction.atomic
def show_answer(*, answer: ReviewAnswer, by: User, at: datetime) -> None:
    """Show it below its review.

    :raises NotFound, OwnWork, InvalidTransition: as ``show_review``; or the review is not shown.
    """
    review, answer = _locked_answer(answer, by=by)
    if review.status != ReviewStatus.SHOWN:
        raise InvalidTransition(_("The review is not shown any more, so no answer to it is."))
    _show_answer(answer, review, by=by, at=at)


@transaction.atomic
def take_down_answer(*, answer: ReviewAnswer, reason: str, by: User, at: datetime) -> None:
    """Turn down an answer that waits, or hide one that is shown; who wrote it reads why.

    :raises ReasonMissing: the reason is empty.
    :raises NotFound, OwnWork, InvalidTransition: as ``show_review``.
    """
    review, answer = _locked_answer(answer, by=by)
    answer.reason = _reason(reason)
    if answer.status == ReviewAnswerStatus.SHOWN:
        _move_answer(answer, ReviewAnswerStatus.HIDDEN, review, by=by, at=at)
    else:
        _move_answer(answer, ReviewAnswerStatus.TURNED_DOWN, review, by=by, at=at)
    key = f"review-answer:{answer.pk}:{answer.status}"
    subject = gettext_noop("Your answer to a review is not shown")
    _tell(_answerers(answer, review), review, subject, line=answer.reason, key=key)


@transaction.atomic
def remind_of_reviews(*, at: datetime, limit: int) -> int:
    """Ask organisations that got data a while ago what it was like, once; how many were due."""
    due = Delivery.objects.filter(reminded_at=None, delivered_at__lte=at - REMIND_AFTER)
    due = due.select_for_update(skip_locked=True, of=("self",)).select_related(
        "offer__current_version", "organisation"
    )
    deliveries = list(due.order_by("delivered_at", "pk")[:limit])
    for delivery in deliveries:
        if _is_to_remind(delivery):
            _remind(delivery)
    Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(reminded_at=at)
    return len(deliveries)


def _is_to_remind(delivery: Delivery) -> bool:
    organisation, offer = delivery.organisation, delivery.offer
    return (
        organisation.status != OrganisationStatus.SUSPENDED
        and offer.publisher_id != organisation.pk
        and not Review.objects.filter(offer=offer, organisation=organisation).exists()
    )


def _remind(delivery: Delivery) -> None:
    offer = delivery.offer
    assert offer.current_version
    title = offer.current_version.title[:90]
    members = Membership.objects.filter(organisation=delivery.organisation, role__in=_MAY_WRITE)
    notifications.notify(
        User.objects.filter(pk__in=members.values("user"), is_active=True, is_moderator=False),
        notice="review_wanted",
        subject=lambda: _("What was “{title}” like?").format(title=title),
        line=lambda: _(
            "You have had its data for a while. A few words help others who think of ordering it."
        ),
        link=reverse("offers:review-new", args=[offer.slug]),
        key=f"review-wanted:{delivery.pk}",
    )


def _says(review: Review, opinion: Opinion) -> bool:
    return all(getattr(review, name) == value for name, value in asdict(opinion).items())


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(_("Please say why."))
    return reason.strip()[:512]


def _locked(review: Review, *, by: User) -> Review:
    """Lock the offer and the review, for a moderator who may decide."""
    offer = Offer.objects.select_for_update(of=("self",), no_key=True).select_related("publisher")
    offer_of_it = offer.get(pk=review.offer_id)
    review = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    review.offer = offer_of_it
    access.require_impartial(by, review)
    return review


def _locked_answer(answer: ReviewAnswer, *, by: User) -> tuple[Review, ReviewAnswer]:
    review = _locked(answer.review, by=by)
    return review, ReviewAnswer.objects.select_for_update().get(pk=answer.pk)


def _move(review: Review, target: ReviewStatus, action: Action, *, by: User, at: datetime) -> None:
    was = review.status
    transitions.check(Review.TRANSITIONS, current=was, target=target)
    review.status, review.decided_at = target, at
    review.save(update_fields=["status", "decided_at", "reason"])
    _record(action, review, review, by=by, at=at, was=was)


_ANSWER_WORDS = {
    ReviewAnswerStatus.SHOWN: Action.REVIEW_ANSWER_SHOWN,
    ReviewAnswerStatus.TURNED_DOWN: Action.REVIEW_ANSWER_TURNED_DOWN,
    ReviewAnswerStatus.HIDDEN: Action.REVIEW_ANSWER_HIDDEN,
}


def _move_answer(
    answer: ReviewAnswer, target: ReviewAnswerStatus, review: Review, *, by: User, at: datetime
) -> None:
    was = answer.status
    transitions.check(ReviewAnswer.TRANSITIONS, current=was, target=target)
    answer.status, answer.decided_at = target, at
    answer.save(update_fields=["status", "decided_at", "reason"])
    _record(_ANSWER_WORDS[target], answer, review, by=by, at=at, was=was)


def _show_answer(answer: ReviewAnswer, review: Review, *, by: User, at: datetime) -> None:
    _move_answer(answer, ReviewAnswerStatus.SHOWN, review, by=by, at=at)
    subject, key = gettext_noop("Your review has an answer"), f"review-answer:{answer.pk}:shown"
    _tell(_authors(review), review, subject, line=answer.text[:200], key=key)


def _count_stars(offer: Offer) -> None:
    """What shown reviews say together, on the offer’s own row; the offer is locked."""
    shown = Review.objects.filter(offer=offer, status=ReviewStatus.SHOWN)
    counted = dict(shown.values_list("stars").annotate(number=Count("pk")).order_by())
    offer.star_counts = [counted.get(stars, 0) for stars in range(1, MOST_STARS + 1)]
    offer.save(update_fields=["star_counts"])


def _record(
    action: Action,
    row: Review | ReviewAnswer,
    review: Review,
    *,
    by: User,
    at: datetime,
    was: str = "",
) -> None:
    details: dict[str, Any] = {"offer_id": review.offer_id, "stars": review.stars}
    audit.record(
        action,
        row,
        at=at,
        actor=by,
        organisation=review.organisation,
        was=was,
        now=row.status,
        **details,
    )


def _authors(review: Review) -> Iterable[User]:
    return queries.who_hears(review.written_by, organisation=review.organisation)


def _answerers(answer: ReviewAnswer, review: Review) -> Iterable[User]:
    publisher = review.offer.publisher
    if answer.is_by_market or publisher is None:
        return [answer.written_by]
    return queries.who_hears(answer.written_by, organisation=publisher)


def _tell(
    people: Iterable[User], review: Review, subject: str, *, line: str, key: str = ""
) -> None:
    """:param subject: English; the line is what somebody wrote."""
    notifications.notify(
        people,
        notice="review",
        subject=lambda: _(subject),
        line=line,
        link=reverse("offers:reviews", args=[review.offer.slug]),
        key=key or f"review:{review.pk}:{review.status}",
    )
