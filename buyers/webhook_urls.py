"""Where gateways knock."""

from django.urls import path

from buyers.views import webhooks

app_name = "webhooks"
urlpatterns = [
    path("webhooks/till/", webhooks.till, name="till"),
    path("webhooks/stripe/", webhooks.stripe, name="stripe"),
]
