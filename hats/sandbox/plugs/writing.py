"""What the owner wrote on the HAT itself: notes, and what the old DataBuyer was told."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person
from hats.sandbox.plugs import vocabulary as words
from hats.sandbox.plugs.source import Item, days, happens, iso_ms, moment

_NOTE_DAYS = 200
_HOUR = 3600


def notes(person: Person, today: date) -> Iterator[Item]:
    """Write notes; apps edit them in place, so that no note comes twice."""
    for day in days(_NOTE_DAYS, until=today):
        chance = person.chance("note", day)
        if happens(chance, 0.25 * person.pace):
            at = moment(day, chance.randrange(7 * _HOUR, 23 * _HOUR) + chance.random())
            is_old = day.toordinal() // 50 % 3 == 0
            edited = at + timedelta(seconds=chance.choice([0, 0, 22, 4_000]))
            yield str(day), edited, _note(chance, person, at, edited, is_old=is_old)


def _note(
    chance: Random, person: Person, at: datetime, edited: datetime, *, is_old: bool
) -> dict[str, object]:
    """Write a note; older apps kept flags and lists as text."""
    is_shared = happens(chance, 0.3)
    shared_on = chance.choice([["phata"], ["phata", "twitter"], ["facebook"]]) if is_shared else []
    note: dict[str, object] = {
        "kind": chance.choices(["note", "list", "blog"], weights=[7, 2, 1])[0],
        "message": chance.choice(words.NOTES),
        "authorv1": {
            "phata": f"{person.name}.hat.localhost",
            "name": "",
            "nick": "",
            "photo_url": "",
            "id": 0,
        },
        "shared": str(is_shared).lower() if is_old else is_shared,
        "currently_shared": str(is_shared).lower() if is_old else is_shared,
        "shared_on": ",".join(shared_on) if is_old else shared_on,
        "created_time": at.strftime("%Y-%m-%dT%H:%M:%SZ") if is_old else iso_ms(at),
        "updated_time": iso_ms(edited),
    }
    if is_shared:
        note["public_until"] = iso_ms(at + timedelta(days=30)) if happens(chance, 0.5) else None
    if happens(chance, 0.25):
        note["locationv1"] = _where(chance, person)
    if happens(chance, 0.4):
        note["photov1"] = {"link": "", "source": "", "caption": "", "shared": False}
    return note


def _where(chance: Random, person: Person) -> dict[str, object]:
    where: dict[str, object] = {
        "latitude": person.town.latitude + chance.gauss(0, 0.01),
        "longitude": person.town.longitude + chance.gauss(0, 0.01),
        "accuracy": chance.choice([5, 10, 65]),
    }
    if happens(chance, 0.6):  # The phone writes more than the web page does.
        where |= {
            "altitude": round(chance.uniform(10, 90), 1),
            "altitude_accuracy": 4,
            "heading": "",
            "speed": 0,
            "shared": False,
        }
    return where


def merchants(person: Person, _today: date) -> Iterator[Item]:
    chance = person.chance("databuyer")
    day = date(2025, 1, 10) + timedelta(days=chance.randrange(200))
    chosen = sorted(chance.sample(words.MERCHANTS, chance.randrange(1, 4)))
    at = moment(day, 10 * _HOUR)
    yield "merchants", at, {"date": day.isoformat(), "merchants": chosen}
