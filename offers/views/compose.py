"""Composing an offer without code: begin, step by step, hand in, throw away."""

import re
import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import current_membership, has_role
from accounts.http import MarketplaceRequest
from accounts.models import Role
from common.errors import DomainError
from common.htmx import UNPROCESSABLE, is_htmx
from common.language import gettext as _
from common.signing_in import log_in_to
from offers import access
from offers.actions import drafts as actions
from offers.composing.starting import starting_point, starting_points
from offers.composing.steps import Step
from offers.errors import DraftChanged
from offers.forms.compose import HandInForm
from offers.models import OfferDraft
from offers.queries import copying, drafts
from offers.views import compose_steps
from offers.views.compose_steps import AnyStepForm
from offers.views.disagreeing import CONFLICT, disagreements

DRAFTS_ON_A_PAGE = 25
PAGE_BYTES = 9  # names an open page among those of one draft
PAGE_NAME = re.compile(r"[\w-]{1,40}", re.ASCII)


@log_in_to(gettext_lazy("Log in to compose an offer."))
@require_safe
def draft_list(request: MarketplaceRequest) -> HttpResponse:
    """One's organisation's own offers: drafts, and what became of them."""
    membership = current_membership(request)
    own = Paginator(drafts.drafts_of(membership.organisation), DRAFTS_ON_A_PAGE)
    context = {
        "organisation": membership.organisation,
        "page": own.get_page(request.GET.get("page")),
        "can_compose": has_role(membership, need=Role.OWNER),
    }
    return render(request, "offers/compose/draft_list.html", context)


@log_in_to(gettext_lazy("Log in to compose an offer."))
@require_http_methods(["GET", "HEAD", "POST"])
def draft_new(request: MarketplaceRequest) -> HttpResponse:
    """Begin with nothing, with a common need, or with an offer that is there."""
    if request.method == "POST":
        return _begun(request)
    membership = current_membership(request)
    reference = request.GET.get("offer", "")
    offer = access.offer_to_start_from(request.user, reference) if reference else None
    context = {
        "organisation": membership.organisation,
        "offer": offer,
        "points": starting_points(),
        "can_compose": has_role(membership, need=Role.OWNER),
    }
    return render(request, "offers/compose/draft_new.html", context)


def _begun(request: MarketplaceRequest) -> HttpResponse:
    membership = current_membership(request, need=Role.OWNER)
    reference, point = _plain(request, "offer"), _plain(request, "point")
    answers: dict[str, Any] = {}
    if reference:
        offer = access.offer_to_start_from(request.user, reference)
        answers, is_whole = copying.answers_from(offer)
        if not is_whole:
            messages.warning(request, _(copying.LEFT_OUT))
    elif point and (chosen := starting_point(point)):
        answers = chosen.answers
    draft = actions.begin_draft(
        organisation=membership.organisation, answers=answers, by=request.user, at=timezone.now()
    )
    return redirect("offers:draft", draft.reference)


def _plain(request: MarketplaceRequest, name: str) -> str:
    """What was sent under this name, without signs that PostgreSQL cannot look for."""
    return request.POST.get(name, "").replace("\0", "")


