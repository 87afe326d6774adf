"""Hints from gateways: checked on the raw bytes, kept once, answered at once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from buyers.actions import payments
from buyers.payments.gateway import ForgedWebhook
from buyers.payments.registry import accepts_webhooks, gateway_named

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def till(request: HttpRequest) -> HttpResponse:
    """From the sandbox till."""
    return _receive(request, "till")


@csrf_exempt
@login_not_required
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """From Stripe."""
    return _receive(request, "stripe")


def _receive(request: HttpRequest, name: str) -> HttpResponse:
    """200 also for what is known or not ours; 400, and nothing kept, for what is forged."""
    if not accepts_webhooks(name):
        raise Http404
    now = timezone.now()
    try:
        event = gateway_named(name).verify_webhook(
            body=request.body, headers=request.headers, at=now
        )
    except ForgedWebhook:
        logger.warning("webhook.forged", extra={"gateway": name})
        return HttpResponse("The signature does not fit.", status=400, content_type="text/plain")
    payments.receive_event(gateway_name=name, event=event, at=now)
    return HttpResponse("Received.", content_type="text/plain")
