"""Addresses of the sandbox till, below ``till/``."""

from django.urls import path

from buyers.views import till

app_name = "till"
urlpatterns = [path("<str:reference>/", till.session, name="session")]
