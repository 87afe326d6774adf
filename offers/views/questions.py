"""Questions about an offer: read by everybody, asked and answered by members."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import current_membership, has_role
from accounts.models import Membership, Role, User
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from common.refusals import refused_in
from common.signing_in import log_in_to, typed_before
from offers.access import (
    may_be_led_to,
    offer_to_show,
    publishing_organisations,
    require_shopper,
)
from offers.access import questions as access
from offers.actions import questions as actions
from offers.errors import TooManyAsked
from offers.forms.questions import QuestionForm, ReplyForm, ReportForm
from offers.models import Answer, AnswerStatus, Offer, Question, QuestionStatus
from offers.queries import questions
from offers.views.visitors import kept_for_visitors

QUESTIONS_ON_A_PAGE = 20


@login_not_required
@require_safe
@kept_for_visitors
def question_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is shown; to members also what of their own waits."""
    offer = offer_to_show(slug)
    user = request.user
    shown = Paginator(questions.shown_questions(offer), QUESTIONS_ON_A_PAGE)
    context = {
        "offer": offer,
        "page": shown.get_page(request.GET.get("page")),
        "waiting": questions.own_waiting(user, offer=offer) if isinstance(user, User) else [],
    }
    return render(request, "offers/questions/question_list.html", context)


@log_in_to(gettext_lazy("Log in to ask a question about this offer."), keeps=["text"])
@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: HttpRequest, slug: str) -> HttpResponse:
    offer = offer_to_show(slug)
    membership = current_membership(request, need=Role.BUYER)
    data = request.POST if request.method == "POST" else None
    typed = typed_before(request)
    form = QuestionForm(data, organisation=membership.organisation, initial=typed)
    if form.is_bound and form.is_valid():
        with refused_in(form, TooManyAsked):
            _ask(offer, membership, form)
            messages.success(
                request,
                _("Asked. A moderator looks at it first; you are told when it is answered."),
            )
            return redirect("offers:offer-questions", slug)
    context = {"offer": offer, "form": form, "organisation": membership.organisation}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/questions/question_new.html", context, status=status)


def _ask(offer: Offer, membership: Membership, form: QuestionForm) -> None:
    actions.ask(
        offer=offer,
        membership=membership,
        text=form.cleaned_data["text"],
        names_organisation=form.names_organisation,
        at=timezone.now(),
    )


@require_safe
def my_questions(request: HttpRequest) -> HttpResponse:
    """What one's organisations have asked, and what their offers are asked."""
    user = require_shopper(_user(request))
    own = Paginator(questions.own_questions(user), QUESTIONS_ON_A_PAGE)
    context = {
        "page": own.get_page(request.GET.get("page")),
        "publishes": publishing_organisations(user).exists(),
        "to_answer": questions.to_be_answered(user),
    }
    return render(request, "offers/questions/my_questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One question with what became of it; whoever may answer does so here."""
    user = _user(request)
    question = access.question_to_see(user, reference)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        text, now = form.cleaned_data["text"], timezone.now()
        with refused_in(form, TooManyAsked):
            given = actions.give_answer(question=question, text=text, by=user, at=now)
            messages.success(request, _what_became_of(given))
            return redirect("offers:question", reference)
    context = _thread(user, question) | {"form": form}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/questions/question_detail.html", context, status=status)


def _what_became_of(given: Answer) -> str:
    if given.status == AnswerStatus.SHOWN:
        return _("Everybody can read your answer now.")
    return _("Answered. A moderator looks at it first.")


def _thread(user: User, question: Question) -> dict[str, Any]:
    may_answer = access.may_answer(user, question)
    is_shown = question.status == QuestionStatus.SHOWN
    statuses = AnswerStatus.values if may_answer else [AnswerStatus.SHOWN]
    ours = user.memberships.filter(organisation=question.organisation_id).first()
    return {
        "question": question,
        "offer": question.offer if may_be_led_to(user, question.offer) else None,
        "answers": questions.answers_of(question, statuses=statuses) if is_shown else [],
        "is_ours": ours is not None,
        "is_shown": is_shown,
        "can_answer": may_answer and is_shown,
        "can_withdraw": ours is not None
        and has_role(ours, need=Role.BUYER)
        and question.status == QuestionStatus.ASKED,
    }


@require_POST
def question_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    user = _user(request)
    question = access.question_to_see(user, reference)
    actions.withdraw(question=question, by=user, at=timezone.now())
    messages.success(request, _("Taken back. Nobody else has read your question."))
    return redirect("offers:my-questions")


@log_in_to(gettext_lazy("Log in to report what is written there."))
@require_http_methods(["GET", "HEAD", "POST"])
def question_report(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """``?answer=`` is the number of an answer; without it the question itself is meant."""
    membership = current_membership(request)
    question = access.question_shown(offer_to_show(slug), reference)
    answer = access.answer_shown(question, request.GET.get("answer", ""))
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.report(
            question=question,
            answer=answer,
            membership=membership,
            reason=form.reason(),
            at=timezone.now(),
        )
        messages.success(request, _("Reported. A moderator looks at it again."))
        return redirect("offers:offer-questions", slug)
    context = {"question": question, "answer": answer, "form": form}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/questions/question_report.html", context, status=status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
