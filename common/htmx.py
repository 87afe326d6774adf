"""One address, one view, page or fragment: the few helpers behind rule 21."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest
    from django_htmx.middleware import HtmxDetails

UNPROCESSABLE = 422


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of the page (a boosted link wants all of it)."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    wants_part = htmx is not None and bool(htmx) and not htmx.boosted
    return wants_part and not (htmx and htmx.history_restore_request)


def page_or_fragment(
    request: HttpRequest,
    *,
    page: str,
    fragment: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Render the fragment for htmx, else the whole page, and tell caches apart."""
    template = fragment if is_htmx(request) else page
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def redirect_to(request: HttpRequest, to: str, **kwargs: object) -> HttpResponse:
    """Send the browser to another page, from a form or from htmx."""
    url = resolve_url(to, **kwargs)
    if is_htmx(request):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def refusal(
    request: HttpRequest, sentence: str, *, status: int, reference: str = ""
) -> HttpResponse:
    """Refuse an htmx request: the sentence lands in the message area, the rest stays."""
    context = {"sentence": sentence, "reference": reference}
    response = render(request, "components/_refusal.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return reswap(retarget(response, "#messages"), "innerHTML")
