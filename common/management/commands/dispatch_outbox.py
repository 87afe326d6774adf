"""The relay: lease due outbox messages and hint the workers, until stopped.

Start as many as needed: leases keep them apart. When the broker does not answer, the messages'
leases run out and they are hinted again later; nothing waits for the broker but this process.
"""

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerDown
from redis.exceptions import RedisError

from common import heartbeats, outbox

logger = logging.getLogger(__name__)

TASK = "common.deliver_outbox_message"
BATCH = 200
IDLE_SECONDS = 0.25
TROUBLE_SECONDS = 2.0


class Command(BaseCommand):
    """``manage.py dispatch_outbox [--once]``."""

    help = "Hand pending outbox messages to the workers, at least once each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="One round, then end.")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopped.set())
        while not self.stopped.is_set():
            pause = self._round()
            if options["once"]:
                return
            self.stopped.wait(pause)

    def _round(self) -> float:
        """One claim and its hints; how long to wait before the next."""
        try:
            close_old_connections()
            heartbeats.beat("relay", at=timezone.now())
            claimed = outbox.claim_due(limit=BATCH, at=timezone.now())
            hinted = self._hint(claimed)
            outbox.release(claimed[hinted:])
        except OperationalError:
            logger.warning("relay.database_unreachable")
            return TROUBLE_SECONDS
        if hinted < len(claimed):
            logger.warning("relay.broker_unreachable")
            return TROUBLE_SECONDS
        return 0.0 if len(claimed) == BATCH else IDLE_SECONDS

    def _hint(self, message_ids: list[int]) -> int:
        """How many numbers the broker took."""
        for position, message_id in enumerate(message_ids):
            try:
                current_app.send_task(TASK, args=[message_id], retry=False)
            except (BrokerDown, RedisError, OSError):
                return position
        return len(message_ids)
