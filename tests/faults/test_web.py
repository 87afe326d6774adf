"""The web process killed: its workers, and the one that starts them."""

import contextlib
import os
import signal

import pytest

from marketplace.run.frontdoor import Unexpected, Visitor
from tests.faults.site import Site

pytestmark = pytest.mark.fault


def serves(site: Site) -> bool:
    with contextlib.suppress(Unexpected, OSError):
        return Visitor(site.house.site_url).get("/").status == 200
    return False


def test_web_workers_that_die_are_replaced(site: Site) -> None:
    site.until(lambda: len(site.children_of("web")) == 2, what="both web workers")
    workers = site.children_of("web")

    for worker in workers:
        os.kill(worker, signal.SIGKILL)

    healed = site.until(lambda: len(set(site.children_of("web")) - set(workers)) == 2, what="both")
    site.note("both web workers killed: both new", healed)
    assert serves(site)


def test_the_web_server_that_dies_is_started_again(site: Site) -> None:
    starts = len(site.supervisor.child("web").starts)
    workers = site.children_of("web")

    site.kill("web")

    site.until_restarted("web", after=starts)
    healed = site.until(lambda: serves(site), what="the shop")
    site.note("web server killed: pages again", healed)
    assert not set(workers) & set(site.children_of("web"))
