"""allauth's pages; those about an address and a password are shut to HAT owners.

A HAT owner proves who they are with the HAT alone. An address or a password of their own here
would be a second way in, which no HAT could close.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.urls import urlpatterns as pages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from accounts.models import User
from common.errors import NotFound
from common.language import gettext as _

NOT_FOR_HAT_OWNERS = {
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "account_set_password",
}


def _without_hat_owners(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if isinstance(request.user, User) and not request.user.email:
            raise NotFound(_("There is no such page."))
        return view(request, *args, **kwargs)

    return answer


def _shut(page: URLPattern) -> URLPattern:
    if page.name not in NOT_FOR_HAT_OWNERS:
        return page
    return URLPattern(
        page.pattern, _without_hat_owners(page.callback), page.default_args, page.name
    )


urlpatterns = [_shut(page) for page in pages]
