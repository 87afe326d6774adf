"""Moderators keep the words that find other words: one by one, or as a file."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_moderator
from accounts.audit import Action
from accounts.http import MarketplaceRequest
from accounts.queries import last_entry
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from offers import access
from offers.actions import synonyms as actions
from offers.errors import ChangedMeanwhile, SynonymsChanged, SynonymsWrong
from offers.forms.synonyms import SynonymFileForm, SynonymForm
from offers.models import Synonym
from offers.queries import synonyms
from offers.synonyms import compare, write_file
from offers.views.disagreeing import CONFLICT, Meanwhile, disagreements, seen_from_here

FILE_NAME = "synonyms.txt"
PER_PAGE = 50
LONGEST_SEARCH = 60


@require_safe
def synonym_list(request: MarketplaceRequest) -> HttpResponse:
    require_moderator(request.user)
    words = request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH]
    found = synonyms.synonyms(words)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words}
    return render(request, "offers/synonyms/moderation_synonyms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MarketplaceRequest) -> HttpResponse:
    require_moderator(request.user)
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MarketplaceRequest, pk: int) -> HttpResponse:
    return _edit(request, access.synonym_to_edit(request.user, pk))


@require_POST
def remove(request: MarketplaceRequest, pk: int) -> HttpResponse:
    row = access.synonym_to_edit(request.user, pk)
    actions.remove_synonym(row=row, by=request.user, at=timezone.now())
    said = _("“{word}” finds only itself from now on.").format(word=row.word)
    messages.success(request, said)
    return redirect("offers:moderation-synonyms")


@require_safe
def export(request: MarketplaceRequest) -> HttpResponse:
    require_moderator(request.user)
    text = write_file(synonyms.as_groups())
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = content_disposition_header(as_attachment=True, filename=FILE_NAME)
    response["Content-Disposition"] = name
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: MarketplaceRequest) -> HttpResponse:
    """Upload a file, look at what it would change, and let it."""
    require_moderator(request.user)
    if request.method != "POST":
        return _file_page(request, SynonymFileForm())
    form = SynonymFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(request, form)
    present = synonyms.as_groups()
    seen = _digest(write_file(present))
    if form.cleaned_data["seen"] != seen:
        return _preview(request, form, seen=seen)
    try:
        actions.apply_file(groups=form.groups, seen=present, by=request.user, at=timezone.now())
    except (SynonymsChanged, SynonymsWrong) as refusal:
        form.add_error("file", getattr(refusal, "faults", refusal.sentence))
        return _file_page(request, form)
    messages.success(request, _("The synonyms are as the file says, from the next search on."))
    return redirect("offers:moderation-synonyms")


def _edit(request: MarketplaceRequest, row: Synonym | None) -> HttpResponse:
    form = SynonymForm.of(row, request.POST if request.method == "POST" else None)
    if form.is_valid():
        seen, now = request.POST.get("seen", ""), timezone.now()
        try:
            actions.save_synonym(group=form.group, row=row, seen=seen, by=request.user, at=now)
        except ChangedMeanwhile:
            assert row
            return _conflict(request, row, form)
        except SynonymsWrong as refusal:
            form.add_error(None, refusal.faults)
        else:
            said = _("“{word}” is saved, from the next search on.").format(word=form.group.word)
            messages.success(request, said)
            return redirect("offers:moderation-synonyms")
    return _page(request, row, form, status=UNPROCESSABLE if form.is_bound else 200)


def _page(
    request: MarketplaceRequest,
    row: Synonym | None,
    form: SynonymForm,
    *,
    status: int,
    meanwhile: Meanwhile | None = None,
) -> HttpResponse:
    context = {
        "synonym": row,
        "form": form,
        "seen": seen_from_here(request, actions.synonym_digest(row), meanwhile),
        "meanwhile": meanwhile,
    }
    return render(request, "offers/synonyms/moderation_synonym.html", context, status=status)


def _conflict(request: MarketplaceRequest, row: Synonym, form: SynonymForm) -> HttpResponse:
    """What was typed stays in the form; above it, what somebody else has put there."""
    row.refresh_from_db()
    entry = last_entry(row, files=synonyms.synonyms(), read=Action.SYNONYMS_READ)
    meanwhile = Meanwhile(entry, disagreements(form, SynonymForm.of(row)))
    return _page(request, row, form, status=CONFLICT, meanwhile=meanwhile)


def _preview(request: MarketplaceRequest, form: SynonymFileForm, *, seen: str) -> HttpResponse:
    values = {"text": form.cleaned_data["text"], "seen": seen}
    context = {
        "form": SynonymFileForm(initial=values),
        "differences": compare(synonyms.as_groups(), form.groups),
        "was_changed": bool(form.cleaned_data["seen"]),
    }
    return render(request, "offers/synonyms/moderation_synonyms_preview.html", context)


def _file_page(request: MarketplaceRequest, form: SynonymFileForm) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    context = {"form": form}
    return render(request, "offers/synonyms/moderation_synonyms_file.html", context, status=status)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
