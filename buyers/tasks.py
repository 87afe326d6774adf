"""Effects and periodic work: each loads by id and calls one action."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from buyers.actions import closing, payments, refunds
from buyers.errors import GatewayUnreachable
from buyers.models import Payment, Refund, TillSession
from buyers.payments import till_webhook
from buyers.queries.popularity import organisations_by_offer
from common import outbox
from offers.actions import set_popularity

logger = logging.getLogger(__name__)
POPULAR_WITHIN = timedelta(days=180)


@shared_task(name="buyers.count_popularity")
def count_popularity() -> None:
    """Count again how many organisations bought places of each offer lately."""
    since = timezone.now() - POPULAR_WITHIN
    set_popularity(organisations_by_offer(since=since))


@outbox.handler("buyers.settle_payment", retry_on=(GatewayUnreachable,))
def settle_payment(gateway: str, reference: str) -> None:
    """A webhook hinted at this payment; one that we never opened concerns us not."""
    payment = Payment.objects.filter(gateway=gateway, gateway_reference=reference).first()
    if payment is None:
        logger.warning("payment.unknown", extra={"gateway": gateway})
        return
    payments.check_payment(payment=payment, at=timezone.now())


@outbox.handler("buyers.settle_refund", retry_on=(GatewayUnreachable,))
def settle_refund(gateway: str, reference: str) -> None:
    """A webhook hinted at this refund; one still being sent is followed by the reconciler."""
    refund = (
        Refund.objects.select_related("payment")
        .filter(payment__gateway=gateway, gateway_reference=reference)
        .first()
    )
    if refund is not None:
        refunds.check_refund(refund=refund, at=timezone.now())


@outbox.handler("buyers.send_refund", retry_on=(GatewayUnreachable,))
def send_refund(refund_id: int) -> None:
    """Money is meant to go back."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    refunds.send_refund(refund=refund, at=timezone.now())


@outbox.handler("buyers.expire_payment", retry_on=(GatewayUnreachable,))
def expire_payment(payment_id: int) -> None:
    """The order of this payment page was cancelled, or paid in another way."""
    payments.expire_payment(payment=Payment.objects.get(pk=payment_id), at=timezone.now())


@outbox.handler("buyers.fire_till_webhook", retry_on=(GatewayUnreachable,))
def fire_till_webhook(session_id: int) -> None:
    """The sandbox till tells the shop, from outside, that a session ended."""
    till_webhook.fire(
        TillSession.objects.get(pk=session_id),
        url=settings.SITE_URL + reverse("webhooks:till"),
        secret=settings.TILL_WEBHOOK_SECRET,
        at=timezone.now(),
    )


@shared_task(name="buyers.reconcile_payments")
def reconcile_payments() -> None:
    """Find what webhooks did not tell."""
    payments.reconcile(at=timezone.now())


@shared_task(name="buyers.close_due_lines")
def close_due_lines() -> None:
    """Close the lines whose time is over, and refund their empty places."""
    closing.close_due_lines(at=timezone.now())
