"""Which offers somebody logged in looked at lately, in their own session and nowhere else.

Visitors are not remembered: their pages are the same for everybody.
"""

from django.http import HttpRequest

MOST = 8
_KEY = "seen_offers"


def seen(request: HttpRequest) -> list[str]:
    """Names of the offers, the last first."""
    kept: list[str] = request.session.get(_KEY, [])
    return kept


def remember(request: HttpRequest, slug: str) -> None:
    """Note an offer for who is logged in; the session is written only where the order changes."""
    if not request.user.is_authenticated:
        return
    before = seen(request)
    now = [slug, *(other for other in before if other != slug)][:MOST]
    if now != before:
        request.session[_KEY] = now
