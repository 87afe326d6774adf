"""Addresses of My data, of datasets and of stuck work, below the root."""

from django.urls import path

from fulfilment.views import datasets, owner, owner_offers, staff

app_name = "fulfilment"

owner_urls = [
    path("my-data/", owner.owner_home, name="owner-home"),
    path("my-data/offers/", owner_offers.owner_inbox, name="owner-inbox"),
    path("my-data/offers/declined/", owner_offers.owner_declined, name="owner-declined"),
    path("my-data/offers/<str:reference>/", owner_offers.owner_offer, name="owner-offer"),
    path("my-data/offers/<str:reference>/values/", owner_offers.owner_values, name="owner-values"),
    path("my-data/offers/<str:reference>/accept/", owner_offers.owner_accept, name="owner-accept"),
    path(
        "my-data/offers/<str:reference>/decline/", owner_offers.owner_decline, name="owner-decline"
    ),
    path(
        "my-data/offers/<str:reference>/reconsider/",
        owner_offers.owner_reconsider,
        name="owner-reconsider",
    ),
    path("my-data/shared/", owner.owner_shares_over, name="owner-over"),
    path("my-data/shared/<uuid:uid>/", owner.owner_acceptance, name="owner-acceptance"),
    path("my-data/shared/<uuid:uid>/confirm/", owner.owner_confirm, name="owner-confirm"),
    path("my-data/shared/<uuid:uid>/check/", owner.owner_check, name="owner-check"),
    path("my-data/shared/<uuid:uid>/stop/", owner.owner_withdraw, name="owner-withdraw"),
    path("my-data/shared/<uuid:uid>/receipt.json", owner.owner_receipt, name="owner-receipt"),
    path("my-data/earnings/", owner.owner_earnings, name="owner-earnings"),
    path("my-data/access/", owner.owner_access_log, name="owner-access-log"),
]

dataset_urls = [
    path("datasets/", datasets.dataset_list, name="dataset-list"),
    path("datasets/<str:reference>/", datasets.dataset_detail, name="dataset-detail"),
    path(
        "datasets/<str:reference>/revisions/<int:number>/",
        datasets.dataset_detail,
        name="dataset-revision",
    ),
    path("datasets/<str:reference>/progress/", datasets.dataset_progress, name="dataset-progress"),
    path(
        "datasets/<str:reference>/files/<int:file_id>/",
        datasets.dataset_download,
        name="dataset-download",
    ),
    path("datasets/<str:reference>/removals/", datasets.dataset_removals, name="dataset-removals"),
    path(
        "datasets/<str:reference>/removals.csv",
        datasets.dataset_removal_list,
        name="dataset-removal-list",
    ),
]

staff_urls = [
    path("moderation/stuck/", staff.stuck_work, name="stuck-work"),
    path(
        "moderation/stuck/readings/<int:number>/again/",
        staff.stuck_retrieval,
        name="stuck-retrieval",
    ),
    path("moderation/stuck/effects/<int:number>/again/", staff.stuck_effect, name="stuck-effect"),
    path("moderation/stuck/refunds/<int:number>/again/", staff.stuck_refund, name="stuck-refund"),
]

urlpatterns = [*owner_urls, *dataset_urls, *staff_urls]
