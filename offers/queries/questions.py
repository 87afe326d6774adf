"""Questions about offers, as the pages of the public, of members and of moderators show them."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.aggregates import Count

from accounts.models import Role, User
from common.language import gettext as _
from offers.models import (
    Answer,
    AnswerStatus,
    Offer,
    Question,
    QuestionReport,
    QuestionStatus,
)

ON_OFFER_PAGES = 3
MOST_WAITING_SHOWN = 200


def shown_questions(offer: Offer) -> QuerySet[Question]:
    """What everybody reads, with who asks and the newest answer; answered ones first."""
    return (
        Question.objects.filter(offer=offer, status=QuestionStatus.SHOWN)
        .select_related("organisation", "answer__organisation")
        .order_by(F("answered_at").desc(nulls_last=True), "-pk")
    )


def first_questions(offer: Offer) -> list[Question]:
    """The first few of them, each with ``in_all``: how many there are."""
    counted = shown_questions(offer).annotate(in_all=Window(Count("*")))
    return list(counted[:ON_OFFER_PAGES])


def own_waiting(user: User, *, offer: Offer) -> list[Question]:
    """What the person's organisations have asked about the offer and nobody has looked at."""
    asked = _asked_by(user).filter(offer=offer, status=QuestionStatus.ASKED)
    return list(asked.order_by("-pk"))


def own_questions(user: User) -> QuerySet[Question]:
    """All that the person's organisations have asked, the newest first."""
    return _asked_by(user).select_related("offer__current_version").order_by("-pk")


def _asked_by(user: User) -> QuerySet[Question]:
    asked = Question.objects.filter(organisation__memberships__user=user)
    return asked.select_related("organisation", "answer__organisation")


def to_be_answered(user: User) -> list[Question]:
    """Questions without an answer about offers of organisations that the person owns."""
    found = _unanswered().filter(
        offer__publisher__memberships__user=user, offer__publisher__memberships__role=Role.OWNER
    )
    loaded = found.select_related("organisation", "offer__current_version")
    return list(loaded.order_by("pk")[:MOST_WAITING_SHOWN])


def _unanswered() -> QuerySet[Question]:
    """Shown, and nobody has answered, nor waits with an answer for a moderator."""
    return Question.objects.filter(~_has_answer_waiting(), status=QuestionStatus.SHOWN, answer=None)


def _has_answer_waiting() -> Exists:
    return Exists(Answer.objects.filter(question=OuterRef("pk"), status=AnswerStatus.GIVEN))


def answers_of(question: Question, *, statuses: Sequence[str]) -> list[Answer]:
    """Answers to the question in these statuses, the oldest first."""
    found = question.answers.filter(status__in=statuses).select_related("organisation")
    return list(found.order_by("pk"))


# -- moderators ------------------------------------------------------------------------------------


def waiting_for_moderators() -> QuerySet[Question]:
    """What moderators have to look at, the oldest first, with ``why`` in a few words.

    New questions, new answers, open reports; on the market's own shelf, what nobody answered yet.
    """
    is_new = Q(status=QuestionStatus.ASKED)
    is_shown = Q(status=QuestionStatus.SHOWN)
    is_reported = is_shown & Exists(
        QuestionReport.objects.filter(question=OuterRef("pk"), settled_at=None)
    )
    has_answer = is_shown & Q(_has_answer_waiting())
    is_ours = is_shown & Q(answer=None, offer__publisher=None)
    why = Case(
        When(is_reported, then=Value(_("Reported"))),
        When(is_new, then=Value(_("New question"))),
        When(has_answer, then=Value(_("New answer"))),
        default=Value(_("Waits for an answer")),
    )
    return (
        Question.objects.filter(is_new | is_reported | has_answer | is_ours)
        .annotate(why=why)
        .select_related("organisation", "offer__current_version", "offer__publisher")
        .order_by("pk")[:MOST_WAITING_SHOWN]
    )


def open_reports(question: Question) -> dict[int, list[QuestionReport]]:
    """Reports nobody has decided about, by the number of the answer; 0: the question itself."""
    reports: dict[int, list[QuestionReport]] = defaultdict(list)
    waiting = question.reports.filter(settled_at=None).select_related("organisation")
    for report in waiting.order_by("pk"):
        reports[report.answer_id or 0].append(report)
    return reports
