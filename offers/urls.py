"""Addresses of the shop."""

from django.urls import path

from offers import api
from offers.views import (
    catalogue,
    compare,
    compose,
    data,
    estimate,
    help,  # noqa: A004  # the module is called so
    home,
    keeping,
    machines,
    moderation,
    moderation_data,
    private,
    publishers,
    requests,
)

app_name = "offers"

urlpatterns = [
    path("", home.home, name="home"),
    path("offers/", catalogue.offer_list, name="offer-list"),
    path("compare/", compare.compare, name="compare"),
    path("offers/<slug:slug>/", catalogue.offer_detail, name="offer-detail"),
    path("offers/<slug:slug>/sample/", catalogue.sample_download, name="sample-download"),
    path("offers/<slug:slug>/croissant.json", machines.croissant, name="croissant"),
    path("offers/<slug:slug>/keep/", keeping.offer_keep, name="offer-keep"),
    path("topics/<slug:slug>/", catalogue.topic, name="topic"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
    path("catalogue.jsonld", machines.dcat, name="dcat"),
    path("feeds/offers.atom", machines.feed, name="feed"),
    path("saved/", keeping.saved, name="saved"),
    path("saved/searches/new/", keeping.search_new, name="search-new"),
    path("saved/searches/<uuid:uid>/", keeping.search_open, name="saved-search"),
    path("saved/searches/<uuid:uid>/rhythm/", keeping.search_rhythm, name="search-rhythm"),
    path("saved/searches/<uuid:uid>/forget/", keeping.search_forget, name="search-forget"),
    path("saved/searches/<uuid:uid>/stop/", keeping.search_stop, name="search-stop"),
    path("saved/lists/<uuid:uid>/", keeping.list_detail, name="list"),
    path("saved/lists/<uuid:uid>/delete/", keeping.list_delete, name="list-delete"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/new/", requests.request_new, name="request-new"),
    path("requests/<str:reference>/", requests.request_detail, name="request"),
    path("moderation/requests/", requests.queue, name="moderation-requests"),
    path("publishers/<slug:slug>/", publishers.publisher, name="publisher"),
    path("data/", data.data_list, name="data-list"),
    path("data/<slug:namespace>/", data.data_source, name="data-source"),
    path("moderation/data/", moderation_data.catalogue, name="moderation-data"),
    path("moderation/data/export/", moderation_data.export, name="moderation-data-export"),
    path("moderation/data/file/", moderation_data.file, name="moderation-data-file"),
    path("moderation/data/fields/<int:pk>/", moderation_data.field, name="moderation-data-field"),
    path(
        "moderation/data/fields/<int:pk>/retire/",
        moderation_data.field_retire,
        name="moderation-data-retire",
    ),
    path("compose/", compose.draft_list, name="drafts"),
    path("compose/new/", compose.draft_new, name="draft-new"),
    path("compose/<str:reference>/", compose.draft, name="draft"),
    path("compose/<str:reference>/delete/", compose.draft_delete, name="draft-delete"),
    path("compose/<str:reference>/code/", compose.draft_code, name="draft-code"),
    path("compose/<str:reference>/<slug:step>/", compose.draft_step, name="draft-step"),
    path("invited/", private.private_offer, name="private-offer"),
    path("offers/<slug:slug>/estimate/", estimate.estimate, name="estimate"),
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
