"""hat-js, a client of HATs that others wrote, speaking to the sandbox HAT from Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_socket import enable_socket

from tests.hats.sandbox.conftest import HatClient, serving
from tests.hats.sandbox.conftest import Sandbox as ClockedSandbox
from tests.sandbox import KEYS, PLATFORM, Sandbox, SandboxHat

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules" / "@dataswift" / "hat-js"
MISSING = "hat-js is not installed: `make test` installs it where Node and npm are"


def pytest_collection_modifyitems(items):
    """Everything in this folder speaks to a real server on loopback."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)


@dataclass(frozen=True)
class Heard:
    """What hat-js made of one answer: a body, or the error it threw."""

    status: int | None = None
    body: Any = None
    failed: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Story:
    """All that was heard, by the name of the step, and the tokens that came on the way."""

    heard: dict[str, Heard]
    renewed: list[str]

    def __getitem__(self, name: str) -> Heard:
        return self.heard[name]


def step(name: str, call: str, *args: object) -> dict[str, object]:
    """One call of hat-js, written ``hatData.create``."""
    api, _, method = call.partition(".")
    return {"name": name, "api": api, "call": method, "args": list(args)}


def result(path: str) -> dict[str, str]:
    """Something an earlier step got, as an argument: ``made.recordId``."""
    return {"$": path}


def refused(status: int) -> Heard:
    """All that hat-js keeps of an answer other than 2xx."""
    return Heard(status=status, failed="HTTP_RESPONSE_FAILED", kind="Error")


def speaker(hat: SandboxHat) -> HatClient:
    """The same HAT for a browser, and for accounts other than the owner's."""
    person = SimpleNamespace(name=hat.username, password=hat.password)
    return HatClient(hat.port, hat.domain, person)


def platform_token(hat: SandboxHat) -> str:
    answer = speaker(hat).log_in(PLATFORM["platform_username"], PLATFORM["platform_password"])
    return answer.json["accessToken"]


Play = Callable[..., Story]


@pytest.fixture(scope="module")
def running(sandbox_process: Sandbox) -> Sandbox:
    """The sandbox, for fixtures wider than one test; starting it closed the sockets again."""
    enable_socket()
    return sandbox_process


@pytest.fixture(scope="session")
def play() -> Play:
    """Play a story in one Node process; skipped without hat-js, unless this is CI."""
    node = shutil.which("node")
    if node is None or not INSTALLED.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)

    def played(token: str, *steps: dict[str, object]) -> Story:
        done = subprocess.run(  # noqa: S603  # our own script
            [node, str(HERE / "play.js")],
            input=json.dumps({"token": token, "steps": steps}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-800:]
        *lines, last = map(json.loads, done.stdout.splitlines())
        return Story({line.pop("name"): Heard(**line) for line in lines}, last["renewed"])

    return played


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """A folder for a sandbox of one's own, with keys that are made already."""
    KEYS.mkdir(parents=True, exist_ok=True)
    (tmp_path / "keys").symlink_to(KEYS)
    return tmp_path


@pytest.fixture
def later(data_folder: Path) -> Iterator[ClockedSandbox]:
    """A sandbox whose clock can be moved."""
    with serving(data_folder) as sandbox:
        yield sandbox


@pytest.fixture
def strict(data_folder: Path) -> Iterator[ClockedSandbox]:
    """A sandbox that lets nothing pass which a real HAT refuses."""
    with serving(data_folder, is_strict=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def alice(running: Sandbox) -> SandboxHat:
    """A fresh HAT for the stories of one module."""
    return running.hat()


@pytest.fixture(scope="module")
def owner(alice: SandboxHat) -> str:
    """The token of Alice herself."""
    return str(speaker(alice).owner)
