"""Where the phone was, and rides taken."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person
from hats.sandbox.plugs.source import Item, days, epoch, happens, moment

_LOCATION_DAYS, _RIDE_DAYS = 21, 240
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
        yield str(day), at + timedelta(hours=1), ride
