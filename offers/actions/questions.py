"""Questions about offers: asked, answered, taken back, reported."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts import audit, notifications
from accounts.access import membership_for
from accounts.audit import Action
from accounts.models import Membership, Organisation, Role, User
from common import transitions
from common.language import gettext as _
from offers.access import questions as access
from offers.actions.question_decisions import show_now, title_of
from offers.errors import NotShownNow, OwnWork, ReportedAlready, TooManyAsked
from offers.models import (
    Answer,
    AnswerStatus,
    Offer,
    Question,
    QuestionReport,
    QuestionStatus,
)

MOST_OPEN = 5  # of one organisation about one offer: waiting, or shown without an answer
MOST_WAITING = 20  # of one organisation, about all offers
MOST_A_DAY = 30  # of one organisation, taken back or not: moderators are told of each
MOST_ANSWERS_WAITING = 3  # to one question
MOST_REPORTS = 20  # of one organisation, not settled


@transaction.atomic
def ask(
    *, offer: Offer, membership: Membership, text: str, names_organisation: bool, at: datetime
) -> Question:
    """Put the question into the moderators' queue; sent twice, it stands there once.

    :param names_organisation: everybody reads its name; otherwise what it is and where.
    :raises OwnWork: the organisation publishes the offer itself.
    :raises TooManyAsked: too many questions of the organisation are open.
    """
    organisation = _locked_organisation(membership)
    if offer.publisher_id == organisation.pk:
        raise OwnWork(_("Your organisation publishes this offer: others ask you about it."))
    waiting = organisation.questions.filter(offer=offer, status=QuestionStatus.ASKED)
    if sent_before := waiting.filter(text=text).first():
        return sent_before
    _require_room(organisation, offer, at=at)
    question = Question.objects.create(
        offer=offer,
        organisation=organisation,
        asked_by=membership.user,
        names_organisation=names_organisation,
        text=text,
        created_at=at,
    )
    _record(Action.QUESTION_ASKED, question, by=membership.user, at=at)
    title = title_of(question)
    _tell_moderators(
        question,
        subject=lambda: _("A question about “{title}” waits").format(title=title),
        line=lambda: _("Nobody reads it before a moderator has looked at it."),
        key=f"question:{question.pk}",
    )
    return question


@transaction.atomic
def withdraw(*, question: Question, by: User, at: datetime) -> None:
    """Take back a question that nobody else has read yet.

    :raises NotFound: not a member of who asked.
    :raises NotAllowed: a member who may not buy.
    :raises InvalidTransition: a moderator has decided about it already.
    """
    membership_for(by, question.organisation.slug, need=Role.BUYER)
    question = Question.objects.select_for_update().get(pk=question.pk)
    was, target = question.status, QuestionStatus.WITHDRAWN
    transitions.check(Question.TRANSITIONS, current=was, target=target)
    question.status, question.decided_at = target, at
    question.save(update_fields=["status", "decided_at"])
    _record(Action.QUESTION_WITHDRAWN, question, by=by, at=at, was=was)


@transaction.atomic
def give_answer(*, question: Question, text: str, by: User, at: datetime) -> Answer:
    """Answer for the publisher, which a moderator looks at first, or at once for the market.

    :raises NotFound: neither a moderator nor a member of the publisher.
    :raises NotAllowed: a member of the publisher who is not its owner.
    :raises OwnWork: a moderator's own organisation asks.
    :raises NotShownNow: the question is not shown.
    :raises TooManyAsked: several answers to it wait for a moderator.
    """
    publisher = access.answers_for(by, question=question)
    _require_shown(question)
    waiting = question.answers.filter(status=AnswerStatus.GIVEN)
    if publisher and waiting.count() >= MOST_ANSWERS_WAITING:
        raise TooManyAsked(
            _("Answers of yours wait for a moderator. Please wait until one decides.")
        )
    given = Answer.objects.create(
        question=question, organisation=publisher, given_by=by, text=text, created_at=at
    )
    _record(Action.ANSWER_GIVEN, given, by=by, at=at)
    if publisher is None:
        show_now(words=given, by=by, at=at)
    else:
        _tell_of_answer(given)
    return given


def _tell_of_answer(given: Answer) -> None:
    title = title_of(given.question)
    _tell_moderators(
        given.question,
        subject=lambda: _("An answer about “{title}” waits").format(title=title),
        line=lambda: _(
            "Its publisher has answered. Nobody reads it before a moderator has looked at it."
        ),
        key=f"answer:{given.pk}",
    )


@transaction.atomic
def report(
    *,
    question: Question,
    answer: Answer | None,
    membership: Membership,
    reason: str,
    at: datetime,
) -> QuestionReport:
    """Ask moderators to look again at a question, or at one answer to it.

    :param answer: none: the question itself is meant.
    :raises NotShownNow: it is not shown.
    :raises ReportedAlready: by the same person.
    :raises TooManyAsked: too many reports of the organisation wait.
    """
    organisation = _locked_organisation(membership)
    _require_shown(question, answer)
    reports = QuestionReport.objects.filter(organisation=organisation, settled_at=None)
    if reports.count() >= MOST_REPORTS:
        raise TooManyAsked(
            _("{number} reports of your organisation wait for a moderator.").format(
                number=MOST_REPORTS
            )
        )
    written, is_new = QuestionReport.objects.get_or_create(
        question=question,
        answer=answer,
        reported_by=membership.user,
        defaults={"organisation": organisation, "reason": reason, "created_at": at},
    )
    if not is_new:
        raise ReportedAlready
    audit.record(
        Action.QUESTION_REPORTED,
        answer or question,
        at=at,
        actor=membership.user,
        organisation=organisation,
    )
    title = title_of(question)
    _tell_moderators(
        question,
        subject=lambda: _("A report about “{title}” waits").format(title=title),
        line=lambda: _("Somebody finds that a question or an answer should not be shown."),
        key=f"questionreport:{written.pk}",
    )
    return written


def _locked_organisation(membership: Membership) -> Organisation:
    """So that two windows cannot pass a cap together."""
    # No key changes: writing the record of a question, which names it, need not wait.
    found = Organisation.objects.select_for_update(no_key=True)
    return found.get(pk=membership.organisation_id)


def _require_shown(question: Question, answer: Answer | None = None) -> None:
    """Lock the question, so that it stays as it is."""
    current = Question.objects.select_for_update().get(pk=question.pk)
    is_shown = current.status == QuestionStatus.SHOWN
    if answer is not None:
        shown = current.answers.filter(pk=answer.pk, status=AnswerStatus.SHOWN)
        is_shown = is_shown and shown.exists()
    if not is_shown:
        raise NotShownNow


def _require_room(organisation: Organisation, offer: Offer, *, at: datetime) -> None:
    lately = organisation.questions.filter(created_at__gt=at - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        sentence = _("Your organisation asked {number} questions within a day. Try again tomorrow.")
        raise TooManyAsked(sentence.format(number=MOST_A_DAY))
    waiting = organisation.questions.filter(status=QuestionStatus.ASKED)
    unanswered = organisation.questions.filter(status=QuestionStatus.SHOWN, answer=None)
    if (waiting | unanswered).filter(offer=offer).count() >= MOST_OPEN:
        raise TooManyAsked(
            _(
                "{number} questions of your organisation about this offer are open."
                " Please wait for an answer first."
            ).format(number=MOST_OPEN)
        )
    if waiting.count() >= MOST_WAITING:
        raise TooManyAsked(
            _(
                "{number} questions of your organisation wait for a moderator."
                " Please wait until they are looked at."
            ).format(number=MOST_WAITING)
        )


def _record(
    action: Action, words: Question | Answer, *, by: User, at: datetime, was: str = ""
) -> None:
    audit.record(
        action,
        words,
        at=at,
        actor=by,
        organisation=words.organisation,
        was=was,
        now=words.status,
    )


def _tell_moderators(
    question: Question, *, subject: notifications.Words, line: notifications.Words, key: str
) -> None:
    notifications.notify(
        User.objects.filter(is_active=True, is_moderator=True).order_by("pk"),
        notice="question_waits",
        subject=subject,
        line=line,
        link=reverse("offers:moderation-question", args=[question.reference]),
        key=key,
    )
