"""Why a page wants one to log in: kept beside its view, said at the log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

View = TypeVar("View", bound="Callable[..., HttpResponse]")

WHY = "why_log_in"
TO_SEE_IT = gettext_lazy("Log in to see this page.")


def log_in_to(why: _StrPromise) -> Callable[[View], View]:
    """Let the log-in say what a visitor was about to do here, as in “Log in to order.”."""

    def marked(view: View) -> View:
        setattr(view, WHY, why)
        return view

    return marked


def why_log_in(next_path: str) -> str:
    """Say why the page that somebody was led away from wants to know them.

    Empty for an address that is not ours, and for a page that anybody may see.
    """
    is_ours = next_path.startswith("/") and url_has_allowed_host_and_scheme(
        next_path, allowed_hosts=None
    )
    if not is_ours:
        return ""
    try:
        view = resolve(unquote(urlsplit(next_path).path)).func
    except Resolver404:
        return ""
    if not getattr(view, "login_required", True):
        return ""
    return str(getattr(view, WHY, TO_SEE_IT))
