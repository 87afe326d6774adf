"""Moderators: questions and answers that wait, and the decision about each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require_moderator
from accounts.models import User
from common.errors import InvalidTransition, NotFound
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from common.language import gettext_noop, override
from offers.access import questions as access
from offers.actions import question_decisions as decisions
from offers.actions.questions import give_answer
from offers.forms.questions import LookForm, ReplyForm
from offers.models import Answer, AnswerStatus, Question, QuestionReport, QuestionStatus
from offers.queries import questions
from offers.views.disagreeing import decided_meanwhile

SAID = {
    LookForm.SHOW: gettext_noop("Everybody can read it now."),
    LookForm.TURN_DOWN: gettext_noop("It is not shown. Who wrote it has been told why."),
    LookForm.HIDE: gettext_noop("It is hidden. Who wrote it has been told why."),
    LookForm.LEAVE: gettext_noop("It stays as it is. The reports are settled."),
}


@dataclass(frozen=True)
class Part:
    """The question, or one answer to it, with what can be decided about it."""

    about: int
    words: Question | Answer
    reports: Sequence[QuestionReport]
    form: LookForm

    @property
    def can_be_shown(self) -> bool:
        """Nobody has decided about it yet."""
        return self.words.status in {"asked", "given"}

    @property
    def can_be_hidden(self) -> bool:
        """Everybody reads it."""
        return self.words.status == QuestionStatus.SHOWN


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    require_moderator(_user(request))
    waiting = questions.waiting_for_moderators()
    return render(request, "offers/questions/moderation_questions.html", {"waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One question and all that was said to it: decisions about each, and an answer."""
    user = _user(request)
    question = access.question_to_review(user, reference)
    data = request.POST if request.method == "POST" else None
    reply = ReplyForm(data if data is not None and "text" in data else None)
    if reply.is_bound and reply.is_valid():
        text = reply.cleaned_data["text"]
        give_answer(question=question, text=text, by=user, at=timezone.now())
        messages.success(request, _("Answered."))
        return redirect("offers:moderation-question", reference)
    parts = _parts(question, data=None if reply.is_bound else data)
    decided = next((one for one in parts if one.form.is_bound and one.form.is_valid()), None)
    if decided:
        try:
            return _decided(request, decided, reference)
        except InvalidTransition:
            return _too_late(request, decided)
    context = {
        "question": question,
        "parts": parts,
        "reply": reply,
        "can_answer": question.status == QuestionStatus.SHOWN and access.may_answer(user, question),
    }
    status = 200 if data is None else UNPROCESSABLE
    return render(request, "offers/questions/moderation_question.html", context, status=status)


def _parts(question: Question, *, data: QueryDict | None) -> list[Part]:
    """:raises NotFound: what was sent is about none of them."""
    reports = questions.open_reports(question)
    about = data.get("about") if data is not None else None
    written: list[Question | Answer] = [
        question,
        *questions.answers_of(question, statuses=AnswerStatus.values),
    ]
    parts = []
    for words in written:
        number = words.pk if isinstance(words, Answer) else 0
        form = LookForm(data if about == str(number) else None, about=number)
        parts.append(Part(number, words, reports.get(number, []), form))
    if data is not None and not any(part.form.is_bound for part in parts):
        raise NotFound(_("We found no such answer to this question."))
    return parts


def _decided(request: HttpRequest, part: Part, reference: str) -> HttpResponse:
    words, by, now = part.words, _user(request), timezone.now()
    decision = part.form.cleaned_data["decision"]
    with override(words.writer.language):
        reason = part.form.reason()
    if decision == LookForm.SHOW:
        decisions.show(words=words, by=by, at=now)
    elif decision == LookForm.TURN_DOWN:
        decisions.turn_down(words=words, reason=reason, by=by, at=now)
    elif decision == LookForm.HIDE:
        decisions.hide(words=words, reason=reason, by=by, at=now)
    else:
        decisions.leave(words=words, by=by, at=now)
    messages.success(request, _(SAID[decision]))
    return redirect("offers:moderation-question", reference)


def _too_late(request: HttpRequest, part: Part) -> HttpResponse:
    """Somebody has decided already: who, and what was typed."""
    part.words.refresh_from_db()
    words, back = part.form.reason(), "offers:moderation-questions"
    return decided_meanwhile(request, part.words, words=words, back=back)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
