"""Deliver the outbox in a test as the relay and a worker would."""

from celery import current_app
from django.utils import timezone

from common import outbox


def run_outbox(*, rounds: int = 10) -> int:
    """Deliver all that is due, and what that makes due; the number of deliveries."""
    current_app.loader.import_default_modules()  # every app's handlers, as in a worker
    delivered = 0
    for _ in range(rounds):
        due = outbox.claim_due(limit=500, at=timezone.now())
        if not due:
            break
        for message_id in due:
            outbox.deliver(message_id)
        delivered += len(due)
    return delivered
