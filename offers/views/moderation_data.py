"""Moderators keep the data catalogue: field by field, or as a file."""

import hashlib
from typing import Any

from django.contrib import messages
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
from offers.actions import data as actions
from offers.datafiles import DataFileInvalid, compare, write_file
from offers.errors import CatalogueChanged, ChangedMeanwhile, FieldFactsWrong
from offers.forms.data import DataFileForm, FieldForm
from offers.models import DataField, DataSource
from offers.queries import data
from offers.views.disagreeing import CONFLICT, Meanwhile, disagreements, seen_from_here

FILE_NAME = "data-catalogue.json"


@require_safe
def catalogue(request: MarketplaceRequest) -> HttpResponse:
    require_moderator(request.user)
    context = {"sources": data.sources()}
    return render(request, "offers/data/moderation_data.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def field(request: MarketplaceRequest, pk: int) -> HttpResponse:
    found = access.data_field_to_edit(request.user, pk)
    form = FieldForm.of(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        seen, now = request.POST.get("seen", ""), timezone.now()
        try:
            actions.save_field(
                field=found, changes=form.changes(), seen=seen, by=request.user, at=now
            )
        except ChangedMeanwhile:
            return _field_conflict(request, found, form)
        except FieldFactsWrong as refusal:
            form.add_error(None, refusal.sentence)
        else:
            said = _("“{name}” is saved.")
            messages.success(request, said.format(name=form.cleaned_data["name"]))
            return redirect("offers:moderation-data")
    return _field_page(request, found, form, status=UNPROCESSABLE if form.is_bound else 200)


def _field_page(
    request: MarketplaceRequest,
    found: DataField,
    form: FieldForm,
    *,
    status: int,
    meanwhile: Meanwhile | None = None,
) -> HttpResponse:
    context = {
        "field": found,
        "form": form,
        "seen": seen_from_here(request, actions.field_digest(found), meanwhile),
        "meanwhile": meanwhile,
    }
    return render(request, "offers/data/moderation_data_field.html", context, status=status)


def _field_conflict(request: MarketplaceRequest, found: DataField, form: FieldForm) -> HttpResponse:
    """What was typed stays in the form; above it, what somebody else has put there."""
    found.refresh_from_db()
    sources = DataSource.objects.all()
    entry = last_entry(found, files=sources, read=Action.DATA_CATALOGUE_READ)
    meanwhile = Meanwhile(entry, disagreements(form, FieldForm.of(found)))
    return _field_page(request, found, form, status=CONFLICT, meanwhile=meanwhile)


@require_POST
def field_retire(request: MarketplaceRequest, pk: int) -> HttpResponse:
    """Retire a field, or put it back: ``retired`` says which state is wanted."""
    found = access.data_field_to_edit(request.user, pk)
    is_wanted = request.POST.get("retired") == "yes"
    change = actions.retire_field if is_wanted else actions.restore_field
    change(field=found, by=request.user, at=timezone.now())
    retired, back = _("“{name}” is retired: new offers cannot take it."), _("“{name}” is back.")
    messages.success(request, (retired if is_wanted else back).format(name=found.name))
    return redirect("offers:moderation-data-field", pk=found.pk)


@require_safe
def export(request: MarketplaceRequest) -> HttpResponse:
    require_moderator(request.user)
    response = HttpResponse(write_file(data.as_facts()), content_type="application/json")
    name = content_disposition_header(as_attachment=True, filename=FILE_NAME)
    response["Content-Disposition"] = name
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: MarketplaceRequest) -> HttpResponse:
    """Upload a file, look at what it would change, and let it."""
    require_moderator(request.user)
    if request.method != "POST":
        return _file_page(request, DataFileForm())
    form = DataFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(request, form)
    present = data.as_facts()
    seen = _digest(write_file(present))
    if form.cleaned_data["seen"] != seen:
        return _preview(request, form, seen=seen)
    try:
        actions.apply_file(sources=form.sources, seen=present, by=request.user, at=timezone.now())
    except (DataFileInvalid, CatalogueChanged) as refusal:
        form.add_error("file", str(refusal))
        return _file_page(request, form)
    messages.success(request, _("The data catalogue is as the file says."))
    return redirect("offers:moderation-data")


def _preview(request: MarketplaceRequest, form: DataFileForm, *, seen: str) -> HttpResponse:
    values = {"text": form.cleaned_data["text"], "seen": seen}
    context = {
        "form": DataFileForm(initial=values),
        "differences": compare(data.as_facts(), form.sources),
        "was_changed": bool(form.cleaned_data["seen"]),
    }
    return render(request, "offers/data/moderation_data_preview.html", context)


def _file_page(request: MarketplaceRequest, form: DataFileForm) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/data/moderation_data_file.html", context, status=status)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
