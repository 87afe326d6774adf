"""The broker stopped, emptied, hung: pages do not notice, and all work is done afterwards."""

import os
import signal
import statistics
import time

import pytest
import redis

from marketplace.run.services import Valkey
from tests.faults.site import GROUP, Line, Site

pytestmark = pytest.mark.fault

QUICK_SECONDS = 2.5  # publishing to a hung broker would block for three, or for ever
VISITORS = 3


def valkey_of(site: Site) -> Valkey:
    assert site.house.valkey
    return site.house.valkey


def accept_at_the_front_door(site: Site, line: Line) -> float:
    """Look at the shop and accept, as some owners do; how long they wait, for what is slower."""
    looking, saying_yes = [], []
    for owner in site.owners(VISITORS):
        began = time.monotonic()
        owner.get("/")
        looking.append(time.monotonic() - began)
        card = owner.get(f"/my-data/offers/{line.reference}/")
        began = time.monotonic()
        share = owner.submit(card, card.form("card_hash")).url
        saying_yes.append(time.monotonic() - began)
        line.shares[owner.domain] = share.rstrip("/").rsplit("/", 1)[1]
    return max(statistics.median(looking), statistics.median(saying_yes))


def finish(site: Site, line: Line, *, fault: str) -> None:
    """The broker is back: everything waiting is done."""
    others = [domain for domain in site.hats if domain not in line.shares]
    site.say_yes(line, others[: GROUP - len(line.shares)])
    began = time.monotonic()
    site.confirm(line)
    site.until_delivered(line)
    site.note(f"broker {fault}: debits proposed, all delivered", time.monotonic() - began)
    site.assert_exact(line, delivered=line.shares)


def test_nobody_waits_for_a_broker_that_is_down(site: Site) -> None:
    line = site.open_line()
    site.owners(VISITORS)

    valkey_of(site).stop()
    waited = accept_at_the_front_door(site, line)
    valkey_of(site).start()

    site.note("broker down: looking, saying yes", waited)
    assert waited < QUICK_SECONDS
    finish(site, line, fault="down")


def test_nobody_waits_for_a_broker_that_hangs(site: Site) -> None:
    line = site.open_line()
    site.owners(VISITORS)
    process = valkey_of(site).process
    assert process

    os.kill(process.pid, signal.SIGSTOP)
    try:
        waited = accept_at_the_front_door(site, line)
        time.sleep(4)  # relay and worker run into their time-outs
    finally:
        os.kill(process.pid, signal.SIGCONT)

    site.note("broker hangs: looking, saying yes", waited)
    assert waited < QUICK_SECONDS
    finish(site, line, fault="hung")


def test_what_the_broker_forgets_is_done_all_the_same(site: Site) -> None:
    line = site.open_line()
    site.pause("worker")  # so that the hints are in the broker, and nowhere else
    site.say_yes(line, list(site.hats)[:GROUP])
    with redis.Redis(unix_socket_path=str(valkey_of(site).socket)) as broker:
        site.until(lambda: broker.llen("celery") >= GROUP, what="hints in the broker")

        broker.flushall()

        assert broker.llen("celery") == 0
    site.resume("worker")
    finish(site, line, fault="emptied")
