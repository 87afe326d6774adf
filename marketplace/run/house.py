"""A house: the folder, the variables and the servers that one set of processes shares.

The demo lives in ``var/demo`` and keeps its data; the trade, the measurements and the browser
journeys build a new house each time. Where DATABASE_URL or CELERY_BROKER_URL is set, that server
is used instead and nothing is started for it.
"""

import base64
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from marketplace.run.services import Postgres, Valkey

ROOT = Path(__file__).resolve().parents[2]
DEMO_HOME = ROOT / "var" / "demo"
LONGEST_SOCKET_FOLDER = 80  # a Unix socket's path may have about 107 bytes


class CannotStart(Exception):
    """The sentence says why, and what to do."""


class House:
    """Servers and environment below one folder.

    :param fresh: begin with nothing, and do not pay for durability.
    :param given: let variables of the caller's environment win (tests say no).
    """

    def __init__(
        self, home: Path, *, web_port: int, hat_port: int, fresh: bool = False, given: bool = True
    ) -> None:
        self.home, self.web_port, self.hat_port = home, web_port, hat_port
        if fresh:
            shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True, exist_ok=True)
        self.logs = self.home / "logs"
        self.logs.mkdir(exist_ok=True)
        self.durable, self.given = not fresh, given
        self.variables: dict[str, str] = {}
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None

    @property
    def site_url(self) -> str:
        """Where the shop is."""
        return f"http://localhost:{self.web_port}"

    @property
    def environment(self) -> dict[str, str]:
        """For every process of the house."""
        return {**os.environ, **self.variables}

    def open(self) -> None:
        """Start the servers that nobody named, and settle the variables of all processes."""
        self._settle(self._defaults())
        if not self._is_given("DATABASE_URL"):
            self.postgres = Postgres(self._short_home("pg"), durable=self.durable)
            self.postgres.start()
            self.variables["DATABASE_URL"] = self.postgres.url
        if not self._is_given("CELERY_BROKER_URL"):
            self.valkey = Valkey(self._short_home("valkey"))
            self.valkey.start()
            self.variables["CELERY_BROKER_URL"] = self.valkey.url

    def join(self) -> bool:
        """Use the servers of this house as they run; whether they do."""
        postgres = Postgres(self._short_home("pg"))
        if self._is_given("DATABASE_URL") or not postgres.is_running:
            return False
        self._settle(self._defaults())
        self.variables["DATABASE_URL"] = postgres.url
        if not self._is_given("CELERY_BROKER_URL"):
            self.variables["CELERY_BROKER_URL"] = Valkey(self._short_home("valkey")).url
        return True

    def close(self) -> None:
        """Stop what ``open`` started."""
        if self.valkey:
            self.valkey.stop()
        if self.postgres:
            self.postgres.stop()

    def run(self, *arguments: str, **changed: str) -> int:
        """Run one management command; its exit status."""
        command = [sys.executable, "manage.py", *arguments]
        environment = {**self.environment, **changed}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode

    def manage(self, *arguments: str) -> None:
        """Run one management command.

        :raises CannotStart: it failed; its words have been shown.
        """
        if self.run(*arguments):
            raise CannotStart(f"“manage.py {arguments[0]}” failed; its words are above.")

    def write_environment(self) -> None:
        """For commands run by hand beside the demo: ``marketplace.env`` reads this file."""
        folder = ROOT / "var" if self.home == DEMO_HOME else self.home
        file = folder / "embedded.env"
        file.touch(mode=0o600)
        lines = [f"{name}={value}" for name, value in self.variables.items()]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _is_given(self, name: str) -> bool:
        return self.given and name in os.environ

    def _settle(self, defaults: dict[str, str]) -> None:
        for name, value in defaults.items():
            self.variables[name] = os.environ[name] if self._is_given(name) else value

    def _defaults(self) -> dict[str, str]:
        cluster = {
            "name": "HAT Localhost",
            "suffix": "hat.localhost",
            "scheme": "http",
            "port": self.hat_port,
            "connect_to": f"127.0.0.1:{self.hat_port}",
            "application_id": "hat-market",
            "platform_username": "platform",
            "platform_password": self._secrets()["SANDBOX_HAT_PLATFORM_PASSWORD"],
        }
        return {
            **self._secrets(),
            "DEMO": "1",
            "SITE_URL": self.site_url,
            "LOG_JSON": "1",
            "SWEEP_SECONDS": "10",
            "HAT_CLUSTERS": json.dumps([cluster]),
            "FILES_ROOT": str(self.home / "files"),
            "EMAIL_URL": f"filemail:///{self.home / 'mail'}",
        }

    def _secrets(self) -> dict[str, str]:
        """Random once, then the same for as long as the house stands."""
        file = self.home / "secrets.json"
        if not file.exists():
            file.touch(mode=0o600)
            key = base64.b64encode(secrets.token_bytes(32)).decode()
            made = {
                "SECRET_KEY": secrets.token_urlsafe(48),
                "SEALING_KEYS": key,
                "TILL_WEBHOOK_SECRET": secrets.token_urlsafe(32),
                "SANDBOX_HAT_PLATFORM_PASSWORD": secrets.token_urlsafe(16),
            }
            file.write_text(json.dumps(made), encoding="utf-8")
        loaded: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return loaded

    def _short_home(self, part: str) -> Path:
        """Below ``var`` where the path is short enough for sockets, else in the temp folder."""
        home = self.home / part
        if len(str(home)) <= LONGEST_SOCKET_FOLDER:
            return home
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"hm-{os.getuid()}-{digest}"


def require_port(port: int, *, variable: str) -> None:
    """:raises CannotStart: somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"port {port} is in use. Stop what uses it, or choose: {variable}=… make demo."
            ) from error


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
