"""Mounts each app."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from marketplace import health

handler500 = "marketplace.views.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("account/", include("allauth.account.urls")),
]
for prefix, module in [
    ("organisations/", "accounts.urls"),
    ("hat/", "hats.urls"),
    ("orders/", "buyers.urls"),
    ("till/", "buyers.till_urls"),
    ("", "buyers.webhook_urls"),
    ("", "fulfilment.urls"),
    ("", "offers.urls"),
]:
    if find_spec(module):
        urlpatterns.append(path(prefix, include(module)))
