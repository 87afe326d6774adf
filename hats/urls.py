"""Addresses below ``/hat/``."""

from django.urls import path

from hats import views

app_name = "hats"

urlpatterns = [
    path("log-in/", views.login, name="login"),
    path("log-in/back/", views.back, name="back"),
    path("log-in/cancelled/", views.cancelled, name="cancelled"),
    path("", views.hat_settings, name="settings"),
    path("disconnect/", views.disconnect, name="disconnect"),
    path("moderation/", views.moderation_hats, name="moderation-hats"),
    path(
        "moderation/<str:reference>/trust/",
        views.moderation_trust_key,
        name="moderation-trust-key",
    ),
]
