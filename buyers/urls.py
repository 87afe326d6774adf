"""Addresses of orders, below ``orders/``."""

from django.urls import path

from buyers.views import moderation, ordering, orders, paying

app_name = "buyers"
urlpatterns = [
    path("", orders.order_list, name="order-list"),
    path("new/", ordering.order_new, name="order-new"),
    path("review/", moderation.moderation_queue, name="moderation-queue"),
    path("review/<str:reference>/", moderation.moderation_case, name="moderation-case"),
    path("review/<str:reference>/pause/", moderation.moderation_pause, name="moderation-pause"),
    path("review/<str:reference>/resume/", moderation.moderation_resume, name="moderation-resume"),
    path("<str:reference>/", orders.order_detail, name="order-detail"),
    path("<str:reference>/progress/", orders.order_progress, name="order-progress"),
    path("<str:reference>/approve/", ordering.order_approve, name="order-approve"),
    path("<str:reference>/pay/", paying.order_pay, name="order-pay"),
    path("<str:reference>/paid/", paying.order_paid, name="order-paid"),
    path("<str:reference>/cancel/", orders.order_cancel, name="order-cancel"),
    path("<str:reference>/close/", orders.order_close, name="order-close"),
]
