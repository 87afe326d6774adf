"""HATs that are down, slow, lying, endless or forgetful among good ones."""

import csv
import io
import time

import pytest

from marketplace.bench.memory import Peak
from marketplace.demo import PASSWORD, PEOPLE
from marketplace.run.people import Buyer, log_in
from tests.faults.site import GROUP, Line, Site

pytestmark = pytest.mark.fault

# What each of these comes to: the problem that the reading remembers, to be tried again later.
BAD = {
    "down": "reset",
    "reset": "reset",
    "slow": "timeout",
    "drip": "timeout",
    "endless": "too_large",
    "bomb": "encoded",
    "wrong_length": "reset",
    "html200": "html",
    "malformed": "bad_json",
    "deep": "bad_json",
    "redirect": "redirect",
    "status": "busy",
}
# As much as an answer may be, in as many nodes as it may have: fifty records of 90 KB.
HEAVY = 3
HEAVY_SONG = {"nodes": [{"a": {}}] * 1_200, "text": "x" * 80_000}
MOST_MEBIBYTES = 700
# What was agreed, and more: the surplus is dropped, the record with the bomb put aside.
SURPLUS = ("over_delivery", "number_bomb")


def csv_of(site: Site, line: Line) -> list[list[str]]:
    """The file as its buyer gets it."""
    buyer = Buyer(site.house.site_url)
    log_in(buyer, email=PEOPLE[0].email, password=PASSWORD)
    ((reference,),) = site.rows(
        "SELECT reference FROM fulfilment_dataset WHERE order_line_id = %s", line.number
    )
    page = buyer.get(f"/datasets/{reference}/")
    files = [buyer.get(address) for address, _ in page.links if "/files/" in address]
    (body,) = [f.body for f in files if ".csv" in f.headers["Content-Disposition"]]
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_bad_hats_stop_nobody_and_nobody_is_paid_for_nothing(site: Site) -> None:
    domains = list(site.hats)
    bad = dict(zip(BAD, domains, strict=False))
    good = domains[len(BAD) : len(BAD) + GROUP]
    heavy = domains[-HEAVY:]
    line = site.open_line(places=len(bad) + len(good) + len(heavy))
    site.each(heavy, lambda host: site.hats[host].write("spotify/feed", *heavy_songs()))
    rules = [{"kind": kind, "hosts": host, "seconds": 30} for kind, host in bad.items()]
    rules += [{"kind": kind, "hosts": host} for kind, host in zip(SURPLUS, good, strict=False)]
    with site.faulty(*rules), Peak(site.pid_of("worker")) as peak:
        site.say_yes(line, [*bad.values(), *good, *heavy])
        site.confirm(line)
        seconds = site.until_delivered(line, people=GROUP + HEAVY)
        site.note("12 bad and 3 heavy HATs among 20 good ones: delivered", seconds)
        site.until(lambda: not site.in_flight(line), what="an end of the bad ones")
        readings, people = site.readings(line), site.people(line)

    assert {kind: readings[host][0] for kind, host in bad.items()} == dict.fromkeys(BAD, "broken")
    problems = {kind: readings[host][1].split(":")[0] for kind, host in bad.items()}
    assert problems == BAD
    assert {people[host] for host in bad.values()} == {"confirmed"}
    assert {people[host] for host in (*good, *heavy)} == {"fulfilled"}
    site.note("memory of the worker process that took most", peak.mebibytes, unit="MiB")
    assert peak.mebibytes < MOST_MEBIBYTES
    bombed = {good[SURPLUS.index("number_bomb")]: 1}
    site.assert_exact(line, delivered=[*good, *heavy], put_aside=bombed)
    assert_only_what_was_agreed(csv_of(site, line))


def heavy_songs() -> list[dict[str, object]]:
    """Newer than all others."""
    return [
        {"played_at": f"2099-01-01T00:00:{number:02d}.000Z", "track": {"name": HEAVY_SONG}}
        for number in range(50)
    ]


def assert_only_what_was_agreed(rows: list[list[str]]) -> None:
    titles, *cells = rows
    assert titles == ["person", "at", "song", "artist"]
    assert len({row[0] for row in cells}) == GROUP + HEAVY
    words = {word for row in cells for word in row}
    assert not words & {"surplus@example.org", "stray"}


def test_a_lost_answer_or_a_late_role_makes_no_second_debit(site: Site) -> None:
    domains = list(site.hats)[:GROUP]
    line = site.open_line()
    lost, late = domains[: GROUP // 2], domains[GROUP // 2 :]
    with site.faulty(
        {"kind": "lost201", "hosts": lost, "routes": "propose", "times": 1},
        {"kind": "late_role", "hosts": late, "routes": ["debit", "values"], "seconds": 3},
    ):
        site.say_yes(line, domains)
        site.confirm(line)
        site.note("lost answers and late roles: delivered", site.until_delivered(line))

    books = site.standing.books()["hats"]
    for domain in domains:
        assert sum(debit == line.shares[domain] for debit in books[domain]["debits"]) == 1
    assert set(site.people(line).values()) == {"fulfilled"}
    site.assert_exact(line, delivered=domains)


def pulls(site: Site, line: Line, domain: str) -> int:
    """How often the HAT says it was read for that line."""
    debit = site.standing.books()["hats"][domain]["debits"][line.shares[domain]]
    return int(debit["pulls"])


def test_an_answer_that_comes_after_the_withdrawal_is_not_stored(site: Site) -> None:
    line = site.open_line()
    (owner,) = site.owners(1)
    with site.faulty({"kind": "slow", "hosts": owner.domain, "seconds": 2}):
        share = owner.accept(line.reference)
        page = owner.get(share)  # now: there is little time between question and answer
        line.shares[owner.domain] = share.rstrip("/").rsplit("/", 1)[1]
        site.confirm(line)
        site.until(lambda: site.in_flight(line), what="a reading in flight")

        owner.submit(page, page.form("/stop/"))

        stopped = site.readings(line)
        site.until(lambda: pulls(site, line, owner.domain), what="the HAT's answer")
        time.sleep(1)  # for a worker to do with it what it would

    assert stopped == {owner.domain: ("refused", "withdrawn")}
    assert site.readings(line) == stopped
    assert site.people(line) == {owner.domain: "withdrawn"}
    assert pulls(site, line, owner.domain) == 1, "the HAT did answer"
    assert site.rows("SELECT places_taken FROM buyers_orderline WHERE id = %s", line.number) == [
        (0,)
    ]
    assert site.rows(
        """SELECT k.wrapped FROM fulfilment_datakey k
           JOIN fulfilment_acceptance a ON a.id = k.acceptance_id WHERE a.order_line_id = %s""",
        line.number,
    ) == [(None,)]
    site.assert_exact(line, delivered=[])
