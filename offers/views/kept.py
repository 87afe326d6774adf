"""What was rendered once and is the same for many, kept in this process until the shelf changes.

The stamp of the shelf is read first and is part of the key, so nothing kept is older than the
shelf.
"""

from collections.abc import Callable, Hashable, Mapping
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone, translation

from offers.queries import catalogue
from offers.queries.memory import Kept

MOST = 256  # of some 40 KB each
LONGEST_ADDRESS = 300
HEADERS = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")

Facts = Mapping[str, str]


_bodies: Kept[Facts] = Kept(most=MOST)


def has_usual_address(request: HttpRequest) -> bool:
    """Whether it is short enough to be kept."""
    return len(request.get_full_path()) <= LONGEST_ADDRESS


def address_of(request: HttpRequest) -> tuple[str | None, ...]:
    """What of a request decides what is shown to somebody unknown; “in the last week” moves on."""
    today = timezone.now().date().isoformat()
    spoken = translation.get_language()
    return (today, spoken, request.get_full_path(), *map(request.headers.get, HEADERS))


def kept_body(
    request: HttpRequest,
    make: Callable[[], Facts],
    *,
    about: Hashable = None,
    stamp: UUID | None = None,
) -> Facts:
    """What a page says besides its frame, made anew only where the shelf has changed.

    :param make: renders it; asks nothing of the request but its address and headers.
    :param about: whatever else it depends on.
    :param stamp: of the shelf, where it has been read already.
    """
    if not has_usual_address(request):
        return make()
    stamp = stamp or catalogue.shelf_stamp()
    if stamp is None:
        return make()
    key = (stamp, address_of(request), about)
    kept = _bodies.get(key)
    if kept is None:
        kept = make()
        _bodies.keep(key, kept)
    return kept
