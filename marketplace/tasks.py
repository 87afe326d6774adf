"""Tasks about the house itself."""

from celery import shared_task
from django.utils import timezone

from common import heartbeats


@shared_task(name="marketplace.worker_heartbeat")
def worker_heartbeat() -> None:
    """Went through scheduler, broker and worker: all three are alive (threats T90)."""
    heartbeats.beat("worker", at=timezone.now())
