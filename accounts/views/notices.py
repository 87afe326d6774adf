"""What a person was told."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import access, queries
from accounts.actions import notices
from accounts.http import MarketplaceRequest

PER_PAGE = 25


@require_safe
def notice_list(request: MarketplaceRequest) -> HttpResponse:
    """The person's notices, the newest first; looking marks nothing as read."""
    page = Paginator(queries.notices_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": queries.unread_notices(request.user)}
    return render(request, "accounts/notifications.html", context)


@require_POST
def notice_read(request: MarketplaceRequest, notification_id: int) -> HttpResponse:
    """Mark one notice as read."""
    notification = access.notification_of(request.user, notification_id)
    notices.mark_read(notification=notification, at=timezone.now())
    return redirect("accounts:notifications")


@require_POST
def notices_read(request: MarketplaceRequest) -> HttpResponse:
    """Mark all notices as read."""
    notices.mark_all_read(user=request.user, at=timezone.now())
    return redirect("accounts:notifications")
