"""The bare Django view that pages are measured against: one indexed query, a body of the same size.

No middleware, no session, no template: what any Django page costs at the least. Served by
``gunicorn marketplace.bench.bare:application`` in the same shape as the shop.
"""

import os
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path


def _configure() -> None:
    from marketplace import settings as shop  # noqa: PLC0415  # for its database only

    settings.configure(
        SECRET_KEY="bare",  # noqa: S106  # signs nothing
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES=shop.DATABASES,
        INSTALLED_APPS=["offers", "accounts", "django.contrib.auth", "django.contrib.contenttypes"],
        AUTH_USER_MODEL=shop.AUTH_USER_MODEL,
        DEFAULT_AUTO_FIELD=shop.DEFAULT_AUTO_FIELD,
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup(set_prefix=False)


BODY = b"x" * int(os.environ.get("BARE_BYTES", "20000"))


def page(_request: HttpRequest, number: str) -> HttpResponse:
    """One row by its primary key, and so many bytes."""
    from offers.models import Offer  # noqa: PLC0415  # needs the settings above

    Offer.objects.filter(pk=int(number)).values_list("slug").first()
    return HttpResponse(BODY)


urlpatterns: list[Any] = [path("bare/<str:number>", page)]

if not settings.configured:
    _configure()
application = WSGIHandler()
