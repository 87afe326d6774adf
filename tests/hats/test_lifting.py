"""The HAT client works without Django and without the market, as docs/hat-client.md says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox import PLATFORM, Sandbox, SandboxHat

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "hat-client.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "examples" / "hat_client"
NOT_HERE = "raise ImportError('there is no Django here')\n"


def listed_files() -> list[str]:
    section = GUIDE.partition("## Lifting it out")[2].partition("\n## ")[0]
    return re.findall(r"^    (\S+)$", section, re.MULTILINE)


@pytest.fixture
def lifted(tmp_path: Path) -> Path:
    """A folder with the listed files alone, and a Django that cannot be imported."""
    for name in listed_files():
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (tmp_path / "django.py").write_text(NOT_HERE)
    return tmp_path


def run(folder: Path, *arguments: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PLATFORM": PLATFORM["platform_username"],
        "PLATFORM_PASSWORD": PLATFORM["platform_password"],
    }
    done = subprocess.run(  # noqa: S603  # our own programs
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def log_in(alice: SandboxHat) -> list[str]:
    host = alice.domain.partition(":")[0]
    return [f"{host}:{alice.port}", alice.username, alice.password]


def test_every_module_listed_can_be_imported_without_django(lifted):
    names = [name.removesuffix(".py").rstrip("/").replace("/", ".") for name in listed_files()]
    modules = [name.removesuffix(".__init__") for name in names]

    said = run(lifted, "-c", f"import {', '.join(modules)}; print('done')")

    assert said == "done\n"


def test_django_cannot_be_imported_there(lifted):
    with pytest.raises(AssertionError, match="there is no Django here"):
        run(lifted, "-c", "import django")


def test_records_are_written_and_read_from_synchronous_code(lifted, sandbox: Sandbox):
    said = run(lifted, str(EXAMPLES / "read_and_write.py"), *log_in(sandbox.hat()))

    assert said == "Notes found as written: 1\n"


def test_a_debit_is_traded_from_asynchronous_code(lifted, sandbox: Sandbox):
    said = run(lifted, str(EXAMPLES / "trade_values.py"), *log_in(sandbox.hat()))

    assert said.splitlines() == [
        "Proposed: now",
        "not_enabled: 0 records",
        "delivered: 1 records",
        "not_enabled: 0 records",
    ]


def test_an_example_that_is_refused_says_why(lifted, sandbox: Sandbox):
    address, username, _ = log_in(sandbox.hat())

    with pytest.raises(AssertionError, match="does not know this account"):
        run(lifted, str(EXAMPLES / "read_and_write.py"), address, username, "wrong")


def test_every_call_of_the_client_stands_in_the_guide():
    from hats.client import HatClient  # noqa: PLC0415  # the tests above must not need it

    calls = {name for name in dir(HatClient) if not name.startswith("_")}
    table = GUIDE.partition("## What it says to a HAT")[2].partition("\n## ")[0]

    assert calls - set(re.findall(r"`(\w+)`", table)) == set()
