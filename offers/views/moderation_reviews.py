"""Moderators: reviews and answers that wait, and reviews that were reported."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_moderator
from accounts.models import User
from common.errors import InvalidTransition, NotFound
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from offers.access import reviews as access
from offers.actions import reviews as actions
from offers.forms.reviews import AnswerVerdictForm, VerdictForm
from offers.models import Review, ReviewAnswer, ReviewStatus
from offers.queries import reviews as queries
from offers.views.disagreeing import decided_meanwhile


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    require_moderator(_user(request))
    context = {"waiting": queries.waiting_reviews()}
    return render(request, "offers/reviews/moderation_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One review, with all that was said about it, and the decision."""
    found = access.review_to_decide(_user(request), reference)
    data = request.POST if request.method == "POST" else None
    form = VerdictForm(data, status=found.status)
    if form.is_bound and form.is_valid():
        if not form.is_about(found.status):
            return _too_late(request, found, form)
        try:
            messages.success(request, _decided(found, form, by=_user(request)))
        except InvalidTransition:
            return _too_late(request, found, form)
        return redirect("offers:moderation-reviews")
    return _case(request, found, form=form)


@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The decision about the newest answer to a review."""
    found = access.review_to_decide(_user(request), reference)
    newest = queries.case_of(found).answer
    if newest is None:
        raise NotFound(_("This review has no answer."))
    form = AnswerVerdictForm(request.POST, newest=newest)
    if form.is_valid():
        if form.cleaned_data["about"] != newest.pk:
            raise InvalidTransition(_("There is another answer now. Please read it first."))
        if not form.is_about(newest.status):
            return _too_late(request, newest, form)
        try:
            messages.success(request, _answer_decided(newest, form, by=_user(request)))
        except InvalidTransition:
            return _too_late(request, newest, form)
        return redirect("offers:moderation-reviews")
    return _case(request, found, answer_form=form)


def _too_late(request: HttpRequest, row: Review | ReviewAnswer, form: VerdictForm) -> HttpResponse:
    """Somebody has decided already: who, and what was typed."""
    row.refresh_from_db()
    words, back = form.cleaned_data["reason"], "offers:moderation-reviews"
    return decided_meanwhile(request, row, words=words, back=back)


def _case(
    request: HttpRequest,
    found: Review,
    *,
    form: VerdictForm | None = None,
    answer_form: AnswerVerdictForm | None = None,
) -> HttpResponse:
    case = queries.case_of(found)
    context = {
        "review": found,
        "case": case,
        "form": form or VerdictForm(status=found.status),
        "answer_form": answer_form or AnswerVerdictForm(None, newest=case.answer),
    }
    is_wrong = bool(answer_form or (form and form.is_bound))
    status = UNPROCESSABLE if is_wrong else 200
    return render(request, "offers/reviews/moderation_case.html", context, status=status)


def _decided(found: Review, form: VerdictForm, *, by: User) -> str:
    """Do as the form says; a sentence of what was done."""
    decision, now = form.cleaned_data["decision"], timezone.now()
    if decision == VerdictForm.SHOW:
        actions.show_review(review=found, by=by, at=now)
        return _("The review is shown.")
    if decision == VerdictForm.LEAVE:
        actions.settle_reports(review=found, by=by, at=now)
        return _("The review stays as it is.")
    reason = form.cleaned_data["reason"]
    is_shown = found.status == ReviewStatus.SHOWN
    take_down = actions.hide_review if is_shown else actions.turn_down_review
    take_down(review=found, reason=reason, by=by, at=now)
    return _("The review is not shown. Who wrote it has been told why.")


def _answer_decided(newest: ReviewAnswer, form: VerdictForm, *, by: User) -> str:
    now = timezone.now()
    if form.cleaned_data["decision"] == VerdictForm.TAKE_DOWN:
        reason = form.cleaned_data["reason"]
        actions.take_down_answer(answer=newest, reason=reason, by=by, at=now)
        return _("The answer is not shown. Who wrote it has been told why.")
    actions.show_answer(answer=newest, by=by, at=now)
    return _("The answer is shown.")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
