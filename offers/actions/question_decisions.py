"""Moderators decide what of questions and answers everybody reads."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts import audit, notifications, queries
from accounts.audit import Action
from accounts.models import Organisation, User
from common import transitions
from common.errors import InvalidTransition
from common.language import gettext as _
from common.language import gettext_noop
from offers.access import questions as access
from offers.errors import NotShownNow, ReasonMissing
from offers.models import Answer, AnswerStatus, Question, QuestionReport, QuestionStatus

Words = Question | Answer

LONGEST_REASON = 512


@transaction.atomic
def show(*, words: Words, by: User, at: datetime) -> None:
    """Let everybody read it. Of a question its publisher is told, of an answer who asked.

    :raises OwnWork: it is the moderator's own, or their organisation's.
    :raises InvalidTransition: it was decided already.
    :raises NotShownNow: it answers a question that is not shown any more.
    """
    access.require_reviewer(by, words=words)
    show_now(words=words, by=by, at=at)


def show_now(*, words: Words, by: User, at: datetime) -> None:
    """As ``show``, for words that nobody has to look at first; in the caller's transaction."""
    question, words = _locked(words)
    if isinstance(words, Question):
        _move(words, QuestionStatus.SHOWN, Action.QUESTION_SHOWN, by=by, at=at)
        _tell_publisher(words)
        return
    if question.status != QuestionStatus.SHOWN:
        raise NotShownNow
    _move(words, AnswerStatus.SHOWN, Action.ANSWER_SHOWN, by=by, at=at)
    _name_newest_answer(question)
    _tell_asker_of_answer(words)


@transaction.atomic
def turn_down(*, words: Words, reason: str, by: User, at: datetime) -> None:
    """Do not show it, and tell who wrote it why.

    :raises ReasonMissing: the reason is empty.
    :raises OwnWork: it is the moderator's own, or their organisation's.
    :raises InvalidTransition: it was decided already.
    """
    access.require_reviewer(by, words=words)
    words = _locked(words)[1]
    if isinstance(words, Question):
        target, action = QuestionStatus.TURNED_DOWN.value, Action.QUESTION_TURNED_DOWN
    else:
        target, action = AnswerStatus.TURNED_DOWN.value, Action.ANSWER_TURNED_DOWN
    _move(words, target, action, by=by, at=at, reason=_said(reason))
    _tell_writer(words, subject=gettext_noop("We do not show what you wrote about “{title}”"))


@transaction.atomic
def hide(*, words: Words, reason: str, by: User, at: datetime) -> None:
    """Take away what everybody could read; open reports of it are settled.

    :raises ReasonMissing: the reason is empty.
    :raises OwnWork: it is the moderator's own, or their organisation's.
    :raises InvalidTransition: it is not shown.
    """
    access.require_reviewer(by, words=words)
    question, words = _locked(words)
    said = _said(reason)
    if isinstance(words, Question):
        _move(words, QuestionStatus.HIDDEN, Action.QUESTION_HIDDEN, by=by, at=at, reason=said)
        _settle(question.reports.all(), at=at)  # its answers are gone with it
    else:
        _move(words, AnswerStatus.HIDDEN, Action.ANSWER_HIDDEN, by=by, at=at, reason=said)
        _name_newest_answer(question)
        _settle(words.reports.all(), at=at)
    _tell_writer(words, subject=gettext_noop("We no longer show what you wrote about “{title}”"))


@transaction.atomic
def leave(*, words: Words, by: User, at: datetime) -> None:
    """Go on showing what was reported.

    :raises OwnWork: it is the moderator's own, or their organisation's.
    :raises InvalidTransition: nobody has reported it, or somebody decided already.
    """
    access.require_reviewer(by, words=words)
    question, words = _locked(words)
    reports = words.reports.all()
    if isinstance(words, Question):
        reports = reports.filter(answer=None)
    if not _settle(reports, at=at):
        raise InvalidTransition(_("No report of this waits. Somebody may have decided already."))
    audit.record(
        Action.QUESTION_LEFT_SHOWN,
        words,
        at=at,
        actor=by,
        organisation=question.organisation,
    )


def _locked(words: Words) -> tuple[Question, Words]:
    """The question, locked first, and the words themselves: the question or an answer to it."""
    pk = words.pk if isinstance(words, Question) else words.question_id
    loaded = Question.objects.select_related("offer__current_version", "offer__publisher")
    question = loaded.select_for_update(of=("self",)).get(pk=pk)
    if isinstance(words, Question):
        return question, question
    answer = Answer.objects.select_for_update().get(pk=words.pk)
    answer.question = question
    return question, answer


def _move(
    words: Words, target: str, action: Action, *, by: User, at: datetime, reason: str = ""
) -> None:
    was = words.status
    transitions.check(words.TRANSITIONS, current=was, target=target)
    words.status, words.reason, words.decided_at = target, reason, at
    words.save(update_fields=["status", "reason", "decided_at"])
    audit.record(
        action,
        words,
        at=at,
        actor=by,
        organisation=words.organisation,
        was=was,
        now=target,
    )


def _name_newest_answer(question: Question) -> None:
    shown = question.answers.filter(status=AnswerStatus.SHOWN)
    newest = shown.order_by("-pk").first()
    question.answer, question.answered_at = newest, newest.decided_at if newest else None
    question.save(update_fields=["answer", "answered_at"])


def _settle(reports: QuerySet[QuestionReport], *, at: datetime) -> int:
    """Close those of them that are open; how many there were."""
    return reports.filter(settled_at=None).update(settled_at=at)


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(_("Please say why, so that who wrote it knows."))
    return reason.strip()[:LONGEST_REASON]


def title_of(question: Question) -> str:
    """The offer's title, short enough for a subject."""
    version = question.offer.current_version
    assert version
    return version.title[:90]


def page_of(question: Question) -> str:
    """Where who asked and who answers read the question."""
    return reverse("offers:question", args=[question.reference])


def _tell_publisher(question: Question) -> None:
    publisher: Organisation | None = question.offer.publisher
    if publisher is None:
        return
    title = title_of(question)
    notifications.notify(
        queries.owners_of(publisher),
        notice="question_shown",
        subject=lambda: _("Somebody asks about your offer “{title}”").format(title=title),
        line=lambda: _("Everybody can read the question now. Please answer it."),
        link=page_of(question),
        key=f"question:{question.pk}:shown",
    )


def _tell_asker_of_answer(answer: Answer) -> None:
    question = answer.question
    title = title_of(question)
    notifications.notify(
        queries.who_hears(question.asked_by, organisation=question.organisation),
        notice="question_answered",
        subject=lambda: _("Your question about “{title}” is answered").format(title=title),
        line=lambda: _("Everybody can read the answer beside your question."),
        link=page_of(question),
        key=f"answer:{answer.pk}:shown",
    )


def _tell_writer(words: Words, *, subject: str) -> None:
    """Say what was decided, and the moderator's reason for it.

    :param subject: English, with a place for the title.
    """
    question = words if isinstance(words, Question) else words.question
    title = title_of(question)
    organisation = words.organisation
    notifications.notify(
        queries.who_hears(words.writer, organisation=organisation)
        if organisation
        else [words.writer],
        notice="question_not_shown",
        subject=lambda: _(subject).format(title=title),
        line=words.reason[:400],
        link=page_of(question),
        key=f"{type(words).__name__.lower()}:{words.pk}:{words.status}",
    )
