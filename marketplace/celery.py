"""The Celery app and the one table of periodic tasks."""

import os
from typing import Any

from celery import Celery
from celery.signals import (
    setup_logging,
    task_postrun,
    task_prerun,
    worker_process_init,
    worker_ready,
)
from django.conf import settings

from marketplace.threads import take_short_turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
os.environ.setdefault("PROCESS", "worker")

app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# name: (task, seconds, why). Each only looks for due rows, so a missed or doubled tick is harmless.
PERIODIC: dict[str, tuple[str, float, str]] = {
    "sweep": ("fulfilment.sweep", settings.SWEEP_SECONDS, "expired leases and due rows"),
    "reconcile": ("buyers.reconcile_payments", settings.SWEEP_SECONDS, "webhooks that got lost"),
    "close": ("buyers.close_due_lines", settings.SWEEP_SECONDS, "lines past their closing time"),
    "people": ("offers.refresh_people", 300, "how many HATs can fill each offer"),
    "popularity": ("buyers.count_popularity", 3600, "how many organisations buy each offer"),
    "matches": ("offers.tell_of_matches", 60, "new offers that fit a kept search"),
    "messages": ("offers.forget_messages", 3600, "messages to publishers whose time is over"),
    "reviews": ("offers.remind_of_reviews", 3600, "what data was like that came two weeks ago"),
    "outcomes": ("fulfilment.note_outcomes", 900, "what came of lines that have closed"),
    "purge": ("fulfilment.purge_expired", 3600, "datasets past their retention"),
    "heartbeat": ("marketplace.worker_heartbeat", 15, "a deaf worker shows on /readyz"),
}
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, (task, seconds, _why) in PERIODIC.items()
}
app.conf.worker_cancel_long_running_tasks_on_connection_loss = True
app.conf.worker_soft_shutdown_timeout = 10


@setup_logging.connect
def _use_our_logging(**_kwargs: Any) -> None:
    """Keep the log format of the settings instead of Celery's own."""


@task_prerun.connect
def _drop_dead_connections(**_kwargs: Any) -> None:
    """As before each request: Celery itself keeps a connection that PostgreSQL has cut."""
    from django.db import close_old_connections  # noqa: PLC0415  # settings come first

    close_old_connections()


@task_prerun.connect
def _name_the_task(task_id: str, **_kwargs: Any) -> None:
    from marketplace.logging import task_id as current  # noqa: PLC0415  # settings come first

    current.set(task_id)


@task_postrun.connect
def _forget_the_task(**_kwargs: Any) -> None:
    from marketplace.logging import task_id as current  # noqa: PLC0415  # settings come first

    current.set("")


@worker_ready.connect
def _say_that_it_works(**_kwargs: Any) -> None:
    """The first heartbeat, so that /readyz need not wait for the scheduler's first tick."""
    from django.utils import timezone  # noqa: PLC0415  # settings come first

    from common import heartbeats  # noqa: PLC0415  # settings come first

    heartbeats.beat("worker", at=timezone.now())


@worker_process_init.connect
def _take_short_turns(**_kwargs: Any) -> None:
    take_short_turns()
