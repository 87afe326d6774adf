"""Worker, relay and scheduler killed with SIGKILL: the work is done all the same, and once."""

import os
import signal

import pytest

from tests.faults.site import GROUP, Line, Site

pytestmark = pytest.mark.fault


def a_reading_half_done(site: Site) -> Line:
    """Half of the HATs have been read and stored, the others are being read."""
    slow = list(site.hats)[: GROUP // 2]
    site.faults({"kind": "slow", "hosts": slow, "seconds": 2.5, "times": 1})
    line = site.confirmed_line()
    site.until(
        lambda: site.stored(line) >= 1 and site.in_flight(line) >= GROUP // 4,
        what="a reading that is half done",
    )
    return line


def test_readings_outlive_the_process_that_reads(site: Site) -> None:
    line = a_reading_half_done(site)

    for child in site.children_of("worker"):
        os.kill(child, signal.SIGKILL)

    assert site.stored(line) < GROUP
    site.note("worker child killed in a batch: delivered", site.until_delivered(line))
    site.assert_exact(line, delivered=line.shares)


def test_readings_outlive_the_whole_worker(site: Site) -> None:
    line = a_reading_half_done(site)

    site.kill("worker")

    assert site.stored(line) < GROUP
    site.note("worker killed in a batch: delivered", site.until_delivered(line))
    site.assert_exact(line, delivered=line.shares)


def test_proposals_and_readings_outlive_relay_and_scheduler(site: Site) -> None:
    line = site.open_line()
    site.say_yes(line, list(site.hats)[:GROUP])

    site.kill("relay")
    site.kill("scheduler")

    site.confirm(line)
    site.kill("relay")
    site.note("relay killed twice, scheduler once: delivered", site.until_delivered(line))
    site.assert_exact(line, delivered=line.shares)
