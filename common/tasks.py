"""The one task by which outbox messages reach a worker."""

from celery import shared_task

from common import outbox


@shared_task(name="common.deliver_outbox_message")
def deliver_outbox_message(message_id: int) -> None:
    """Run one message's handler; harmless for a number that is unknown, done or taken."""
    outbox.deliver(message_id)