@require_safe
def draft(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """On to where something is missing, or to the last step."""
    found = access.draft_for(request.user, reference)
    lacks = drafts.lacks(found, rules=compose_steps.rules(), today=timezone.now().date())
    step = lacks[0].step if lacks and not drafts.is_waiting(found) else Step.CHECK
    return redirect("offers:draft-step", found.reference, step.value)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_step(request: MarketplaceRequest, reference: str, step: str) -> HttpResponse:
    found, current = access.draft_for(request.user, reference), _step(step)
    if current is Step.CHECK:
        return _check(request, found)
    if request.method == "POST":
        return _saved(request, found, current)
    if drafts.is_waiting(found):
        return redirect("offers:draft-step", found.reference, Step.CHECK.value)
    form = compose_steps.step_form(found, current, None, today=timezone.now().date())
    return _page(request, found, current, {"form": form})


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise Http404 from None


def _saved(request: MarketplaceRequest, found: OfferDraft, step: Step) -> HttpResponse:
    """Save a step: by htmx while somebody types, else when a button was pressed."""
    is_typing, is_later = is_htmx(request), "later" in request.POST
    form = compose_steps.step_form(
        found,
        step,
        request.POST,
        today=timezone.now().date(),
        is_lenient=is_typing or is_later,
    )
    if not form.is_valid():
        return _not_saved(request, found, step, form)
    saved = actions.StepSaved(
        step=step,
        part=form.part,
        page=_page_name(request),
        seen=request.POST.get("seen", ""),
        overwrite="overwrite" in request.POST,
    )
    try:
        found = actions.save_step(draft=found, saved=saved, by=request.user, at=timezone.now())
    except DraftChanged as refusal:
        return _conflict(request, found, step, form, refusal)
    if is_typing:
        return _preview(request, found, step, {"saved_at": found.changed_at})
    if is_later:
        messages.success(request, _("Your draft is saved."))
        return redirect("offers:drafts")
    return redirect("offers:draft-step", found.reference, step.after.value)


def _not_saved(
    request: MarketplaceRequest, found: OfferDraft, step: Step, form: AnyStepForm
) -> HttpResponse:
    if is_htmx(request):
        faults = [
            f"{form[name].label}: {fault}" for name in form.errors for fault in form[name].errors
        ]
        return _preview(request, found, step, {"faults": faults})
    return _page(request, found, step, {"form": form}, status=UNPROCESSABLE)


def _conflict(
    request: MarketplaceRequest,
    found: OfferDraft,
    step: Step,
    form: AnyStepForm,
    refusal: DraftChanged,
) -> HttpResponse:
    if is_htmx(request):
        return _preview(request, found, step, {"faults": [refusal.sentence]})
    found.refresh_from_db()
    theirs = compose_steps.step_form(found, step, None, today=timezone.now().date())
    more = {"form": form, "disagreements": disagreements(form, theirs)}
    return _page(request, found, step, more, status=CONFLICT)


def _page(
    request: MarketplaceRequest,
    found: OfferDraft,
    step: Step,
    more: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    posted = request.POST
    context = _shown(found, step) | {
        "page_name": _page_name(request) or secrets.token_urlsafe(PAGE_BYTES),
        "seen": posted.get("seen") or actions.part_digest(found.answers.get(step)),
        "steps": list(Step),
        "part": f"offers/compose/_{step.value}.html",
    }
    return render(request, "offers/compose/draft_step.html", context | more, status=status)


def _page_name(request: MarketplaceRequest) -> str:
    """The name under which the page was opened; anything else is none of ours."""
    name = request.POST.get("page", "")
    return name if PAGE_NAME.fullmatch(name) else ""


def _preview(
    request: MarketplaceRequest, found: OfferDraft, step: Step, more: dict[str, Any]
) -> HttpResponse:
    return render(request, "offers/compose/_preview.html", _shown(found, step) | more)


def _shown(found: OfferDraft, step: Step) -> dict[str, Any]:
    today = timezone.now().date()
    return {
        "draft": found,
        "step": step,
        "preview": drafts.preview(found, rules=compose_steps.rules(), today=today),
        **compose_steps.hints(found, step, today=today),
    }


def _check(request: MarketplaceRequest, found: OfferDraft) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = HandInForm(posted, initial={"is_private": found.is_private})
    if form.is_valid():
        try:
            version = actions.hand_in(
                draft=found,
                is_private=form.cleaned_data["is_private"],
                rules=compose_steps.rules(),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("“{title}” is handed in.").format(title=version.title))
            return redirect("offers:draft-step", found.reference, Step.CHECK.value)
    lacks = drafts.lacks(found, rules=compose_steps.rules(), today=timezone.now().date())
    newest = drafts.newest_version(found)
    more = {"form": form, "lacks": lacks, "newest": newest, "is_waiting": drafts.is_waiting(found)}
    status = UNPROCESSABLE if form.errors else 200
    return _page(request, found, Step.CHECK, more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_delete(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Ask, then throw away."""
    found = access.draft_for(request.user, reference)
    if request.method == "POST":
        actions.delete_draft(draft=found, by=request.user, at=timezone.now())
        messages.success(request, _("The draft is deleted."))
        return redirect("offers:drafts")
    return render(request, "offers/compose/draft_delete.html", {"draft": found})


@require_POST
def draft_code(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Give a private offer another code."""
    found = access.draft_for(request.user, reference)
    offer = access.private_offer_of(found)
    actions.renew_code(offer=offer, by=request.user, at=timezone.now())
    messages.success(request, _("The offer has a new code. The old one leads nowhere any more."))
    return redirect("offers:draft-step", found.reference, Step.CHECK.value)
