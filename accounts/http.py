"""The request as our views know it, and the language it is answered in."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class MarketplaceRequest(HttpRequest):
    """A request of somebody logged in; public views take Django's own ``HttpRequest``."""

    user: User
    htmx: HtmxDetails
    request_id: str


def language_of(request: HttpRequest) -> str:
    """What the person has chosen, else what this browser has, else what it says it reads."""
    own = getattr(request.user, "language", "")
    if own in dict(settings.LANGUAGES):
        return str(own)
    return translation.get_language_from_request(request)
