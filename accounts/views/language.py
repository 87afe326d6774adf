"""In which language somebody reads; with an account it is remembered there, for mails too."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.actions import people
from accounts.forms import LanguageForm
from accounts.models import User
from common.errors import NotAllowed, NotFound
from common.language import gettext as _


# Kept pages are the same for everybody, so their forms carry no token: the browser says itself
# from where it asks.
@csrf_exempt
@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language and go back to where one was."""
    if not _asks_from_here(request):
        raise NotAllowed(_("Only a page of this shop can change the language."))
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise NotFound(_("The shop does not speak this language."))
    language = form.cleaned_data["language"]
    if isinstance(request.user, User):
        people.choose_language(user=request.user, language=language)
    response = redirect(_way_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


def _asks_from_here(request: HttpRequest) -> bool:
    """Whether the form was on a page of ours, as every browser says that sends one."""
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _way_back(request: HttpRequest) -> str:
    """The page the form names, else the one the browser names: it knows what htmx has changed."""
    named = (request.POST.get("next"), request.headers.get("Referer"), request.POST.get("here"))
    for url in named:
        if url and url_has_allowed_host_and_scheme(url, {request.get_host()}):
            parts = urlsplit(url)
            return f"{parts.path}?{parts.query}".rstrip("?") or "/"
    return "/"
