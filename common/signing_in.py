"""Why a page wants one to log in, said at the log-in; and what was typed there, kept meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

View = TypeVar("View", bound="Callable[..., HttpResponse]")

WHY, KEEPS = "why_log_in", "keeps_typed"
LONGEST_TYPED = 6_000  # characters of one form; more than the longest form may say
_TYPED = "typed_before_log_in"
TO_SEE_IT = gettext_lazy("Log in to see this page.")


def log_in_to(why: _StrPromise, *, keeps: Sequence[str] = ()) -> Callable[[View], View]:
    """Let the log-in say what a visitor was about to do here, as in “Log in to order.”.

    :param keeps: the fields whose words are not lost on somebody who is logged out meanwhile.
    """

    def marked(view: View) -> View:
        setattr(view, WHY, why)
        setattr(view, KEEPS, keeps)
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


def keep_typed(request: HttpRequest, view: Callable[..., object]) -> None:
    """Keep what was sent to a page by who is not logged in any more, until they are again."""
    names: Sequence[str] = getattr(view, KEEPS, ())
    typed = {name: request.POST[name] for name in names if request.POST.get(name)}
    if typed and sum(map(len, typed.values())) <= LONGEST_TYPED:
        request.session[_TYPED] = {"page": request.get_full_path(), "typed": typed}


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What was kept for this page, once."""
    kept = request.session.get(_TYPED)
    if not kept or kept["page"] != request.get_full_path():
        return {}
    del request.session[_TYPED]
    typed: dict[str, str] = kept["typed"]
    return typed
