"""HATs made by hand: one small file for each person, read by a running sandbox at once.

A name may be given once; the file is made so that of two who ask at the same time one is refused.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import orjson

from hats.sandbox.people import (
    MEN,
    PLUGS,
    SURNAMES,
    TOWNS,
    WOMEN,
    Person,
    Town,
    invented_password,
    person_by_hand,
)

SHORTEST_NAME, LONGEST_NAME = 3, 40
SHORTEST_PASSWORD = 8
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED = frozenset({"platform", "owner", "localhost", "www", "sandbox", "hat"})

# A file's number and time of change: another file of the same name has another stamp.
Stamp = tuple[int, int]


class HatNotMade(Exception):
    """The wish cannot be fulfilled; the text says why, for the person who asked."""


class NoSuchHat(Exception):
    """No HAT of this name was made by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for, as typed."""

    name: str
    password: str = ""
    town: str = ""
    plugs: tuple[str, ...] = ()

    @property
    def hat_name(self) -> str:
        return "-".join(self.name.strip().lower().split())

    def person(self) -> Person:
        """Make the person who is wished for.

        :raises HatNotMade: a name, password, town or plug that cannot be.
        """
        name = self.hat_name
        _check_name(name)
        if self.password and len(self.password) < SHORTEST_PASSWORD:
            raise HatNotMade(f"The password needs at least {SHORTEST_PASSWORD} characters.")
        unknown = sorted(set(self.plugs) - set(PLUGS))
        if unknown:
            raise HatNotMade(
                f"There is no data plug “{unknown[0]}”. There are: {', '.join(PLUGS)}."
            )
        return person_by_hand(
            name=name,
            password=self.password or invented_password(name),
            town=_town(self.town) if self.town else TOWNS[0],
            plugs=frozenset(self.plugs),
        )


def _check_name(name: str) -> None:
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise HatNotMade(f"The name needs {SHORTEST_NAME} to {LONGEST_NAME} characters.")
    if not _NAME.fullmatch(name):
        raise HatNotMade(
            "The name may hold the letters a to z, digits, and single hyphens between them."
        )
    if name in _RESERVED:
        raise HatNotMade(f"“{name}” is kept for the sandbox itself. Please choose another name.")
    first, _, last = name.partition("-")
    if first.capitalize() in {*WOMEN, *MEN} and last.partition("-")[0].capitalize() in SURNAMES:
        raise HatNotMade(
            f"“{name}” belongs to the sandbox's own invented people. Please choose another name."
        )


def _town(label: str) -> Town:
    wanted = label.strip().casefold()
    for town in TOWNS:
        if wanted in {town.name.casefold(), town.label.casefold()}:
            return town
    names = ", ".join(dict.fromkeys(town.name for town in TOWNS))
    raise HatNotMade(f"There is nobody in “{label.strip()}”. Towns are: {names}.")


class HandMade:
    """The folder of people made by hand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, wish: Wish) -> Person:
        """Keep a new person.

        :raises HatNotMade: see :meth:`Wish.person`; or the name is taken.
        """
        person = wish.person()
        kept = {"password": person.password, "town": person.town.label, "plugs": [*person.plugs]}
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, prefix=".") as unfinished:
            unfinished.write(orjson.dumps(kept))
            unfinished.flush()
            try:
                self._path(person.name).hardlink_to(unfinished.name)
            except FileExistsError:
                raise HatNotMade(
                    f"There is a HAT “{person.name}” already. Please choose another name."
                ) from None
        return person

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def stamp(self, name: str) -> Stamp | None:
        """Tell this person's file from any other; ``None`` when there is no such person."""
        if not _NAME.fullmatch(name):
            return None
        try:
            status = self._path(name).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def person(self, name: str) -> Person:
        """Read a person back.

        :raises NoSuchHat: nobody of this name was made by hand.
        """
        if self.stamp(name) is None:
            raise NoSuchHat(name)
        kept = orjson.loads(self._path(name).read_bytes())
        return person_by_hand(
            name=name,
            password=kept["password"],
            town=_town(kept["town"]),
            plugs=frozenset(kept["plugs"]),
        )

    def forget(self, name: str) -> None:
        """Let go of a person; what the HAT kept is another file.

        :raises NoSuchHat: nobody of this name was made by hand.
        """
        if self.stamp(name) is None:
            raise NoSuchHat(name)
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
