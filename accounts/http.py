"""The request as our views know it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class MarketplaceRequest(HttpRequest):
    """A request of somebody logged in; public views take Django's own ``HttpRequest``."""

    user: User
    htmx: HtmxDetails
    request_id: str
