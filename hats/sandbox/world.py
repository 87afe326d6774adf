"""All HATs of one sandbox, found by the Host header; each is made when it is first spoken to."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from hats.sandbox.applications import BUILT_IN, Application, read_applications
from hats.sandbox.hat import Hat, Services
from hats.sandbox.holdings import GeneratedRecords
from hats.sandbox.keys import open_pool
from hats.sandbox.options import Options
from hats.sandbox.people import name_of, person_named
from hats.sandbox.store import Store

SUFFIX = "hat.localhost"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class World:
    """The sandbox without its server."""

    def __init__(self, options: Options, *, now: Callable[[], datetime] = _utc_now) -> None:
        self.options, self.now = options, now
        self._store = Store(Path(options.data))
        self._services = Services(
            options=options,
            store=self._store,
            keys=open_pool(Path(options.data) / "keys"),
            generated=GeneratedRecords(today=options.today),
            applications=read_applications(
                options.applications or BUILT_IN, market_url=options.market_url
            ),
        )
        self._names = {
            self._domain(name): name
            for name in (name_of(i, seed=options.seed) for i in range(options.hats))
        }
        self._hats: dict[str, Hat] = {}

    def _domain(self, name: str) -> str:
        return f"{name}.{SUFFIX}:{self.options.port}"

    @property
    def applications(self) -> dict[str, Application]:
        return self._services.applications

    @property
    def domains(self) -> list[str]:
        return list(self._names)

    @cached_property
    def cookie_secret(self) -> bytes:
        return self._store.secret("cookie", fresh=secrets.token_bytes(32))

    def hat(self, host: str) -> Hat | None:
        """Find the HAT of a Host header, port included; ``None`` when there is no such HAT."""
        hat = self._hats.get(host)
        if hat is None and host in self._names:
            person = person_named(self._names[host], seed=self.options.seed)
            hat = self._hats[host] = Hat(domain=host, person=person, services=self._services)
        return hat

    def hats_in_use(self) -> list[Hat]:
        """List the HATs that were ever written to, or spoken to since the start."""
        known = {*self._hats, *map(self._domain, self._store.hats_written_to())}
        return [hat for domain in sorted(known) if (hat := self.hat(domain)) is not None]

    def close(self) -> None:
        self._store.close()
