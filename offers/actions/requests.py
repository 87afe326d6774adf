"""Data that the shelf does not have: asked for, answered with an offer, or closed with a reason."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts import audit, notifications, queries
from accounts.audit import Action
from accounts.models import Membership, Organisation, Role, User
from accounts.notifications import Words
from common import transitions
from common.errors import NotFound
from common.language import gettext as _
from offers import access
from offers.errors import ReasonMissing, TooManyKept
from offers.models import DataRequest, DataRequestStatus, Offer

MOST_OPEN = 20  # of one organisation
MOST_A_DAY = 10  # of one organisation, closed or not: every publisher is told of each


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for, as a form says it; the budget is for all people together."""

    title: str
    what: str
    purpose: str
    why: str
    people: int
    budget_minor_units: int | None = None


@transaction.atomic
def ask_for_data(*, membership: Membership, question: Question, at: datetime) -> DataRequest:
    """Put the request into the queue; moderators and publishers are told, once if sent twice.

    :raises TooManyKept: the organisation has as many open requests as one may, or asked as often
        today.
    """
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    still_open = organisation.data_requests.filter(status=DataRequestStatus.OPEN)
    if sent_before := still_open.filter(**asdict(question)).first():
        return sent_before
    _require_room(organisation, at=at)
    request = DataRequest.objects.create(
        organisation=organisation,
        asked_by=membership.user,
        **asdict(question),
        created_at=at,
    )
    _record(Action.REQUEST_ASKED, request, by=membership.user, at=at)
    _tell_of_question(request)
    return request


@transaction.atomic
def answer_request(*, request: DataRequest, offer: Offer, by: User, at: datetime) -> DataRequest:
    """Answer with an offer on the shelf; who asked is told.

    :raises NotFound: neither a moderator nor an owner of the offer's publisher.
    :raises InvalidTransition: it was answered or closed already.
    """
    if not by.is_moderator:
        if offer.publisher is None:
            raise NotFound(_("This offer is not your organisation’s."))
        access.require_drafter(by, publisher=offer.publisher)
    request, was = _moved(request, DataRequestStatus.ANSWERED)
    request.offer, request.decided_at = offer, at
    request.save(update_fields=["status", "offer", "decided_at"])
    _record(Action.REQUEST_ANSWERED, request, by=by, at=at, was=was)
    assert offer.current_version
    title = offer.current_version.title
    _tell_asker(
        request,
        subject=lambda: _("An offer answers your request “{title}”").format(
            title=request.title[:80]
        ),
        line=lambda: _("It is “{title}”. Look whether it fits.").format(title=title),
        link=reverse("offers:offer-detail", args=[offer.slug]),
    )
    return request


@transaction.atomic
def close_request(*, request: DataRequest, reason: str, by: User, at: datetime) -> DataRequest:
    """Say why there will be no such offer, or that it is no longer wanted.

    :raises ReasonMissing: the reason is empty.
    :raises NotFound: neither a moderator nor a member of who asked.
    :raises NotAllowed: a member who may not buy.
    :raises InvalidTransition: it was answered or closed already.
    """
    if not reason.strip():
        raise ReasonMissing(_("Please say why, so that who asked knows."))
    if not by.is_moderator:
        access.membership_of_request(by, request, need=Role.BUYER)
    request, was = _moved(request, DataRequestStatus.CLOSED)
    request.reason, request.decided_at = reason.strip()[:512], at
    request.save(update_fields=["status", "reason", "decided_at"])
    _record(Action.REQUEST_CLOSED, request, by=by, at=at, was=was)
    if by not in _who_hears(request):
        _tell_asker(
            request,
            subject=lambda: _("Your request “{title}” is closed").format(title=request.title[:80]),
            line=request.reason,
            link=reverse("offers:request", args=[request.reference]),
        )
    return request


def _require_room(organisation: Organisation, *, at: datetime) -> None:
    asked = organisation.data_requests
    if asked.filter(status=DataRequestStatus.OPEN).count() >= MOST_OPEN:
        sentence = _("{number} requests of yours are open. Wait for an answer first.")
        raise TooManyKept(sentence.format(number=MOST_OPEN))
    if asked.filter(created_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        sentence = _("Your organisation asked {number} times within a day. Try again tomorrow.")
        raise TooManyKept(sentence.format(number=MOST_A_DAY))


def _moved(request: DataRequest, target: DataRequestStatus) -> tuple[DataRequest, str]:
    """Lock it and change its status, unsaved; with the status it had."""
    request = DataRequest.objects.select_for_update().get(pk=request.pk)
    was = request.status
    transitions.check(DataRequest.TRANSITIONS, current=was, target=target)
    request.status = target
    return request, was


def _record(action: Action, request: DataRequest, *, by: User, at: datetime, was: str = "") -> None:
    audit.record(
        action,
        request,
        at=at,
        actor=by,
        organisation=request.organisation,
        was=was,
        now=request.status,
    )


def _tell_of_question(request: DataRequest) -> None:
    notifications.notify(
        _who_may_answer(request),
        notice="data_request",
        subject=lambda: _("Somebody asks for “{title}”").format(title=request.title[:90]),
        line=lambda: _(
            "It is not on the shelf. If you have such an offer, or can make one, answer with it."
        ),
        link=reverse("offers:request", args=[request.reference]),
        key=f"data_request:{request.pk}",
    )


def _who_may_answer(request: DataRequest) -> Iterable[User]:
    """Moderators, and the owners of other organisations that publish offers."""
    publishers = Membership.objects.filter(
        role=Role.OWNER, organisation__in=access.publishers()
    ).exclude(organisation=request.organisation)
    people = User.objects.filter(is_active=True)
    return people.filter(is_moderator=True) | people.filter(pk__in=publishers.values("user"))


def _who_hears(request: DataRequest) -> list[User]:
    return queries.who_hears(request.asked_by, organisation=request.organisation)


def _tell_asker(request: DataRequest, *, subject: Words, line: Words, link: str) -> None:
    notifications.notify(
        _who_hears(request),
        notice=f"request_{request.status}",
        subject=subject,
        line=line,
        link=link,
        key=f"data_request:{request.pk}:{request.status}",
    )
