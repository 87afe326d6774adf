"""Public pages for people who are not logged in, kept in memory until the shelf changes.

Such a page is the same for everybody. The stamp of the shelf is read first and is part of the key,
so a page is never older than the shelf; what is logged in, or carries a message, is never kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from offers.queries import catalogue

MOST_PAGES = 256  # of some 40 KB each
LONGEST_ADDRESS = 300
COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
HEADERS = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Accept-Language")
OK = 200

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Kept = tuple[bytes, dict[str, str]]


class _Pages:
    """The most recently asked for pages of this process."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def keep(self, key: Hashable, page: Kept) -> None:
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


_pages = _Pages()


def kept_for_visitors(view: View[P]) -> View[P]:
    """Answer a visitor from memory where the very page was made since the shelf last changed."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        stamp = catalogue.shelf_stamp() if _is_visitor(request) else None
        if stamp is None:
            return view(request, *args, **kwargs)
        key = (stamp, request.get_full_path(), *map(request.headers.get, HEADERS))
        kept = _pages.get(key)
        if kept is not None:
            return HttpResponse(kept[0], headers=kept[1])
        response = view(request, *args, **kwargs)
        if response.status_code == OK:
            _pages.keep(key, (response.content, dict(response.headers)))
        return response

    return answer


def _is_visitor(request: HttpRequest) -> bool:
    if settings.DEBUG:  # whoever edits a template wants to see it
        return False
    has_cookie = any(name in request.COOKIES for name in COOKIES)
    return not has_cookie and len(request.get_full_path()) <= LONGEST_ADDRESS
