"""Which gateway is meant by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from buyers.payments.stripe_gateway import StripeGateway
from buyers.payments.till_gateway import TillGateway

if TYPE_CHECKING:
    from buyers.payments.gateway import Gateway


def gateway_named(name: str) -> Gateway:
    """The adapter that a stored payment was opened with."""
    if name == TillGateway.name:
        return TillGateway(secret=settings.TILL_WEBHOOK_SECRET, site_url=settings.SITE_URL)
    return StripeGateway(
        secret_key=settings.STRIPE_SECRET_KEY,
        webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
        api_base=getattr(settings, "STRIPE_API_BASE", ""),
    )


def current_gateway() -> Gateway:
    """The adapter that new payments are opened with."""
    return gateway_named(settings.PAYMENT_GATEWAY)


def accepts_webhooks(name: str) -> bool:
    """Whether this gateway is set up here; a secret that nobody set verifies nothing."""
    if name == TillGateway.name:
        return bool(name == settings.PAYMENT_GATEWAY and settings.TILL_WEBHOOK_SECRET)
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)
