"""What fault tests do to a standing house, and how they see that nothing was lost or doubled."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from marketplace.run.house import ROOT
from marketplace.run.people import Owner
from tests.journeys.house import StandingHouse
from tests.sandbox import SandboxHat, _http

OFFER = "last-fifty-songs"
GROUP = 20  # nothing is delivered below this
PATIENCE_SECONDS = 300  # far more than it takes: the machine may be busy with something else
AT_ONCE = 6
SONGS = [
    {"played_at": f"2026-11-{day:02d}T20:00:00.000Z", "track": {"name": f"Song {day}"}}
    for day in (1, 2, 3)
]


@dataclass
class Line:
    """An order line and what became of it."""

    number: int
    reference: str
    order: str
    shares: dict[str, str] = field(default_factory=dict)  # HAT's domain: number of the debit


class Site:
    """A standing house, its watchman, and owners with HATs that hold songs."""

    def __init__(self, standing: StandingHouse) -> None:
        self.standing, self.house, self.supervisor = standing, standing.house, standing.supervisor
        self.watchman = threading.Thread(target=self.supervisor.watch, daemon=True)
        self.office = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.office"],
            cwd=ROOT,
            env=self.house.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.hats: dict[str, SandboxHat] = {}
        self.logged_in: list[Owner] = []

    def open(self, hats: int) -> None:
        """Connect the first HATs and put songs into each of them."""
        self.watchman.start()
        for log_in in self.standing.hats(hats):
            self.hats[log_in["domain"]] = SandboxHat(self.house.hat_port, **log_in)
        self.ask("connect", domains=list(self.hats))
        self.each(self.hats.values(), lambda hat: hat.write("spotify/feed", *SONGS))

    def close(self) -> None:
        """End the helper and the watchman; the house is closed by who opened it."""
        self.supervisor.stopping = True
        self.watchman.join()
        assert self.office.stdin
        assert self.office.stdout
        self.office.stdin.close()
        self.office.wait(10)
        self.office.stdout.close()

    # -- a trade, in bulk -----------------------------------------------------------------------

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Have the office do something."""
        assert self.office.stdin
        assert self.office.stdout
        self.office.stdin.write(json.dumps({"do": command, **arguments}) + "\n")
        self.office.stdin.flush()
        answer: dict[str, Any] = json.loads(self.office.stdout.readline())
        assert "problem" not in answer, answer
        return answer

    def open_line(self, places: int = GROUP) -> Line:
        """A paid line that takes acceptances; the webhook, relay and worker have opened it."""
        line = Line(**self.ask("order_line", offer=OFFER, places=places))
        self.until(lambda: self.line_status(line) == "open", what="the line to open")
        return line

    def say_yes(self, line: Line, domains: Iterable[str]) -> None:
        """These owners accept; what their HATs are asked is up to relay and worker."""
        line.shares |= self.ask("say_yes", line=line.number, domains=list(domains))

    def confirm(self, line: Line, domains: Iterable[str] | None = None) -> None:
        """Each owner confirms on the HAT as soon as the debit is there."""
        chosen = list(domains or line.shares)
        self.until(lambda: self.proposed(line) >= set(chosen), what="all debits on the HATs")
        self.each(chosen, lambda domain: self.hats[domain].confirm(line.shares[domain]))
        self.ask("come_back", shares=[line.shares[domain] for domain in chosen])

    def confirmed_line(self, people: int = GROUP) -> Line:
        """A line of so many confirmed people, whose reading has just become due or soon will."""
        line = self.open_line(places=people)
        self.say_yes(line, list(self.hats)[:people])
        self.confirm(line)
        return line

    def owners(self, count: int) -> list[Owner]:
        """So many owners who are logged in to the shop with their HATs."""
        newcomers = list(self.hats.values())[len(self.logged_in) : count]
        for hat in newcomers:
            words = {"domain": hat.domain, "username": hat.username, "password": hat.password}
            owner = Owner(self.house.site_url, **words)
            owner.log_in()
            self.logged_in.append(owner)
        return self.logged_in[:count]

    def each(self, things: Iterable[Any], act: Callable[[Any], Any]) -> list[Any]:
        """Act on all of them, some at once."""
        with ThreadPoolExecutor(AT_ONCE) as people:
            return list(people.map(act, things))

    # -- faults ---------------------------------------------------------------------------------

    def faults(self, *rules: dict[str, Any]) -> None:
        """Switch exactly these faults of HATs on."""
        _http(self.house.hat_port, "PUT", "/_sandbox/faults", {"faults": list(rules)})

    @contextlib.contextmanager
    def faulty(self, *rules: dict[str, Any]) -> Iterator[None]:
        """Faults for a while."""
        self.faults(*rules)
        try:
            yield
        finally:
            self.faults()

    def kill(self, name: str) -> None:
        """SIGKILL to the main process of a child of the house."""
        process = self.supervisor.child(name).process
        assert process
        process.kill()  # looks first whether it still runs: a number alone may be somebody else's

    def pause(self, name: str) -> None:
        """SIGSTOP to all processes of a child."""
        self._signal_all(name, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """SIGCONT to all processes of a child."""
        self._signal_all(name, signal.SIGCONT)

    def _signal_all(self, name: str, number: signal.Signals) -> None:
        process = self.supervisor.child(name).process
        assert process
        os.killpg(process.pid, number)

    def children_of(self, name: str) -> list[int]:
        """The processes that this child of the house has started."""
        process = self.supervisor.child(name).process
        assert process
        return children_of(process.pid)

    def pid_of(self, name: str) -> int:
        """The number of a child's main process."""
        process = self.supervisor.child(name).process
        assert process
        return process.pid

    def until_restarted(self, name: str, *, after: int) -> None:
        """Wait until the watchman has started it anew."""
        child = self.supervisor.child(name)
        self.until(lambda: len(child.starts) > after, what=f"a new {name}")

    # -- looking --------------------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the database."""
        return self.standing.rows(query, *values)

    def until(self, look: Callable[[], Any], *, what: str) -> float:
        """Look again until it is so; the seconds that took."""
        return wait_until(look, what=what)

    def line_status(self, line: Line) -> str:
        """Open, filled, closed and so on."""
        ((status,),) = self.rows("SELECT status FROM buyers_orderline WHERE id = %s", line.number)
        return str(status)

    def proposed(self, line: Line) -> set[str]:
        """The HATs whose debit we know to be there."""
        found = self.rows(
            """SELECT o.hat_domain FROM fulfilment_datadebit d
               JOIN fulfilment_acceptance a ON a.id = d.acceptance_id
               JOIN hats_hatowner o ON o.id = a.hat_owner_id
               WHERE a.order_line_id = %s AND d.proposed_at IS NOT NULL""",
            line.number,
        )
        return {domain for (domain,) in found}

    def people(self, line: Line) -> dict[str, str]:
        """HAT to status of its acceptance."""
        return dict(
            self.rows(
                """SELECT o.hat_domain, a.status FROM fulfilment_acceptance a
                   JOIN hats_hatowner o ON o.id = a.hat_owner_id WHERE a.order_line_id = %s""",
                line.number,
            )
        )

    def readings(self, line: Line) -> dict[str, tuple[str, str]]:
        """HAT to status and problem of its reading; more than one for a HAT is an error."""
        found = self.rows(
            """SELECT o.hat_domain, r.status, r.problem FROM fulfilment_retrieval r
               JOIN fulfilment_datadebit d ON d.id = r.debit_id
               JOIN fulfilment_acceptance a ON a.id = d.acceptance_id
               JOIN hats_hatowner o ON o.id = a.hat_owner_id WHERE a.order_line_id = %s""",
            line.number,
        )
        assert len({domain for domain, *_ in found}) == len(found), "one reading a HAT"
        return {domain: (status, problem) for domain, status, problem in found}

    def stored(self, line: Line) -> int:
        """How many readings are stored."""
        return sum(status == "stored" for status, _ in self.readings(line).values())

    def in_flight(self, line: Line) -> int:
        """How many readings some worker is at."""
        return sum(status == "leased" for status, _ in self.readings(line).values())

    def until_delivered(self, line: Line, people: int = GROUP) -> float:
        """Wait until so many people were delivered and their dataset was released."""

        def released() -> bool:
            found = self.rows(
                """SELECT max(r.people) FROM fulfilment_datasetrevision r
                   JOIN fulfilment_dataset d ON d.id = r.dataset_id
                   WHERE d.order_line_id = %s AND r.status = 'sealed'""",
                line.number,
            )
            return found == [(people,)]

        try:
            return self.until(released, what=f"a dataset with {people} people")
        except AssertionError as waited:
            standing = Counter(self.people(line).values()), Counter(self.readings(line).values())
            raise AssertionError(f"{waited}: {standing}") from None

    def note(self, what: str, amount: float, *, unit: str = "s") -> None:
        """Say how much something took; pytest shows it with -rP (docs/reliability.md)."""
        print(f"{what}: {amount:.2f} {unit}")  # noqa: T201

    # -- judging --------------------------------------------------------------------------------

    def assert_exact(
        self, line: Line, *, delivered: Iterable[str], put_aside: Mapping[str, int] | None = None
    ) -> None:
        """Invariants hold; books of the HATs, blocks and money agree for exactly these people.

        :param put_aside: how many records of a HAT are not stored, for good reasons.
        """
        people = set(delivered)
        assert self.ask("verify")["words"] == ""
        self._assert_debits(line)
        books = self.standing.books()["hats"]
        offered = {
            domain: books[domain]["debits"][line.shares[domain]]["records"] for domain in people
        }
        wanted = Counter(offered) - Counter(put_aside or {})
        assert self._blocks(line) == {domain: [records] for domain, records in wanted.items()}
        assert all(records > 0 for records in offered.values())
        assert self._paid(line) == dict.fromkeys(people, 1)

    def _assert_debits(self, line: Line) -> None:
        """Each yes has one debit on its HAT and no HAT has one that we do not know."""
        books = self.standing.books()["hats"]
        theirs = [debit for hat in books.values() for debit in hat["debits"]]
        ours = [str(uid) for (uid,) in self.rows("SELECT uid FROM fulfilment_acceptance")]
        assert len(theirs) == len(set(theirs))
        assert set(theirs) <= set(ours), "a debit that nobody agreed to"
        assert {line.shares[domain] for domain in self.proposed(line)} <= set(theirs)

    def _blocks(self, line: Line) -> dict[str, list[int]]:
        """Records of each stored block, by HAT."""
        found = self.rows(
            """SELECT o.hat_domain, array_agg(b.records) FROM fulfilment_sealedblock b
               JOIN fulfilment_acceptance a ON a.id = b.acceptance_id
               JOIN hats_hatowner o ON o.id = a.hat_owner_id
               WHERE a.order_line_id = %s GROUP BY 1""",
            line.number,
        )
        return dict(found)

    def _paid(self, line: Line) -> dict[str, int]:
        """How often the reward of this line was paid, by HAT; each time the whole of it."""
        found = self.rows(
            """SELECT o.hat_domain FROM ledger_posting p
               JOIN ledger_entry e ON e.id = p.entry_id
               JOIN ledger_account g ON g.id = p.account_id
               JOIN hats_hatowner o ON o.reference = g.reference
               JOIN buyers_orderline l ON l.reference = e.reference
               WHERE g.kind = 'owner_payable' AND l.id = %s
                 AND p.amount = l.reward_minor_units""",
            line.number,
        )
        return dict(Counter(domain for (domain,) in found))


def wait_until(look: Callable[[], Any], *, what: str) -> float:
    """Look again until it is so; the seconds that took."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        with contextlib.suppress(psycopg.OperationalError):
            if look():
                return time.monotonic() - began
        time.sleep(0.1)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain for {what}")


def children_of(pid: int) -> list[int]:
    """The processes that this one has started and that still run."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text(encoding="ascii").split()]
    return found
