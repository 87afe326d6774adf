"""Prepare a fresh clone with nothing but Python: environment, packages, assets, what tests need.

Run by ``make`` with the system's Python, so it uses the standard library alone and knows no
Django. Each step leaves a stamp and is skipped while what it depends on is unchanged.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED_MEGABYTES = 1500
# Parts of packages' assets that no page of ours uses; compressing them would take half a minute.
UNUSED = ("--ignore=rest_framework", "--ignore=ext", "--ignore=htmx-4*", "--ignore=*.map")
# A HAT client that others wrote, and the tests that drive it.
THIRD_PARTY = ROOT / "tests" / "hats" / "thirdparty"
# The first is the same engine without windows around it: it opens a page for half the work.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


class CannotPrepare(Exception):
    """The sentence says what to do about it."""


def main() -> int:
    """0 when all is ready; 1 after a sentence that says what is missing."""
    options = _options()
    try:
        check_machine()
        if options.browser:
            ensure_browser()
        if options.clients:
            ensure_clients()
        if options.browser or options.clients:
            return 0
        ensure_environment()
        ensure_packages("requirements.txt")
        if options.dev:
            ensure_packages("requirements-dev.txt")
        ensure_assets()
        ensure_languages()
    except CannotPrepare as problem:
        print(f"HAT Market cannot be set up: {problem}", file=sys.stderr)
        return 1
    return 0


def check_machine() -> None:
    """:raises CannotPrepare: wrong Python, or too little disk."""
    if sys.version_info < (3, 11):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise CannotPrepare(f"it needs Python 3.11 or newer, and this is {version}.")
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDED_MEGABYTES and not PYTHON.exists():
        raise CannotPrepare(f"it needs {NEEDED_MEGABYTES} MB of disk, and {free} MB are free.")


def ensure_environment() -> None:
    """A virtual environment in ``.venv``.

    :raises CannotPrepare: this Python has no venv module (Debian: the package python3-venv).
    """
    if PYTHON.exists():
        return
    with _Step("Creating the virtual environment"):
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(VENV)], capture_output=True, check=False
        )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotPrepare(
            "this Python cannot make virtual environments."
            " On Debian or Ubuntu: apt-get install python3-venv."
        )


def ensure_packages(lock: str) -> None:
    """Install a lock file, each package checked against its hash.

    The lock names everything, so pip is not asked to look for more: a release that appears
    after the lock was written could otherwise enter by way of an extra, and would have no hash.

    :raises CannotPrepare: the package index was not reached, or a hash did not match.
    """
    stamp = VENV / f"{lock}.sha256"
    wanted = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    with _Step(f"Installing the packages of {lock}"):
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        environment = {
            **os.environ,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
        }
        done = subprocess.run(
            [*command, "-r", lock],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    if done.returncode:
        raise CannotPrepare(
            f"the packages of {lock} did not install.\n{done.stderr.strip()[-800:]}"
        )
    stamp.write_text(wanted, encoding="ascii")


def ensure_assets() -> None:
    """Collect the static files under names that carry their content's hash."""
    stamp = ROOT / "staticfiles" / ".stamp"
    newest = max(path.stat().st_mtime_ns for path in (ROOT / "static").rglob("*"))
    wanted = f"{newest} {(VENV / 'requirements.txt.sha256').read_text(encoding='ascii')}"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    with _Step("Preparing the static files"):
        done = subprocess.run(
            [str(PYTHON), "manage.py", "collectstatic", "--no-input", "--clear", "-v0", *UNUSED],
            cwd=ROOT,
            env={**os.environ, "DEMO": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise CannotPrepare(
            f"the static files could not be prepared.\n{done.stderr.strip()[-800:]}"
        )
    stamp.write_text(wanted, encoding="ascii")


def ensure_languages() -> None:
    """Compile the catalogues of translations that have changed.

    :raises CannotPrepare: one of them cannot be read.
    """
    catalogues = list(ROOT.glob("*/locale/*/LC_MESSAGES/django.po"))
    if all(_is_compiled(path) for path in catalogues):
        return
    with _Step("Compiling the translations"):
        done = subprocess.run(
            [str(PYTHON), "manage.py", "messages", "--compile"],
            cwd=ROOT,
            env={**os.environ, "DEMO": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise CannotPrepare(
            f"the translations could not be compiled.\n{done.stderr.strip()[-800:]}"
        )


def _is_compiled(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= catalogue.stat().st_mtime_ns


def ensure_browser() -> None:
    """A Chromium for the browser tests: an installed one, else the system's package.

    :raises CannotPrepare: none is there and none can be installed.
    """
    for package in BROWSERS[:2]:
        if os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS)):
            return
        _install_from_debian("Installing Chromium for the browser tests", package)
    if not any(map(shutil.which, BROWSERS)):
        raise CannotPrepare(
            "the browser tests need Chromium. Install it (Debian: apt-get install chromium),"
            " or name one in the variable CHROMIUM."
        )


def ensure_clients() -> None:
    """hat-js for the tests that let it speak to the sandbox HAT; without it they are skipped.

    :raises CannotPrepare: it cannot be had, and this is CI, where nothing is skipped.
    """
    if not _has_node():
        _install_from_debian("Installing Node for the tests with hat-js", "nodejs", "npm")
    trouble = _install_clients() if _has_node() else "it needs Node and npm."
    if trouble and os.environ.get("CI") == "true":
        raise CannotPrepare(f"CI does not go without hat-js: {trouble}")
    if trouble:
        print(f"The tests with hat-js will be skipped: {trouble}")


def _has_node() -> bool:
    return all(shutil.which(name) for name in ("node", "npm"))


def _install_clients() -> str:
    """Install what the lock file beside the tests names; return what went wrong, if anything."""
    stamp = THIRD_PARTY / "node_modules" / ".stamp"
    wanted = hashlib.sha256((THIRD_PARTY / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return ""
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    with _Step("Installing hat-js for the tests"):
        done = subprocess.run(command, cwd=THIRD_PARTY, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"npm could not install it.\n{done.stderr.strip()[-800:]}"
    stamp.write_text(wanted, encoding="ascii")
    return ""


def _install_from_debian(words: str, *packages: str) -> None:
    """Try the system's packages, where that can work; whoever asks looks for what came of it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    with _Step(words):
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, capture_output=True, check=False)


class _Step:
    """Say what is being done, and how long it took."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __enter__(self) -> None:
        self.began = time.monotonic()
        print(f"{self.words} …", flush=True)

    def __exit__(self, *_: object) -> None:
        print(f"  done in {time.monotonic() - self.began:.0f} s", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--browser", action="store_true", help="only see to a Chromium")
    parser.add_argument("--clients", action="store_true", help="only see to hat-js for its tests")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
