"""All HATs of one sandbox, found by the Host header; each is made when it is first spoken to."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from hats.sandbox.applications import BUILT_IN, Application, read_applications
from hats.sandbox.handmade import HandMade, HatNotMade, Stamp, Wish
from hats.sandbox.hat import Hat, Services
from hats.sandbox.holdings import GeneratedRecords
from hats.sandbox.kept import KeptAnswers
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
            generated=GeneratedRecords(today=lambda: options.today or now().date()),
            applications=read_applications(
                options.applications or BUILT_IN, market_url=options.market_url
            ),
            kept=KeptAnswers(weigh=lambda values: len(values.answer.body)),
        )
        self._names = {
            self._domain(name): name
            for name in (name_of(i, seed=options.seed) for i in range(options.hats))
        }
        self._hats: dict[str, Hat] = {}
        self._hand_made = HandMade(Path(options.data) / "people")
        self._hats_by_hand: dict[str, tuple[Stamp, Hat]] = {}

    def _domain(self, name: str) -> str:
        return f"{name}.{SUFFIX}:{self.options.port}"

    def log_in(self, domain: str) -> dict[str, str]:
        """Tell how an invented owner logs in, waking only a HAT that was written to."""
        name = self._names[domain]
        hat = self.hat(domain) if self._store.is_written_to(name) else None
        password = (
            hat.owner.password if hat else person_named(name, seed=self.options.seed).password
        )
        return {"domain": domain, "username": name, "password": password}

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
        return hat or self._hat_by_hand(host)

    def _hat_by_hand(self, host: str) -> Hat | None:
        """Find a HAT made by hand, which may have come or gone since the last request."""
        name = host.removesuffix(f".{SUFFIX}:{self.options.port}")
        stamp = self._hand_made.stamp(name)
        known = self._hats_by_hand.get(host)
        if known is not None and known[0] == stamp:
            return known[1]
        if known is not None:
            del self._hats_by_hand[host]
            self._store.let_go(name)
        if stamp is None:
            return None
        hat = Hat(domain=host, person=self._hand_made.person(name), services=self._services)
        self._hats_by_hand[host] = stamp, hat
        return hat

    def make_hat(self, wish: Wish) -> Hat:
        """Make a HAT by hand.

        :raises HatNotMade: see :meth:`HandMade.make`.
        """
        if wish.hat_name == self.options.platform_username:
            raise HatNotMade("This is the name of the sandbox's own account. Choose another name.")
        hat = self.hat(self._domain(self._hand_made.make(wish).name))
        assert hat is not None
        return hat

    def remove_hat(self, name: str) -> None:
        """Remove a HAT made by hand, with all that is on it.

        :raises NoSuchHat: there is none of this name.
        """
        self._hand_made.forget(name)
        self._store.remove(name)
        self._hats_by_hand.pop(self._domain(name), None)

    def hats_made_by_hand(self) -> list[Hat]:
        found = (self.hat(self._domain(name)) for name in self._hand_made.names())
        return [hat for hat in found if hat is not None]

    def hats_in_use(self) -> list[Hat]:
        """List the HATs that were ever written to, or spoken to since the start."""
        known = {
            *self._hats,
            *self._hats_by_hand,
            *map(self._domain, self._store.hats_written_to()),
        }
        return [hat for domain in sorted(known) if (hat := self.hat(domain)) is not None]

    def close(self) -> None:
        self._store.close()
