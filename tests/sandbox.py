"""A real sandbox HAT for tests: one process for the session, on a free port of loopback.

Each test takes HATs that no other test has used: debits and records stay on a HAT for ever.
"""

import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from pytest_socket import disable_socket, enable_socket

from hats.models import HatOwner
from tests import factories

ROOT = Path(__file__).parents[1]
HATS = 4000
HATS_AT_ONCE = 40
# Making RSA keys takes seconds: they are made once for all sessions. Nothing else is kept.
KEYS = ROOT / "var" / "test-sandbox-keys"
PLATFORM = {"platform_username": "platform", "platform_password": "sandbox-platform"}


@dataclass
class SandboxHat:
    """One person's HAT and how that person logs in to it."""

    port: int
    domain: str
    username: str
    password: str
    _token: str = field(default="", repr=False)

    def connected(self, **fields: Any) -> HatOwner:
        """The owner as the market knows them, with the key that the HAT shows."""
        fields.setdefault("public_key", self.public_key())
        return factories.make_hat_owner(self.domain, **fields)

    def public_key(self) -> str:
        """The PEM text that the market pins at the first log-in."""
        address = f"http://127.0.0.1:{self.port}/publickey"
        request = urllib.request.Request(address, headers={"Host": self.domain})
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own
            return str(answer.read().decode("ascii")).strip() + "\n"

    def confirm(self, debit_id: object) -> None:
        """What the owner does on the HAT's confirmation page."""
        self.call("GET", f"/api/v2.6/data-debit/{debit_id}/enable")

    def switch_off(self, debit_id: object) -> None:
        """What the owner does on the HAT's page of the debit."""
        self.call("GET", f"/api/v2.6/data-debit/{debit_id}/disable?atPeriodEnd=false")

    def write(self, endpoint: str, *records: dict[str, Any]) -> None:
        """Put records into the HAT as its owner."""
        self.call("POST", f"/api/v2.6/data/{endpoint}", list(records))

    def books(self) -> dict[str, Any]:
        """What the HAT itself remembers: debits with their pulls, pulls in all."""
        books = _http(self.port, "GET", f"/_sandbox/books?domain={self.domain}")
        return dict(books["hats"].get(self.domain, {"debits": {}, "pulls": 0}))

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask the HAT as its owner."""
        if not self._token:
            log_in = {"username": self.username, "password": self.password}
            answer = _http(
                self.port, "GET", "/users/access_token", host=self.domain, headers=log_in
            )
            self._token = answer["accessToken"]
        headers = {"X-Auth-Token": self._token}
        return _http(self.port, method, path, body, host=self.domain, headers=headers)


class Sandbox:
    """The running sandbox: HATs nobody has used yet, its books, its faults."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._hats = self._fresh_hats()

    def _fresh_hats(self) -> Iterator[SandboxHat]:
        """Ask for a few log-ins at a time: most tests need one or two."""
        for known in range(0, HATS, HATS_AT_ONCE):
            path = f"/_sandbox/hats?first={known + HATS_AT_ONCE}"
            for log_in in _http(self.port, "GET", path)[known:]:
                yield SandboxHat(self.port, **log_in)

    def hat(self) -> SandboxHat:
        """A fresh HAT."""
        return next(self._hats)

    def hats(self, count: int) -> list[SandboxHat]:
        """Fresh HATs."""
        return list(itertools.islice(self._hats, count))

    def cluster(self) -> dict[str, Any]:
        """The entry of HAT_CLUSTERS that trusts these HATs."""
        return {
            "name": "Sandbox",
            "suffix": "hat.localhost",
            "scheme": "http",
            "port": self.port,
            "connect_to": f"127.0.0.1:{self.port}",
            "application_id": "hat-market",
            **PLATFORM,
        }

    def faults(self, *rules: dict[str, Any]) -> None:
        """Switch exactly these faults on; none switches all off. docs/sandbox-hat.md has them."""
        _http(self.port, "PUT", "/_sandbox/faults", {"faults": list(rules)})


def _http(
    port: int,
    method: str,
    path: str,
    body: object = None,
    *,
    host: str = "",
    headers: dict[str, str] | None = None,
) -> Any:
    request = urllib.request.Request(  # loopback only
        f"http://127.0.0.1:{port}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **({"Host": host} if host else {})}
        | (headers or {}),
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  # loopback only
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()[:300]!r}") from None


def _free_port() -> int:
    """The suite forbids sockets until a test asks for them; a fixture of the session cannot ask."""
    enable_socket()
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    finally:
        disable_socket(allow_unix_socket=True)


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    """The process; started when a test first asks for it."""
    with tempfile.TemporaryDirectory(prefix="hm-sandbox-") as home:
        KEYS.mkdir(parents=True, exist_ok=True)
        (Path(home) / "keys").symlink_to(KEYS)
        port = _free_port()
        command = [sys.executable, "manage.py", "sandbox_hat", "--no-login-limit"]
        command += ["--port", str(port), "--hats", str(HATS), "--print", "1", "--data", home]
        process = subprocess.Popen(  # noqa: S603  # our own command
            command,
            cwd=ROOT,
            env={
                **os.environ,
                "DEMO": "1",
                "DJANGO_SETTINGS_MODULE": "marketplace.settings",
                "SANDBOX_HAT_PLATFORM_PASSWORD": PLATFORM["platform_password"],
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            assert process.stdout.readline(), "the sandbox HAT did not start"
            yield Sandbox(port)
        finally:
            process.terminate()
            process.wait(timeout=10)
            process.stdout.close()


@pytest.fixture
def sandbox(
    sandbox_process: Sandbox, settings: Settings, socket_enabled: None
) -> Iterator[Sandbox]:
    """The sandbox as the only trusted cluster, without faults."""
    settings.HAT_CLUSTERS = [sandbox_process.cluster()]
    yield sandbox_process
    sandbox_process.faults()
