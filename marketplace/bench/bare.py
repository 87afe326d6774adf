"""The bare Django view that pages are measured against: one indexed query, a body of the same size.

No middleware, no session, no template, no app: what any Django page costs at the least. Served by
``gunicorn marketplace.bench.bare:application`` in the same shape as the shop.
"""

import os
from typing import Any, ClassVar

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from marketplace import settings as shop

BODY = b"x" * int(os.environ.get("BARE_BYTES", "20000"))

if not settings.configured:
    settings.configure(
        SECRET_KEY="bare",  # noqa: S106  # signs nothing
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES=shop.DATABASES,
        DEFAULT_AUTO_FIELD=shop.DEFAULT_AUTO_FIELD,
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup(set_prefix=False)


class BareOffer(models.Model):
    """A row of the shop's own table, read without the shop's own code."""

    slug = models.CharField(max_length=80)
    objects: ClassVar[models.Manager["BareOffer"]] = models.Manager()

    class Meta:
        app_label = "bare"
        db_table = "offers_offer"
        managed = False

    def __str__(self) -> str:
        return self.slug


def page(_request: HttpRequest, number: str) -> HttpResponse:
    """One row by its primary key, and so many bytes."""
    BareOffer.objects.filter(pk=int(number)).values_list("slug").first()
    return HttpResponse(BODY)


urlpatterns: list[Any] = [path("bare/<str:number>", page)]
application = WSGIHandler()
