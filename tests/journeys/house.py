"""A real house for journeys and fault tests: every process real, a database of its own.

Module- or session-scoped fixtures build on ``standing_house``. Nothing of the pytest process's
own settings reaches the house: it has its own variables, ports and folder.
"""

import contextlib
import json
import os
import signal
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from marketplace.run.house import House, free_port
from marketplace.run.supervisor import Supervisor, children_of

QUICK = {
    "DJANGO_SETTINGS_MODULE": "marketplace.settings",  # pytest has set the tests' own
    "SWEEP_SECONDS": "1",
    "RETRIEVAL_LEASE_SECONDS": "8",
    "OUTBOX_LEASE_SECONDS": "8",
    "HAT_TOTAL_TIMEOUT_SECONDS": "5",
}


# The first test waits for the whole house; on a machine that is busy it takes some minutes.
PATIENCE_SECONDS = 600


@dataclass(eq=False)
class StandingHouse:
    """A house whose processes run; each is itself alone, so that one can remember things of it."""

    house: House
    supervisor: Supervisor

    @property
    def url(self) -> str:
        """Where the shop is."""
        return self.house.site_url

    def hats(self, first: int) -> list[dict[str, str]]:
        """How to log in to the first HATs: domain, username, password."""
        listed: list[dict[str, str]] = self._sandbox(f"/_sandbox/hats?first={first}")
        return listed

    def books(self) -> dict[str, Any]:
        """The sandbox HATs' own books."""
        books: dict[str, Any] = self._sandbox("/_sandbox/books")
        return books

    @property
    def mails(self) -> Path:
        """Where the house puts the mails it sends."""
        return self.house.home / "mail"

    def line_of(self, order: str) -> str:
        """The reference by which owners and moderators know an order's only line."""
        query = """
            SELECT l.reference FROM buyers_orderline l JOIN buyers_order o ON o.id = l.order_id
            WHERE o.reference = %s
        """
        reference: str = self.rows(query, order)[0][0]
        return reference

    def paid_status(self, line: str) -> str:
        """Where a line stands once it is paid; empty before."""
        ((status,),) = self.rows("SELECT status FROM buyers_orderline WHERE reference = %s", line)
        return "" if status == "pending" else status

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the house's database."""
        with psycopg.connect(self.house.variables["DATABASE_URL"]) as connection:
            return connection.execute(query, values or None).fetchall()

    def _sandbox(self, path: str) -> Any:  # JSON
        address = f"http://127.0.0.1:{self.house.hat_port}{path}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def standing_house(*, hats: int = 40, **variables: str) -> Iterator[StandingHouse]:
    """Set up, start and wait for a house; stop all of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="hm-house-") as folder:
        ports = {"web_port": free_port(), "hat_port": free_port()}
        house = House(Path(folder), **ports, fresh=True, given=False)
        supervisor = Supervisor(house, children_of(house, hats=hats))
        try:
            house.open()
            house.variables |= {**QUICK, **variables}
            house.manage("migrate", "-v0")
            house.manage("seed_demo")
            supervisor.start()
            supervisor.wait_until_healthy()
            yield StandingHouse(house, supervisor)
        finally:
            _end(supervisor)
            house.close()


def _end(supervisor: Supervisor) -> None:
    """At once: nobody needs what is unfinished, and tests of the demo see how a house stops."""
    supervisor.stopping = True
    for child in supervisor.children:
        if child.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
