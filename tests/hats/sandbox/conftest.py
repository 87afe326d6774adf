"""A sandbox on a free loopback port, and a small client that speaks to one of its HATs."""

import asyncio
import http.client
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from hats.sandbox.faults import Faults
from hats.sandbox.handmade import Wish
from hats.sandbox.keys import open_pool
from hats.sandbox.options import Options
from hats.sandbox.people import Person
from hats.sandbox.server import SandboxServer
from hats.sandbox.world import World

TODAY = date(2026, 11, 23)


def pytest_collection_modifyitems(items):
    """Everything in this folder speaks to a real server on loopback."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()

    @property
    def token(self):
        return self.headers.get("X-Auth-Token")


class Clock:
    """The sandbox's time: the real one, moved on by ``skipped``."""

    def __init__(self):
        self.skipped = timedelta(0)

    def now(self):
        return datetime.now(UTC) + self.skipped


@dataclass
class Sandbox:
    world: World
    faults: Faults
    clock: Clock
    port: int
    unused: Iterator[int] = field(default_factory=lambda: count(20))

    def unused_hat(self):
        return self.hat(next(self.unused))

    def hat(self, number=0):
        domain = self.world.domains[number]
        hat = self.world.hat(domain)
        assert hat is not None
        return HatClient(self.port, domain, hat.person)

    def made_by_hand(self):
        """An empty HAT that no other test has used, made by hand."""
        hat = self.world.make_hat(Wish(name=f"by-hand-{next(self.unused)}"))
        return HatClient(self.port, hat.domain, hat.person)


@dataclass
class HatClient:
    """Speaks to one HAT as its owner, its platform, an application, or nobody."""

    port: int
    domain: str
    person: Person
    cookies: dict[str, str] = field(default_factory=dict)

    def call(self, method, path, *, token=None, body=None, headers=None):
        sent = {"Host": self.domain, "Accept": "application/json", **(headers or {})}
        if token:
            sent["X-Auth-Token"] = token
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None and not isinstance(body, bytes | str):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {k: v for k, v in sent.items() if v is not None})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path, **given):
        return self.call("GET", path, **given)

    def post(self, path, body, **given):
        return self.call("POST", path, body=body, **given)

    def log_in(self, username, password):
        headers = {"username": quote(username), "password": quote(password)}
        return self.get("/users/access_token", headers=headers)

    @property
    def owner(self):
        return self.log_in(self.person.name, self.person.password).json["accessToken"]

    @property
    def platform(self):
        return self.log_in("platform", "sandbox-platform").json["accessToken"]

    def application(self, owner, name="hat-market"):
        self.get(f"/api/v2.6/applications/{name}/setup", token=owner)
        path = f"/api/v2.6/applications/{name}/access-token"
        return self.get(path, token=owner).json["accessToken"]

    def browse(self, path, form=None):
        """Open a page, or send a form, as a browser with cookies would."""
        headers = {"Accept": "text/html"}
        if form is None:
            answer = self.get(path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{self.domain}"
            answer = self.call("POST", path, body=urlencode(form), headers=headers)
        cookie = answer.headers.get("Set-Cookie")
        if cookie:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def enter(self):
        """Log the owner in on the HAT's own pages."""
        return self.browse(
            "/user/login", {"username": self.person.name, "password": self.person.password}
        )


def debit_request(name="b-1", **changed):
    """A proposal for everything on one endpoint; the bundle is named after ``name``."""
    return {
        "dataDebitKey": "ignored",
        "purpose": "Recommend shoes",
        "start": "2026-01-01T00:00:00.000Z",
        "period": 3_650 * 86_400_000,
        "cancelAtPeriodEnd": True,
        "requestClientName": "Shop",
        "requestClientUrl": "https://shop.example",
        "requestClientLogoUrl": "https://shop.example/l.png",
        "termsUrl": "https://shop.example/terms",
        "bundle": {
            "name": name,
            "bundle": {"orders": {"endpoints": [{"endpoint": "shop/orders"}]}},
        },
    } | changed


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(folder, **changed):
    """Serve a world in a thread until the block ends."""
    port = changed.pop("port", None) or free_port()
    options = Options(data=folder, port=port, **({"hats": 40, "today": TODAY} | changed))
    clock, faults = Clock(), Faults([])
    world = World(options, now=clock.now)
    loop, running = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def main():
        ready = asyncio.Event()
        serving = asyncio.create_task(
            SandboxServer(world, faults=faults).serve(ready=ready, stop=stop)
        )
        await ready.wait()
        running.set()
        await serving

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
    thread.start()
    try:
        assert running.wait(10)
        yield Sandbox(world, faults, clock, port)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
        world.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """One pool of keys for all tests: making keys takes longer than the tests."""
    folder = tmp_path_factory.mktemp("keys")
    open_pool(folder)
    return folder


@pytest.fixture
def data_folder(tmp_path, keys):
    """A folder for a sandbox of one's own."""
    shutil.copytree(keys, tmp_path / "keys")
    return tmp_path


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory, keys) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    shutil.copytree(keys, folder / "keys")
    with serving(folder, hats=500) as running:
        yield running


@pytest.fixture
def sandbox(shared_sandbox) -> Iterator[Sandbox]:
    """The one sandbox of all tests, with the right time and without faults."""
    yield shared_sandbox
    shared_sandbox.clock.skipped = timedelta(0)
    shared_sandbox.faults.replace([])


@pytest.fixture
def hat(sandbox):
    """A HAT that no other test has used."""
    return sandbox.unused_hat()
