"""Moderators: the versions that wait, and the decision about one."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require_moderator
from accounts.models import User
from common.errors import InvalidTransition
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from common.language import override
from offers import access, actions
from offers.cards import Card
from offers.forms import DecisionForm
from offers.models import OfferField, OfferVersion
from offers.queries import definitions, moderation, pages
from offers.queries.stated import stated
from offers.views.disagreeing import decided_meanwhile

PER_PAGE = 25


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    require_moderator(_user(request))
    waiting = Paginator(moderation.versions_waiting(), PER_PAGE)
    context = {"page": waiting.get_page(request.GET.get("page"))}
    return render(request, "offers/moderation_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (late := _too_late(request, reference, number, form)):
        return late
    waiting = access.version_to_review(_user(request), reference, number=number)
    if form.is_bound and form.is_valid():
        try:
            return _decided(request, waiting, form)
        except InvalidTransition:
            return _too_late(request, reference, number, form) or redirect(request.path)
    context = _case(waiting) | {"form": form}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/moderation_version.html", context, status=status)


def _too_late(
    request: HttpRequest, reference: str, number: int, form: DecisionForm
) -> HttpResponse | None:
    """Where somebody has decided already: who, and what was typed."""
    decided = access.version_decided(_user(request), reference, number=number)
    if decided is None:
        return None
    form.is_valid()
    back = "offers:moderation-queue"
    return decided_meanwhile(request, decided, words=form.reason(), back=back)


def _decided(request: HttpRequest, waiting: OfferVersion, form: DecisionForm) -> HttpResponse:
    now, by = timezone.now(), _user(request)
    if form.cleaned_data["decision"] == DecisionForm.PUBLISH:
        actions.publish_version(version=waiting, by=by, at=now)
        said = _("“{title}” is published and on the shelf.")
        if waiting.offer.is_private:
            said = _("“{title}” is published. Whoever has its code finds it, and nobody else.")
    else:
        with override(waiting.created_by.language if waiting.created_by else ""):
            reason = form.reason()
        actions.send_back(version=waiting, reason=reason, by=by, at=now)
        said = _("“{title}” went back to its publisher.")
    messages.success(request, said.format(title=waiting.title))
    return redirect("offers:moderation-queue")


def _case(waiting: OfferVersion) -> dict[str, Any]:
    fields = pages.fields_of(waiting)
    card = pages.preview_card(waiting, fields, organisation=waiting.offer.publisher)
    shelf = _compared(waiting, fields, card, moderation.last_published(waiting))
    sent_back = _compared(waiting, fields, card, moderation.last_sent_back(waiting))
    return {
        "version": waiting,
        "card": card,
        "changed": moderation.changed_blocks(card, (shelf or sent_back or {}).get("card")),
        "comparisons": [one for one in (sent_back, shelf) if one],
        "flags": moderation.flags(waiting, fields),
        "tables": pages.tables(waiting, fields),
        "stated": stated(waiting, fields),
        "bundle_text": json.dumps(waiting.bundle, indent=2, ensure_ascii=False),
    }


def _compared(
    waiting: OfferVersion, fields: Sequence[OfferField], card: Card, former: OfferVersion | None
) -> dict[str, Any] | None:
    """What differs from an earlier version; ``None`` where there is none."""
    if former is None:
        return None
    former_fields = pages.fields_of(former)
    former_card = pages.preview_card(former, former_fields, organisation=waiting.offer.publisher)
    definition = definitions.definition_differences(
        former, waiting, fields=fields, former_fields=former_fields
    )
    changes = moderation.changes(
        waiting, former, card=card, former_card=former_card, definition=definition
    )
    return {"former": former, "card": former_card, "changes": changes}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
