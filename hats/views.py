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
from common.language import gettext as _
from common.language import gettext_noop
from common.templatetags.ui import date_long, moment
from hats import access, granted, http, queries
from hats.actions import changed_keys, connections, logins
from hats.actions.counting import set_counted
from hats.configured import hat_at
from hats.errors import (
    HatIsFrozen,
    HatNotTrusted,
    HatRefused,
    HatTokenRefused,
    HatUnreachable,
    LoginTriesExhausted,
)
from hats.forms import CountingForm, KeyDecisionForm, LoginForm, OwnersWordForm, WayBackForm
from hats.models import HatOwner, HatOwnerStatus, KeyDecision, OwnersWord

logger = logging.getLogger(__name__)

BACKEND = "hats.backends.HatBackend"
COUNTED = gettext_noop(
    "You are counted again, from the next count on. Offers come to you as before."
)
NOT_COUNTED = gettext_noop(
    "You are counted no more, from the next count on. Offers come to you as before."
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
    messages.info(request, _("You are not logged in. Nothing was shared, and nothing has changed."))
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
    except HatIsFrozen as refusal:
        return _frozen(request, refusal)
    except LoginTriesExhausted as refusal:
        return _not_logged_in(request, refusal.sentence, status=refusal.http_status)
    except (HatTokenRefused, HatUnreachable, HatRefused, HatNotTrusted) as refusal:
        return _turned_away(request, refusal)
    auth.login(request, owner.user, backend=BACKEND)
    request.session["hat_domain"] = owner.hat_domain
    if owner.status == HatOwnerStatus.DISCONNECTED:
        return _see_other(reverse("hats:reconnect"))
    return _see_other(next_path or reverse("accounts:home"))


@sensitive_variables("token", "state")
def _proved(request: HttpRequest, *, state: str, token: str, error: str) -> tuple[HatOwner, str]:
    """Return who it is and where they wanted to go; ``error`` means nothing beside a token."""
    del error
    hat, next_path = http.finish_login(request, state=state)
    try:
        return logins.log_in(hat=hat, token=token, at=timezone.now()), next_path
    except HatIsFrozen as refusal:
        if refusal.proved:
            http.remember_frozen(request, hat=hat, proved=refusal.proved)
        raise


def _frozen(request: HttpRequest, refusal: HatIsFrozen) -> HttpResponse:
    """Whoever proved to hold the HAT may explain its key; anybody else reads one sentence."""
    if refusal.proved:
        return _see_other(reverse("hats:key-changed"))
    return _not_logged_in(request, refusal.sentence, status=refusal.http_status)


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
    """Show what was granted on this HAT, and what of it is used."""
    owner = access.hat_owner_for(request.user)
    now = timezone.now()
    grants = granted.grants(owner, at=now)
    context = {
        "owner": owner,
        "facts": _facts(owner),
        "grants": grants,
        "namespaces": queries.namespaces_of(owner),
        "may_look": any(grant.is_open and grant.reads_namespaces for grant in grants),
        "hat_url": _hat_url(owner),
    }
    return render(request, "hats/settings.html", context)


def _facts(owner: HatOwner) -> list[dict[str, Any]]:
    return [
        {"label": _("Your HAT"), "value": owner.hat_domain},
        {"label": _("Connected since"), "value": date_long(owner.connected_at)},
        {"label": _("Last log-in"), "value": moment(owner.last_seen_at)},
        {"label": _("Reference"), "value": owner.reference},
    ]


def _hat_url(owner: HatOwner) -> str:
    try:
        return hat_at(owner.hat_domain).origin
    except HatNotTrusted:
        return ""


@require_POST
def counting(request: MarketplaceRequest) -> HttpResponse:
    """Be counted among the people who can fill an offer, or no more."""
    owner = access.hat_owner_for(request.user)
    form = CountingForm(request.POST)
    if form.is_valid():
        counted = form.cleaned_data["counted"]
        set_counted(hat_owner=owner, is_counted=counted, at=timezone.now())
        messages.success(request, _(COUNTED if counted else NOT_COUNTED))
    return redirect("hats:settings")


@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: MarketplaceRequest) -> HttpResponse:
    """Ask once more, then end every use of the HAT, and say what remains on it."""
    owner = access.hat_owner_for(request.user)
    context = {"owner": owner, "hat_url": _hat_url(owner), **granted.remains(owner, timezone.now())}
    if request.method != "POST":
        return render(request, "hats/disconnect.html", context)
    connections.disconnect_hat(hat_owner=owner, at=timezone.now())
    auth.logout(request)
    return render(request, "hats/disconnected.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reconnect(request: MarketplaceRequest) -> HttpResponse:
    """Ask somebody who had disconnected whether they want to be connected again."""
    owner = access.hat_owner_for(request.user)
    if owner.status != HatOwnerStatus.DISCONNECTED:
        return redirect("hats:settings")
    if request.method != "POST":
        context = {"owner": owner, "debits": queries.debits_on(owner, at=timezone.now())}
        return render(request, "hats/reconnect.html", context)
    connections.reconnect_hat(hat_owner=owner, at=timezone.now())
    messages.success(request, _("Your HAT is connected again."))
    try:  # the token of the log-in before was not kept: the HAT gives another
        hat = hat_at(owner.hat_domain)
    except HatNotTrusted:
        return redirect("hats:settings")
    return _to_hat(request, {"address": hat, "next": reverse("hats:settings")})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def key_changed(request: HttpRequest) -> HttpResponse:
    """Say what another key means, and take the word of whoever holds the HAT."""
    proved = http.frozen_hat_of(request)
    if proved is None and not request.user.is_authenticated:
        return redirect("hats:login")
    owner, given_by = access.holder_of_changed_hat(request.user, proved)
    form = OwnersWordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        word = OwnersWord(form.cleaned_data["word"])
        changed_keys.explain_key(hat_owner=owner, word=word, given_by=given_by, at=timezone.now())
        return redirect("hats:key-changed")
    context = {"owner": owner, "form": form, "keys": queries.keys_shown(owner)}
    context["waiting"] = queries.waiting_key(owner)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "hats/key_changed.html", context, status=status)


@require_safe
def moderation_hats(request: MarketplaceRequest) -> HttpResponse:
    """List the HATs that show another key than the one we know, and clusters that refuse us."""
    require_moderator(request.user)
    context = {
        "keys": queries.hats_with_new_keys()[:100],
        "refusals": queries.clusters_that_refuse_us(),
    }
    return render(request, "hats/moderation_hats.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def moderation_hat(request: MarketplaceRequest, reference: str) -> HttpResponse:
    """Show the keys of one HAT, and decide about the one that waits."""
    owner = access.hat_that_changed(request.user, reference)
    form = KeyDecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, now = form.cleaned_data["reason"], timezone.now()
        decide = _DECISIONS[KeyDecision(form.cleaned_data["decision"])]
        decide(hat_owner=owner, by=request.user, reason=reason, at=now)
        said = _("Decided for {reference}. Its owner is told.")
        messages.success(request, said.format(reference=owner.reference))
        return redirect("hats:moderation-hats")
    context = {
        "owner": owner,
        "form": form,
        "keys": queries.keys_shown(owner),
        "waiting": queries.waiting_key(owner),
        "debits": len(queries.debits_on(owner, at=timezone.now())),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "hats/moderation_hat.html", context, status=status)


_DECISIONS = {
    KeyDecision.TRUSTED: changed_keys.trust_new_key,
    KeyDecision.REFUSED: changed_keys.refuse_new_key,
}
