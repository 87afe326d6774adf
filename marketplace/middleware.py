"""What every request passes: an id, private pages kept out of caches, refusals shown kindly."""

import logging
import secrets
import time
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from accounts.http import language_of
from common.errors import DomainError
from common.htmx import is_htmx, redirect_to, refusal
from common.language import gettext as _
from common.language import gettext_noop
from common.signing_in import keep_typed
from marketplace.logging import request_id

logger = logging.getLogger(__name__)

FORBIDDEN = 403
LOGGED_OUT = gettext_noop(
    "You are not logged in any more, and what you did last on this page is not saved. Copy what you"
    " would miss, then load the page again and log in."
)

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give the request an id; it stands in each log line and on each error page.

    One line a request says which page it was (its name: addresses can carry tokens), how it
    ended and how long it took.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = secrets.token_hex(6)  # type: ignore[attr-defined]
        token = request_id.set(request.request_id)  # type: ignore[attr-defined]
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            _log(request, response, seconds=time.perf_counter() - began)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


def _log(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    match = request.resolver_match
    facts = {
        "method": request.method,
        "route": match.view_name if match else "",
        "status": response.status_code,
        "duration_ms": round(1000 * seconds, 1),
    }
    logger.info("request", extra=facts)


class LogInFirstMiddleware(LoginRequiredMiddleware):
    """Log-in is the default, as Django does it; what was typed meanwhile is not lost."""

    def handle_no_permission(  # type: ignore[override]  # Django's own leads on, always
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        """Keep the words of a form that was open for longer than the log-in held.

        A part of a page is no place for the log-in: the page stays, and says what has happened.
        """
        if is_htmx(request):
            return refusal(request, _(LOGGED_OUT), status=FORBIDDEN)
        if request.method == "POST":
            keep_typed(request, view_func)
        return super().handle_no_permission(request, view_func)


class NoNulMiddleware:
    """End requests with a NUL here: no honest one has any, and PostgreSQL's texts know none.

    Forms refuse NUL by themselves; addresses and cookies are read in many places.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "").replace("%00", "\0")
        if any("\0" in text for text in (request.path, query, *request.COOKIES.values())):
            raise BadRequest
        return self.get_response(request)


class LanguageMiddleware:
    """Answer in the language of whoever asks; addresses are the same in each (decision 0024)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class PrivatePagesMiddleware:
    """Pages of somebody logged in are stored nowhere (threats T72)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = (
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
        )
        return response


class DomainErrorMiddleware:
    """Turn a refusal into a page, or for htmx into a fragment, with the sentence in it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Only the family of refusals is shown; anything else goes on to the error page."""
        if not isinstance(problem, DomainError):
            return None
        if problem.leads_to:
            return _led_on(request, problem)
        reference = getattr(request, "request_id", "")
        if is_htmx(request):
            return refusal(
                request, problem.sentence, status=problem.http_status, reference=reference
            )
        context = {"sentence": problem.sentence, "status": problem.http_status}
        return render(request, "message.html", context, status=problem.http_status)


def _led_on(request: HttpRequest, problem: DomainError) -> HttpResponse:
    """To the page where it can be put right, which knows the way back to where one was."""
    messages.info(request, problem.sentence)
    url = resolve_url(problem.leads_to)
    if request.method == "GET" and not is_htmx(request):
        url = f"{url}?{urlencode({'next': request.get_full_path()})}"
    return redirect_to(request, url)
