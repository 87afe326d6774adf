"""Mounts each app."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import language
from marketplace import health

handler400 = "marketplace.views.bad_request"
handler500 = "marketplace.views.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("account/", include("accounts.views.sign_in_pages")),
    path("language/", language.choose, name="language"),
    path("organisations/", include("accounts.urls")),
    path("hat/", include("hats.urls")),
    path("orders/", include("buyers.urls")),
    path("till/", include("buyers.till_urls")),
    path("", include("buyers.webhook_urls")),
    path("", include("fulfilment.urls")),
    path("", include("offers.urls")),
]
