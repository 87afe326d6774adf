"""Addresses below ``/hat/``."""

from django.urls import path

from hats import views

app_name = "hats"

urlpatterns = [
    path("log-in/", views.login, name="login"),
    path("log-in/back/", views.back, name="back"),
    path("log-in/cancelled/", views.cancelled, name="cancelled"),
    path("", views.hat_settings, name="settings"),
    path("counting/", views.counting, name="counting"),
    path("disconnect/", views.disconnect, name="disconnect"),
    path("moderation/", views.moderation_hats, name="moderation-hats"),
    path("reconnect/", views.reconnect, name="reconnect"),
    path("another-key/", views.key_changed, name="key-changed"),
    path("moderation/<str:reference>/", views.moderation_hat, name="moderation-hat"),
]
