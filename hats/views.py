"""Log in with a HAT, see what it lets us do, leave; and for moderators, HATs whose key changed."""

import logging
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import require_moderator
from accounts.http import MarketplaceRequest
from common.htmx import UNPROCESSABLE
from common.templatetags.ui import date_long, moment
from hats import access, http, queries
from hats.actions import connections, logins
from hats.configured import hat_at
from hats.errors import (
    HatIsFrozen,
    HatNotTrusted,
    HatRefused,
    HatTokenRefused,
    HatUnreachable,
    LoginTriesExhausted,
)
from hats.forms import LoginForm, WayBackForm
from hats.models import HatOwner

logger = logging.getLogger(__name__)

BACKEND = "hats.backends.HatBackend"
DISCONNECTED = (
    "Your HAT is disconnected. We hold no key to it any more. What you agreed to stands until you"
    " stop it under My data."
)
SEE_OTHER = 303
UNAUTHORISED = 401


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for the address of a HAT and lead to that HAT's own log-in page."""
    next_path = request.GET.get("next", "")
    form = LoginForm(
        request.POST if request.method == "POST" else None, initial={"next": next_path}
    )
    if form.is_valid():
        http.refuse_after_failures(request)
        return _to_hat(request, form.cleaned_data)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "hats/login.html", {"form": form}, status=status)


def _to_hat(request: HttpRequest, entered: dict[str, Any]) -> HttpResponse:
    hat, next_path = entered["address"], entered["next"]
    if not url_has_allowed_host_and_scheme(next_path, allowed_hosts=None):
        next_path = ""
    state = http.begin_login(request, hat=hat, next_path=next_path)
    back = f"{settings.SITE_URL}{reverse('hats:back')}?{urlencode({'state': state})}"
    fallback = f"{settings.SITE_URL}{reverse('hats:cancelled')}"
    return _see_other(hat.login_url(redirect=back, fallback=fallback))


@login_not_required
@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    """Receive somebody who said no on the HAT's own page."""
    messages.info(request, "You are not logged in. Nothing was shared, and nothing has changed.")
    return redirect("hats:login")


@login_not_required
@require_GET
@sensitive_variables("form")
def back(request: HttpRequest) -> HttpResponse:
    """Receive an owner from the HAT with a signed token, and lead on to a clean address."""
    form = WayBackForm(request.GET)
    if not form.is_valid() or (form.cleaned_data["error"] and not form.cleaned_data["token"]):
        return _unstored(redirect("hats:cancelled"))
    try:
        http.refuse_after_failures(request)
        owner, next_path = _proved(request, **form.cleaned_data)
    except (HatIsFrozen, LoginTriesExhausted) as refusal:
        return _not_logged_in(request, refusal.sentence, status=refusal.http_status)
    except (HatTokenRefused, HatUnreachable, HatRefused, HatNotTrusted) as refusal:
        return _turned_away(request, refusal)
    auth.login(request, owner.user, backend=BACKEND)
    request.session["hat_domain"] = owner.hat_domain
    return _see_other(next_path or reverse("accounts:home"))


@sensitive_variables("token", "state")
def _proved(request: HttpRequest, *, state: str, token: str, error: str) -> tuple[HatOwner, str]:
    """Return who it is and where they wanted to go; ``error`` means nothing beside a token."""
    del error
    hat, next_path = http.finish_login(request, state=state)
    return logins.log_in(hat=hat, token=token, at=timezone.now()), next_path


def _turned_away(request: HttpRequest, refusal: Exception) -> HttpResponse:
    """One answer for every reason: whoever probes addresses or tokens learns nothing from it."""
    http.count_failure(request)
    code = getattr(refusal, "code", "")
    logger.info("hat.login_refused", extra={"code": code, "why": getattr(refusal, "reason", "")})
    return _not_logged_in(request, HatTokenRefused("").sentence, status=UNAUTHORISED)


def _not_logged_in(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """Say so without a form: from a page that names no referrer, browsers post as nobody."""
    context = {"sentence": sentence}
    return _unstored(render(request, "hats/not_logged_in.html", context, status=status))


def _see_other(url: str) -> HttpResponse:
    return _unstored(HttpResponseRedirect(url, status=SEE_OTHER))


def _unstored(response: HttpResponse) -> HttpResponse:
    """Keep an answer that may stand beside a token out of caches and Referer headers."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def hat_settings(request: MarketplaceRequest) -> HttpResponse:
    """Show what this HAT lets us do."""
    owner = access.hat_owner_for(request.user)
    token = queries.application_token(owner, at=timezone.now())
    context = {
        "owner": owner,
        "facts": _facts(owner),
        "namespaces": queries.namespaces_held(owner),
        "may_look": token is not None,
        "hat_url": _hat_url(owner),
    }
    return render(request, "hats/settings.html", context)


def _facts(owner: HatOwner) -> list[dict[str, Any]]:
    return [
        {"label": "Your HAT", "value": owner.hat_domain},
        {"label": "Connected since", "value": date_long(owner.connected_at)},
        {"label": "Last log-in", "value": moment(owner.last_seen_at) or "Not yet"},
        {"label": "Reference", "value": owner.reference},
    ]


def _hat_url(owner: HatOwner) -> str:
    try:
        return hat_at(owner.hat_domain).origin
    except HatNotTrusted:
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: MarketplaceRequest) -> HttpResponse:
    """Ask once more, then end the connection and log the owner out."""
    owner = access.hat_owner_for(request.user)
    if request.method != "POST":
        return render(request, "hats/disconnect.html", {"owner": owner})
    connections.disconnect_hat(hat_owner=owner, at=timezone.now())
    auth.logout(request)
    messages.success(request, DISCONNECTED)
    return redirect("hats:login")


@require_safe
def moderation_hats(request: MarketplaceRequest) -> HttpResponse:
    """List the HATs that show another key than the one we know."""
    require_moderator(request.user)
    rows = [(owner, queries.newest_untrusted_key(owner)) for owner in queries.frozen_hats()[:100]]
    return render(request, "hats/moderation_hats.html", {"rows": rows})


@require_POST
def moderation_trust_key(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Accept the new key of one HAT."""
    owner = access.frozen_hat(request.user, reference)
    connections.trust_new_key(hat_owner=owner, by=request.user, at=timezone.now())
    messages.success(request, f"The new key of {owner.reference} is trusted.")
    return redirect("hats:moderation-hats")
