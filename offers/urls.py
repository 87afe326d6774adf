"""Addresses of the shop."""

from django.urls import path

from offers import api
from offers.views import catalogue, help, moderation  # noqa: A004  # the module is called so

app_name = "offers"

urlpatterns = [
    path("", catalogue.offer_list, name="offer-list"),
    path("offers/<slug:slug>/", catalogue.offer_detail, name="offer-detail"),
    path("offers/<slug:slug>/sample/", catalogue.sample_download, name="sample-download"),
    path("help/<slug:slug>/", help.page, name="help"),
    path("moderation/offers/", moderation.queue, name="moderation-queue"),
    path(
        "moderation/offers/<str:reference>/<int:number>/",
        moderation.version,
        name="moderation-version",
    ),
    path("api/v1/offers/", api.OfferList.as_view(), name="api-offer-list"),
    path("api/v1/offers/<str:reference>/", api.OfferDetail.as_view(), name="api-offer-detail"),
]
