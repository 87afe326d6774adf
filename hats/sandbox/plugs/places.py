"""Where the phone was, and rides taken."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person
from hats.sandbox.plugs.source import (
    Generate,
    Item,
    days,
    epoch,
    happens,
    iso_ms,
    iso_offset,
    moment,
)

_LOCATION_DAYS, _OLD_PHONE_DAYS, _RIDE_DAYS = 21, 60, 240
_HOUR = 3600
_METRES_PER_DEGREE = 111_320
_USELESS_METRES = 1_000  # Of accuracy: a fix by cell tower, without height.


def locations(person: Person, today: date) -> Iterator[Item]:
    home, work = _spot(person, "home", spread=1_400), _spot(person, "work", spread=4_500)
    for day in days(_LOCATION_DAYS, until=today):
        chance = person.chance("location", day)
        place = home if day.isoweekday() in {6, 7} else work
        for number in range(max(8, round(34 * person.pace))):
            seconds = chance.triangular(6 * _HOUR, 23 * _HOUR, 8 * _HOUR)
            at = moment(day, int(seconds))
            fix = _fix(chance, at, home=home, away=place)
            yield f"{day}/{number}", at + timedelta(minutes=30), fix
            if happens(person.chance("fix", day, number), 0.06):
                near = fix | {"dateCreated": epoch(at) + 1, "dateCreatedLocal": _iso(at, 1)}
                yield f"{day}/{number}/near", at + timedelta(minutes=30), near


def _iso(at: datetime, seconds_later: int) -> str:
    return (at + timedelta(seconds=seconds_later)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _spot(person: Person, what: str, *, spread: float) -> tuple[float, float]:
    chance = person.chance(what)
    town = person.town
    return (
        town.latitude + chance.gauss(0, spread) / _METRES_PER_DEGREE,
        town.longitude + chance.gauss(0, spread) / (_METRES_PER_DEGREE * 0.6),
    )


def _fix(
    chance: Random, at: datetime, *, home: tuple[float, float], away: tuple[float, float]
) -> dict[str, object]:
    """Take a position at home, at work, or somewhere on the way, which is when it moves."""
    is_commuting = at.hour in {8, 17, 18}
    is_away = at.hour in range(9, 17)
    share = chance.random() if is_commuting else float(is_away)
    accuracy = chance.choice([5, 5, 10, 10, 10, 65, 65, 165, 1414])
    jitter = accuracy * 0.3 / _METRES_PER_DEGREE
    return {
        "latitude": home[0] + (away[0] - home[0]) * share + chance.gauss(0, jitter),
        "longitude": home[1] + (away[1] - home[1]) * share + chance.gauss(0, jitter),
        "altitude": round(chance.uniform(12, 90), 2) if accuracy < _USELESS_METRES else 0,
        "speed": round(chance.uniform(0.8, 13), 2) if is_commuting else -1,
        "course": round(chance.uniform(0, 359.9), 1) if is_commuting else -1,
        "floor": 0,
        "horizontalAccuracy": accuracy,
        "verticalAccuracy": chance.choice([3, 4, 6, 12]) if accuracy < _USELESS_METRES else -1,
        "dateCreated": epoch(at),
        "dateCreatedLocal": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _text_fixes(person: Person, today: date) -> Iterator[tuple[str, datetime, dict[str, object]]]:
    """Take few positions a day, as the older phone apps did; a time is missing now and then."""
    home, work = _spot(person, "home", spread=1_400), _spot(person, "work", spread=4_500)
    for day in days(_OLD_PHONE_DAYS, until=today):
        for number in range(10):
            chance = person.chance("old phone", day, number)
            at = moment(day, 7 * _HOUR + number * 5_000 + chance.randrange(3_000))
            fix = _fix(chance, at, home=home, away=work)
            data = {name: fix[name] for name in ("latitude", "longitude")}
            data["accuracy"] = fix["horizontalAccuracy"]
            if happens(chance, 0.9):
                data["timestamp"] = iso_offset(at)
            yield f"{day}/{number}", at + timedelta(hours=1), data


def wrapped_locations(person: Person, today: date) -> Iterator[Item]:
    """Write numbers as text; every other month below the endpoint's own name."""
    for key, at, fix in _text_fixes(person, today):
        last = {"lastUpdated": iso_offset(at)}
        text = {name: str(value) for name, value in fix.items()}
        is_wrapped = at.month % 2 == 0
        yield key, at, {"locations": text, **last} if is_wrapped else {**fix, **last}


def flat_locations(*, is_newer: bool) -> Generate:
    """Two apps wrote the same shape below names of their own, each in some weeks."""

    def generate(person: Person, today: date) -> Iterator[Item]:
        for key, at, fix in _text_fixes(person, today):
            if (at.toordinal() // 14 % 2 == 0) is is_newer:
                yield key, at, fix

    return generate


def rider(person: Person, _today: date) -> Iterator[Item]:
    chance = person.chance("uber")
    at = moment(date(2025, 3, 1) + timedelta(days=chance.randrange(200)), 7 * _HOUR)
    data: dict[str, object] = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "picture": f"https://pictures.example/{chance.getrandbits(40):x}.jpg",
        "promo_code": f"{person.first_name.lower()}{chance.randrange(100, 999)}ex",
        "rider_id": f"{chance.getrandbits(64):x}",
        "mobile_verified": happens(chance, 0.9),
        "dateCreated": iso_ms(at),
    }
    yield "rider", at, data


def rides(person: Person, today: date) -> Iterator[Item]:
    town = person.town
    for day in days(_RIDE_DAYS, until=today):
        chance = person.chance("ride", day)
        if not happens(chance, 0.13 * person.pace):
            continue
        at = moment(day, chance.choice([7.5, 8.4, 18.3, 21.8, 22.9, 23.6]) * _HOUR)
        at += timedelta(seconds=chance.randrange(1_500))
        miles = round(chance.lognormvariate(1.1, 0.55), 2)
        ride: dict[str, object] = {
            "request_id": f"{chance.getrandbits(64):016x}-{epoch(at):x}",
            "status": "completed",
            "distance": miles,
            "request_time": epoch(at) - chance.randrange(150, 500),
            "start_time": epoch(at),
            "end_time": epoch(at) + round(miles * 270) + chance.randrange(400),
            "product_id": f"p-{chance.randrange(1, 5)}",
            "start_city": {
                "display_name": town.name,
                "latitude": round(town.latitude, 2),
                "longitude": round(town.longitude, 2),
            },
        }
        if happens(person.chance("under way", day), 0.06):
            # Seen while it went on: the ride comes again when it has ended.
            begun = {name: ride[name] for name in ride if name not in {"end_time", "distance"}}
            yield f"{day}/begun", at, begun | {"status": "in_progress"}
        yield str(day), at + timedelta(hours=1), ride
