"""Make a sandbox HAT by hand, or remove one: docs/sandbox-hat.md."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hats.sandbox import options as usual
from hats.sandbox.handmade import HandMade, HatNotMade, NoSuchHat, Wish
from hats.sandbox.store import Store
from hats.sandbox.world import SUFFIX


class Command(BaseCommand):
    """Works on the sandbox's folder; a sandbox that runs sees the change at once."""

    help = "Make one sandbox HAT, and print how to log in to it as a JSON object."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--name", help="first part of its domain, and the user name")
        what.add_argument("--remove", metavar="NAME", help="remove it, with all that is on it")
        what.add_argument("--list", action="store_true", help="name the HATs made so far")
        parser.add_argument("--password", default="", help="one is invented if none is given")
        parser.add_argument("--town", default="", help="where its owner lives")
        parser.add_argument("--plugs", default="", help="data plugs to fill it, with commas")
        parser.add_argument("--port", type=int, default=usual.DEFAULT_PORT)
        parser.add_argument("--data", type=Path, default=usual.DEFAULT_FOLDER)

    def handle(self, **given: Any) -> None:
        hand_made = HandMade(given["data"] / "people")
        if given["list"]:
            for name in hand_made.names():
                self.stdout.write(name)
        elif given["remove"]:
            self._remove(given["remove"], hand_made, given["data"])
        else:
            self._make(hand_made, given)

    def _make(self, hand_made: HandMade, given: dict[str, Any]) -> None:
        plugs = tuple(plug.strip() for plug in given["plugs"].split(",") if plug.strip())
        wish = Wish(name=given["name"], password=given["password"], town=given["town"], plugs=plugs)
        try:
            person = hand_made.make(wish)
        except HatNotMade as reason:
            raise CommandError(str(reason)) from reason
        domain = f"{person.name}.{SUFFIX}:{given['port']}"
        log_in = {"domain": domain, "username": person.name, "password": person.password}
        self.stdout.write(json.dumps(log_in))

    def _remove(self, name: str, hand_made: HandMade, folder: Path) -> None:
        try:
            hand_made.forget(name)
        except NoSuchHat:
            raise CommandError(f"No HAT “{name}” was made by hand in {folder}.") from None
        store = Store(folder)
        store.remove(name)
        store.close()
        self.stdout.write(f"{name} is gone.")
