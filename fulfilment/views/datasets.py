"""A buyer's datasets: the list, one dataset, its files, and the removals it is asked for."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import current_membership, has_role
from accounts.http import MarketplaceRequest
from accounts.models import Role
from common.htmx import is_htmx
from common.language import gettext as _
from fulfilment.access import datasets as access
from fulfilment.actions import datasets, downloads
from fulfilment.exports.writers import removal_list
from fulfilment.forms import RemovalForm
from fulfilment.models import DatasetRevision
from fulfilment.queries import dataset_pages
from fulfilment.queries import datasets as queries

PER_PAGE = 20
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
}
_AN_HOUR = 3600
_REMEMBERED_VIEWS = 30


@require_safe
def dataset_list(request: MarketplaceRequest) -> HttpResponse:
    """Every dataset of the organisation, newest first."""
    organisation = current_membership(request).organisation
    page = Paginator(queries.datasets_of(organisation), PER_PAGE).get_page(request.GET.get("page"))
    context = {"organisation": organisation, "page": page}
    return render(request, "fulfilment/dataset_list.html", context)


@require_safe
def dataset_detail(
    request: MarketplaceRequest, reference: str, number: int | None = None
) -> HttpResponse:
    """One dataset at its newest revision, or at an earlier one."""
    dataset = access.dataset_for(request.user, reference)
    revision = access.revision_of(dataset, number) if number is not None else None
    if revision is not None:
        datasets.require_released(revision)
    page = dataset_pages.page_of(dataset, revision=revision)
    if page.revision is not None:
        _write_view_down(request, page.revision, at=timezone.now())
    membership = access.membership_in(request.user, dataset)
    context = {"page": page, "may_take": has_role(membership, need=Role.BUYER)}
    return render(request, "fulfilment/dataset_detail.html", context)


@require_safe
def dataset_progress(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """The fragment that asks again until the next revision is there."""
    dataset = access.dataset_for(request.user, reference)
    if not is_htmx(request):
        return redirect("fulfilment:dataset-detail", reference)
    progress, is_first = queries.progress_of(dataset), "first" in request.GET
    if is_first and not progress.is_going_on:
        return HttpResponseClientRefresh()
    context = {"dataset": dataset, "progress": progress, "is_first": is_first, "is_done": True}
    return render(request, "fulfilment/_dataset_progress.html", context)


@require_GET
def dataset_download(request: MarketplaceRequest, reference: str, file_id: int) -> HttpResponseBase:
    """Stream one file; who takes it is asked and written down each time."""
    dataset = access.dataset_for(request.user, reference, need=Role.BUYER)
    file = access.file_of(dataset, file_id)
    chunks = downloads.start_download(file=file, by=request.user, at=timezone.now())
    response = StreamingHttpResponse(chunks, content_type=CONTENT_TYPES[file.format])
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Length"] = str(file.size)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_removals(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """People who stopped: whom to delete, and saying that it is done."""
    need = Role.BUYER if request.method == "POST" else Role.VIEWER
    dataset = access.dataset_for(request.user, reference, need=need)
    waiting = list(queries.removals_of(dataset).filter(confirmed_at__isnull=True))
    form = RemovalForm(request.POST if request.method == "POST" else None, waiting=waiting)
    if request.method == "POST" and form.is_valid():
        for notice in form.cleaned_data["notices"]:
            datasets.confirm_removal(notice=notice, by=request.user, at=timezone.now())
        messages.success(request, _("Thank you. It is written down, and the people can see it."))
        return redirect("fulfilment:dataset-removals", reference)
    page = Paginator(queries.removals_of(dataset), PER_PAGE).get_page(request.GET.get("page"))
    membership = access.membership_in(request.user, dataset)
    may_confirm = has_role(membership, need=Role.BUYER)
    context = {"dataset": dataset, "form": form, "page": page, "may_confirm": may_confirm}
    status = 422 if form.errors else 200
    return render(request, "fulfilment/dataset_removals.html", context, status=status)


@require_GET
def dataset_removal_list(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """The same people for a machine: a CSV file."""
    dataset = access.dataset_for(request.user, reference)
    response = HttpResponse(
        removal_list(queries.removals_of(dataset)), content_type=CONTENT_TYPES["csv"]
    )
    name = f"{dataset.reference}-removals.csv"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    return response


def _write_view_down(
    request: MarketplaceRequest, revision: DatasetRevision, *, at: datetime
) -> None:
    """Once an hour for each session and revision: a reload is not another look."""
    seen: dict[str, int] = request.session.get("revisions_seen", {})
    key, now = str(revision.pk), int(at.timestamp())
    if now - seen.get(key, 0) < _AN_HOUR:
        return
    datasets.record_view(revision=revision, by=request.user, at=at)
    latest = sorted({**seen, key: now}.items(), key=lambda pair: -pair[1])[:_REMEMBERED_VIEWS]
    request.session["revisions_seen"] = dict(latest)
