"""Public pages for people who are not logged in, kept whole until the shelf changes.

Such a page is the same for everybody; what is logged in, or carries a message, is never kept.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from offers.queries import catalogue
from offers.queries.memory import Kept
from offers.views.kept import MOST, address_of, has_usual_address

COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
OK = 200

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_pages: Kept[tuple[bytes, dict[str, str]]] = Kept(most=MOST)


def kept_for_visitors(view: View[P]) -> View[P]:
    """Answer a visitor from memory where the very page was made since the shelf last changed."""
    return kept_for_visitors_with(lambda: None)(view)


def kept_for_visitors_with(about: Callable[[], Hashable]) -> Callable[[View[P]], View[P]]:
    """As ``kept_for_visitors``, for a page that shows something besides the shelf.

    :param about: tells what that is now.
    """

    def keeping(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            stamp = catalogue.shelf_stamp() if is_visitor(request) else None
            if stamp is None:
                return view(request, *args, **kwargs)
            key = (stamp, address_of(request), about())
            kept = _pages.get(key)
            if kept is not None:
                return HttpResponse(kept[0], headers=kept[1])
            response = view(request, *args, **kwargs)
            if response.status_code == OK:
                _pages.keep(key, (response.content, dict(response.headers)))
            return response

        return answer

    return keeping


def is_visitor(request: HttpRequest) -> bool:
    """Whether nothing in the request tells who asks, and its page may be kept."""
    return has_usual_address(request) and not any(name in request.COOKIES for name in COOKIES)
