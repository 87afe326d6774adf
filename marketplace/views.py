"""Pages that belong to no app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from common.htmx import is_htmx, refusal
from common.language import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form whose protection token is missing or old: nothing was done."""
    if is_htmx(request):
        part = _(
            "This page was open for too long, or your browser blocks cookies, so nothing was"
            " changed. Copy what you would miss, then load the page again."
        )
        return refusal(request, part, status=403)
    sentence = _(
        "This page was open for too long, or your browser blocks cookies, so nothing was changed."
        " Go back, reload the page and try again."
    )
    return render(request, "message.html", {"sentence": sentence, "status": 403}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """A request that no page of ours makes; it may have met no middleware yet."""
    return _bare("400.html", request, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something unforeseen: the page carries the reference under which the log knows it."""
    return _bare("500.html", request, status=500)


def _bare(template: str, request: HttpRequest, *, status: int) -> HttpResponse:
    """Rendered without context processors, since those may need the very thing that failed."""
    return HttpResponse(render_to_string(template, {"request": request}), status=status)
