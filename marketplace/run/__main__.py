"""``python -m marketplace.run demo|trade|bench|check|manage``: what the Makefile calls."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from marketplace.run.house import (
    DEMO_HOME,
    ROOT,
    CannotStart,
    House,
    free_port,
    require_port,
)
from marketplace.run.services import ServiceFailed
from marketplace.run.supervisor import Supervisor, children_of

DEMO_HATS = 1000
TRADE_HATS = 60
ALL_MEASUREMENTS = ["retrieval", "pages", "accept", "export", "estimator", "search", "sandbox"]
HOSTILE_HATS = 3000  # seven in ten hold what is read; some are bad
STOPPED_BY_HAND = 130
DEPLOY_CHECK = {
    "DEMO": "0",
    "SITE_URL": "https://market.example",
    "SECRET_KEY": "check-" + "k7Qz" * 16,
    "TILL_WEBHOOK_SECRET": "check-" + "t4Pm" * 10,
    "SEALING_KEYS": "Y2hlY2stc2VhbGluZy1rZXktMDEyMzQ1Njc4OWFiY2Q=",
    "PAYMENT_GATEWAY": "stripe",
    "STRIPE_SECRET_KEY": "sk_check",
    "STRIPE_WEBHOOK_SECRET": "whsec_check",
    "BEHIND_TLS_PROXY": "1",
    "CELERY_BROKER_URL": "rediss://:secret@broker.example:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "HAT_CLUSTERS": (
        '[{"name": "HATs", "suffix": "hats.example", "application_id": "hat-market",'
        ' "platform_username": "market", "platform_password": "only-for-the-check"}]'
    ),
}


def main(arguments: Sequence[str]) -> int:
    """0 when it worked; 1 after a sentence that says why not."""
    commands = {"demo": demo, "trade": trade, "bench": bench, "check": check, "manage": manage}
    command = commands.get(arguments[0]) if arguments else None
    if command is None:
        print(f"Say one of: {', '.join(commands)}.", file=sys.stderr)
        return 2
    _stop_at_first_signal()
    try:
        return command(list(arguments[1:]))
    except KeyboardInterrupt:
        return STOPPED_BY_HAND if arguments[0] != "demo" else 0
    except (CannotStart, ServiceFailed) as problem:
        print(f"HAT Market cannot start: {problem}", file=sys.stderr)
        return 1


def demo(_arguments: list[str]) -> int:
    """Start everything with demo data, print where it is, run until Ctrl-C."""
    house = _demo_house()
    require_port(house.web_port, variable="WEB_PORT")
    require_port(house.hat_port, variable="HAT_PORT")
    began = time.monotonic()
    supervisor = Supervisor(house, children_of(house, hats=DEMO_HATS))
    first_day: subprocess.Popen[bytes] | None = None
    try:
        _say("Starting the database and the broker …")
        house.open()
        house.write_environment()
        _say("Bringing the database up to date …")
        house.manage("migrate", "-v0")
        house.manage("seed_demo")
        _say("Starting web, worker, scheduler, relay and sandbox HATs …")
        supervisor.start()
        supervisor.wait_until_healthy()
        _say(f"Ready after {time.monotonic() - began:.0f} s.\n")
        house.manage("demo_guide", "--hat-port", str(house.hat_port))
        first_day = _begin_first_day(house)
        supervisor.watch()
    finally:
        _say("\nStopping …")
        if first_day and first_day.poll() is None:
            first_day.terminate()
            first_day.wait()
        supervisor.stop()
        house.close()
        _say("Stopped; nothing is left running.")
    return 0


def _begin_first_day(house: House) -> subprocess.Popen[bytes] | None:
    """Fill a new demo with people, beside the shop that is open already; once."""
    stamp = house.home / "first-day"
    if stamp.exists():
        return None
    stamp.touch()
    _say("\nPeople begin to arrive; the shop fills within a minute or two.")
    command = [sys.executable, "manage.py", "first_day", "--hat-port", str(house.hat_port)]
    return subprocess.Popen(command, cwd=ROOT, env=house.environment, start_new_session=True)


def trade(arguments: list[str]) -> int:
    """One whole trade in a new house; the last line printed is its JSON.

    :param arguments: how many HATs in a hundred are bad, for a reading of many HATs before it.
    """
    hostile = [f"--hostile={percent}" for percent in arguments]
    house = _new_house("trade")
    supervisor = Supervisor(house, children_of(house, hats=HOSTILE_HATS if hostile else TRADE_HATS))
    try:
        house.open()
        house.variables["SWEEP_SECONDS"] = "2"
        house.manage("migrate", "-v0")
        house.manage("seed_demo", "--moderator-only")
        supervisor.start()
        supervisor.wait_until_healthy()
        worker = supervisor.child("worker").process
        watched = ["--worker", str(worker.pid)] if worker else []
        return house.run("trade", "--hat-port", str(house.hat_port), *watched, *hostile)
    finally:
        supervisor.stop()
        house.close()


def bench(arguments: list[str]) -> int:
    """Measure in a new house: servers only, each measurement starts what else it needs."""
    house = _new_house("bench")
    house.durable = True  # commits must cost what they cost
    names = [name for name in arguments if name] or ALL_MEASUREMENTS
    try:
        house.open()
        house.manage("migrate", "-v0")
        for name in names:
            house.manage("bench", name, "--json", "--hat-port", str(house.hat_port))
    finally:
        house.close()
    return 0


def manage(arguments: list[str]) -> int:
    """One management command on the demo's database, started for it where needed."""
    house = _demo_house()
    if house.join():
        return house.run(*arguments)
    try:
        house.open()
        house.manage("migrate", "-v0")
        return house.run(*arguments)
    finally:
        house.close()


def check(_arguments: list[str]) -> int:
    """Migrations complete and applicable to an empty database; the deploy check clean."""
    house = _new_house("check")
    try:
        house.open()
        house.manage("makemigrations", "--check", "--dry-run")
        house.manage("migrate", "-v0")
        return house.run("check", "--deploy", "--fail-level", "WARNING", **DEPLOY_CHECK)
    finally:
        house.close()


def _demo_house() -> House:
    web_port = int(os.environ.get("WEB_PORT", "8000"))
    hat_port = int(os.environ.get("HAT_PORT", "9100"))
    return House(
        Path(os.environ.get("HOUSE_HOME", DEMO_HOME)), web_port=web_port, hat_port=hat_port
    )


def _new_house(name: str) -> House:
    home = ROOT / "var" / name
    return House(home, web_port=free_port(), hat_port=free_port(), fresh=True)


def _stop_at_first_signal() -> None:
    """Turn the first SIGINT or SIGTERM into an orderly end; more of them change nothing."""
    received: list[int] = []

    def note(number: int, _frame: object) -> None:
        received.append(number)
        if len(received) == 1:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
