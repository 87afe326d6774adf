"""The browser's side of a HAT log-in: the single-use state, and a brake on failed tries."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from hats.clusters import Hat
from hats.configured import hat_at
from hats.errors import HatTokenRefused, LoginTriesExhausted
from hats.models import WordGivenBy

# An owner may have to find a password and read a consent page on the HAT.
LOGIN_WINDOW = timedelta(minutes=15)
# A household or an office shares an address; a guesser needs far more.
MOST_FAILURES = {timedelta(hours=1): 20, timedelta(days=1): 50}

_SALT = "hats.login"
_PENDING = "hat_logins"
_MOST_PENDING = 5
_FROZEN = "frozen_hat"


def begin_login(request: HttpRequest, *, hat: Hat, next_path: str) -> str:
    """Return a state for the way back: signed, and known to this anonymous session alone."""
    nonce = secrets.token_urlsafe(16)
    newest = list(_pending(request).items())[1 - _MOST_PENDING :]
    request.session[_PENDING] = {**dict(newest), nonce: next_path}
    return signing.dumps({"nonce": nonce, "hat": hat.identity}, salt=_SALT)


def finish_login(request: HttpRequest, *, state: str) -> tuple[Hat, str]:
    """Use a state up; return the HAT it was made for and where the person wanted to go.

    :raises HatTokenRefused: forged, too old, of another session, or used.
    :raises HatNotTrusted: the HAT's cluster was taken from the configuration meanwhile.
    """
    try:
        content: dict[str, Any] = signing.loads(state, salt=_SALT, max_age=LOGIN_WINDOW)
    except signing.BadSignature:
        raise HatTokenRefused("state") from None
    pending = _pending(request)
    if content["nonce"] not in pending:
        raise HatTokenRefused("state_of_another_session")
    next_path = pending.pop(content["nonce"])
    request.session[_PENDING] = pending
    return hat_at(content["hat"]), next_path


def remember_frozen(request: HttpRequest, *, hat: Hat, proved: str) -> None:
    """Let whoever holds this frozen HAT explain its key, in this session and for a while."""
    until = timezone.now() + LOGIN_WINDOW
    request.session[_FROZEN] = {
        "hat": hat.identity,
        "proved": proved,
        "until": until.isoformat(),
    }


def frozen_hat_of(request: HttpRequest) -> tuple[str, WordGivenBy] | None:
    """Return the HAT of which this session has proved to hold it, and by what."""
    noted = request.session.get(_FROZEN)
    if not noted or datetime.fromisoformat(noted["until"]) < timezone.now():
        return None
    return noted["hat"], WordGivenBy(noted["proved"])


def refuse_after_failures(request: HttpRequest) -> None:
    """Stop a caller whose log-ins keep failing.

    :raises LoginTriesExhausted: for the rest of the hour, or of the day.
    """
    for span, most in MOST_FAILURES.items():
        if cache.get(_counter(request, span), 0) >= most:
            raise LoginTriesExhausted


def count_failure(request: HttpRequest) -> None:
    """Remember that a log-in from this caller failed."""
    for span in MOST_FAILURES:
        name = _counter(request, span)
        if not cache.add(name, 1, timeout=span.total_seconds()):
            cache.incr(name)


def _pending(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(_PENDING, {}))


def _counter(request: HttpRequest, span: timedelta) -> str:
    address = str(get_adapter().get_client_ip(request))
    caller = hashlib.sha256(address.encode()).hexdigest()
    return f"hat-login-failures:{span.total_seconds():.0f}:{caller}"
