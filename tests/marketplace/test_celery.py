"""The scheduler names only what a worker knows."""

import pytest
from celery import current_app

from common.management.commands.dispatch_outbox import TASK
from marketplace.celery import PERIODIC, app


@pytest.fixture(scope="module", autouse=True)
def _tasks_are_imported():
    app.loader.import_default_modules()


def test_every_periodic_task_is_one_that_exists():
    scheduled = {task for task, _seconds, _why in PERIODIC.values()}

    assert scheduled - set(current_app.tasks) == set()


def test_a_periodic_task_nobody_took_is_dropped_before_the_next():
    late = {
        name: entry
        for name, entry in app.conf.beat_schedule.items()
        if entry["options"]["expires"] > entry["schedule"]
    }

    assert late == {}
    assert set(app.conf.beat_schedule) == set(PERIODIC)


def test_the_relay_names_a_task_that_exists():
    assert TASK in current_app.tasks
