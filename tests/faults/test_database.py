"""PostgreSQL crashed while people accept and HATs are read."""

import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.run.frontdoor import Unexpected
from marketplace.run.people import Owner
from tests.faults.site import GROUP, Line, Site

pytestmark = pytest.mark.fault

AT_THE_DOOR = 4
GRACE_SECONDS = 3
ROUNDS_SECONDS = 3  # some turns of the periodic tasks, on both workers
HEALED_WITHIN_SECONDS = 25


def keep_accepting(owner: Owner, line: Line, refusals: list[tuple[float, str]]) -> None:
    """Press the button until it worked, as people do; note what was in the way, and when."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            address = owner.accept(line.reference)
        except Unexpected as problem:
            refusals.append((time.monotonic(), str(problem)))
            time.sleep(0.2)
        else:
            line.shares[owner.domain] = address.rstrip("/").rsplit("/", 1)[1]
            return


def cut_off_after(site: Site, moment: datetime) -> list[str]:
    """Tasks that still failed for want of the database, once it had been back for a while."""
    log = (site.house.logs / "worker.log").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in log if line.startswith("{")]
    return [
        fact["at"]
        for fact in facts
        if fact.get("exception") == "OperationalError"
        and datetime.fromisoformat(fact["at"]) > moment
    ]


def test_a_crash_of_the_database_loses_and_doubles_nothing(site: Site) -> None:
    line = site.open_line()
    at_the_door = site.owners(AT_THE_DOOR)
    names = {owner.domain for owner in at_the_door}
    early = [domain for domain in site.hats if domain not in names][: GROUP - AT_THE_DOOR]
    site.faults({"kind": "slow", "hosts": early, "seconds": 2, "times": 1})
    site.say_yes(line, early)
    site.confirm(line)
    site.until(lambda: site.in_flight(line), what="readings in flight")
    refusals: list[tuple[float, str]] = []

    postgres = site.house.postgres
    assert postgres
    postgres.stop(mode="immediate")
    people = [
        threading.Thread(target=keep_accepting, args=(owner, line, refusals))
        for owner in at_the_door
    ]
    for person in people:
        person.start()
    time.sleep(2)
    postgres.start()
    back, back_at = time.monotonic(), datetime.now(UTC)
    for person in people:
        person.join()

    # Most wait for a connection and notice nothing; who is refused reads an error page.
    assert [words for _, words in refusals if not re.match("50[03] ", words)] == []
    assert [words for at, words in refusals if at > back + GRACE_SECONDS] == []
    site.confirm(line, names)
    site.until_delivered(line)
    healed = time.monotonic() - back
    site.note("database back: all delivered", healed)
    assert healed < HEALED_WITHIN_SECONDS
    time.sleep(max(0.0, GRACE_SECONDS + ROUNDS_SECONDS - healed))
    assert cut_off_after(site, back_at + timedelta(seconds=GRACE_SECONDS)) == []
    site.assert_exact(line, delivered=line.shares)
