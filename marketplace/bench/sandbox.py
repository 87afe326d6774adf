"""The sandbox HAT as a process of its own, and what owners do on it before a measurement."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import orjson

from marketplace.run.house import ROOT, CannotStart

T = TypeVar("T")
R = TypeVar("R")
PLATFORM_USER, PASSWORD_VARIABLE = "platform", "SANDBOX_HAT_PLATFORM_PASSWORD"
AT_ONCE = 32


@dataclass
class Owner:
    """One person's HAT: how its owner logs in, and the platform account's token for it."""

    domain: str
    username: str
    password: str
    platform_token: str = ""


@contextmanager
def serving(*, hats: int, port: int) -> Iterator[list[Owner]]:
    """A sandbox that renews no tokens, so that every request costs the same; yields its people.

    :raises CannotStart: it ended before it served.
    """
    with started(hats=hats, port=port, printed=hats) as process:
        assert process.stdout is not None
        yield [_owner(process.stdout.readline()) for _ in range(hats)]


@contextmanager
def started(*, hats: int, port: int, printed: int) -> Iterator[subprocess.Popen[str]]:
    """The process as it starts, in a new house; it prints so many log-ins when it serves."""
    with tempfile.TemporaryDirectory(prefix="hm-bench-") as home:
        command = [sys.executable, "manage.py", "sandbox_hat", "--no-renewal", "--no-login-limit"]
        command += ["--port", str(port), "--hats", str(hats), "--print", str(printed)]
        process = subprocess.Popen(  # noqa: S603  # our own command
            [*command, "--data", home], cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)
            process.stdout.close()


def _owner(line: str) -> Owner:
    if not line:
        raise CannotStart("the sandbox HAT did not start.")
    return Owner(**json.loads(line))


class Hats:
    """Plain requests to the sandbox's HATs: nothing of the market is in between."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session, self._origin = session, f"http://127.0.0.1:{port}"

    async def log_in(self, owner: Owner) -> str:
        """The owner's own token."""
        return await self._token(owner, owner.username, owner.password)

    async def log_in_as_platform(self, owner: Owner) -> str:
        """The platform account's token for this HAT."""
        return await self._token(owner, PLATFORM_USER, os.environ[PASSWORD_VARIABLE])

    async def _token(self, owner: Owner, username: str, password: str) -> str:
        log_in = {"username": username, "password": password}
        body = await self.ask("GET", "/users/access_token", owner, headers=log_in)
        return str(orjson.loads(body)["accessToken"])

    async def ask(
        self,
        method: str,
        path: str,
        owner: Owner,
        *,
        token: str = "",
        headers: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> bytes:
        """The body of a successful answer.

        :raises CannotStart: another answer.
        """
        named = {"Host": owner.domain, "Accept": "application/json", **(headers or {})}
        if token:
            named["X-Auth-Token"] = token
        if body is not None:
            named["Content-Type"] = "application/json"
        data = None if body is None else orjson.dumps(body)
        async with self._session.request(
            method, self._origin + path, headers=named, data=data
        ) as answer:
            read = await answer.read()
            if not answer.ok:
                raise CannotStart(f"the sandbox HAT answered {answer.status} to {method} {path}.")
            return read


def together(
    port: int, items: Sequence[T], work: Callable[[Hats, T], Awaitable[R]], *, at_once: int
) -> list[R]:
    """Do the work on all items in one event loop, so many at once; results in their order."""

    async def all_of_them() -> list[R]:
        places = asyncio.Semaphore(at_once)
        connector = aiohttp.TCPConnector(limit=at_once)
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            hats = Hats(session, port)

            async def one(item: T) -> R:
                async with places:
                    return await work(hats, item)

            return list(await asyncio.gather(*map(one, items)))

    return asyncio.run(all_of_them())
