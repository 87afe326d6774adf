"""Serve invented HATs on loopback: docs/sandbox-hat.md."""

import asyncio
import json
import os
import signal
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hats.sandbox import options as usual
from hats.sandbox.control import log_ins
from hats.sandbox.faults import Faults, FaultsInvalid, read_faults
from hats.sandbox.options import Options
from hats.sandbox.server import SandboxServer
from hats.sandbox.world import World


class Command(BaseCommand):
    """Needs no database and no broker of the market."""

    help = "Serve many sandbox HATs with invented people on 127.0.0.1."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hats", type=int, default=1000, help="how many HATs to serve")
        parser.add_argument("--port", type=int, default=usual.DEFAULT_PORT)
        parser.add_argument(
            "--print", type=int, default=0, metavar="N", dest="printed",
            help="once it serves, print how to log in to the first N HATs, a JSON object a line",
        )  # fmt: skip
        parser.add_argument("--faults", type=Path, help="JSON file of faults to start with")
        parser.add_argument("--seed", default=usual.DEFAULT_SEED, help="other people, other data")
        parser.add_argument(
            "--data", type=Path, default=usual.DEFAULT_FOLDER,
            help="folder of keys and of the state that survives a restart",
        )  # fmt: skip
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="the day before which generated data ends; usually the day it is",
        )
        parser.add_argument("--applications", type=Path, help="JSON registry of applications")
        parser.add_argument("--market-url", default=usual.DEFAULT_MARKET_URL)
        parser.add_argument("--platform-username", default=usual.DEFAULT_PLATFORM_USERNAME)
        parser.add_argument(
            "--platform-password-env", default="SANDBOX_HAT_PLATFORM_PASSWORD", metavar="NAME",
            help="environment variable that holds the password of the platform account",
        )  # fmt: skip
        parser.add_argument(
            "--no-renewal", action="store_true", help="do not renew tokens (for benchmarks)"
        )
        parser.add_argument(
            "--no-login-limit", action="store_true", help="do not slow log-ins down"
        )
        parser.add_argument(
            "--strict", action="store_true", help="refuse record ids joined by commas"
        )

    def handle(self, **given: Any) -> None:
        faults = _faults(given["faults"])
        world = World(_options(given))
        try:
            asyncio.run(self._serve(world, faults, printed=given["printed"]))
        except OSError as error:
            sentence = f"Port {given['port']} on 127.0.0.1 cannot be used: {error.strerror}."
            raise CommandError(sentence) from error
        finally:
            world.close()

    async def _serve(self, world: World, faults: Faults, *, printed: int) -> None:
        ready, stop = asyncio.Event(), asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        serving = asyncio.create_task(SandboxServer(world, faults=faults).serve(
            ready=ready, stop=stop
        ))  # fmt: skip
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if ready.is_set():
            self._announce(world, printed=printed)
        await serving

    def _announce(self, world: World, *, printed: int) -> None:
        for log_in in log_ins(world, first=printed):
            self.stdout.write(json.dumps(log_in))
        self.stdout.flush()
        options = world.options
        self.stderr.write(f"{options.hats} sandbox HATs on http://127.0.0.1:{options.port}")


def _options(given: dict[str, Any]) -> Options:
    password = os.environ.get(given["platform_password_env"]) or usual.DEFAULT_PLATFORM_PASSWORD
    return Options(
        today=given["today"],
        data=given["data"],
        hats=given["hats"],
        port=given["port"],
        seed=given["seed"],
        platform_username=given["platform_username"],
        platform_password=password,
        market_url=given["market_url"],
        applications=given["applications"],
        renews_tokens=not given["no_renewal"],
        limits_logins=not given["no_login_limit"],
        is_strict=given["strict"],
    )


def _faults(path: Path | None) -> Faults:
    if path is None:
        return Faults([])
    try:
        return Faults(read_faults(path.read_text(encoding="utf-8")))
    except (OSError, FaultsInvalid) as error:
        raise CommandError(f"The faults in {path} cannot be read: {error}") from error
