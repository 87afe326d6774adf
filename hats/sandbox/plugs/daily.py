"""Music played, calendar entries, and the owner's own profile."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person
from hats.sandbox.plugs import vocabulary as words
from hats.sandbox.plugs.source import Item, days, epoch, happens, iso_ms, moment

_PLAY_DAYS, _CALENDAR_DAYS = 60, 150
_HOUR = 3600
_DAYS_AHEAD = 10  # Calendars also hold what is still to come.
_WEEKEND = frozenset({6, 7})


def plays(person: Person, today: date) -> Iterator[Item]:
    favourites = person.chance("taste").sample(words.BANDS, 6)
    for day in days(_PLAY_DAYS, until=today):
        chance = person.chance("play", day)
        for session in range(chance.choice([0, 1, 1, 2, 2, 3])):
            hour = chance.choice([7, 8, 12, 17, 18, 19, 20, 21, 22])
            at = moment(day, hour * _HOUR + chance.randrange(3_000) + chance.random())
            for number in range(chance.randrange(2, 9)):
                play = _play(chance, favourites, at)
                yield f"{day}/{session}/{number}", at + timedelta(hours=1), play
                at += timedelta(seconds=chance.randrange(150, 300))


def _play(
    chance: Random,
    favourites: list[tuple[str, tuple[str, ...], tuple[str, ...]]],
    at: datetime,
) -> dict[str, object]:
    # Few favourites are played most: the first of them again and again.
    place = min(int(chance.expovariate(0.6)), len(favourites) - 1)
    band, albums, songs = favourites[place]
    song, album = chance.choice(songs), albums[len(songs) % len(albums)]
    number = sum(map(ord, band + song))
    context = {"type": "playlist", "uri": f"spotify:playlist:{number}"}
    return {
        "played_at": iso_ms(at),
        "track": {
            "id": f"4hT{number}",
            "name": song,
            "duration_ms": 140_000 + number * 37 % 160_000,
            "explicit": False,
            "popularity": number % 101,
            "uri": f"spotify:track:4hT{number}",
            "artists": [{"id": f"2a{sum(map(ord, band))}", "name": band}],
            "album": {
                "id": f"9a{sum(map(ord, album))}",
                "name": album,
                "release_date": f"{2012 + number % 13}-05-17",
                "images": [
                    {"url": f"https://covers.example/{number}", "width": 640, "height": 640}
                ],
            },
        },
        "context": context if happens(chance, 0.7) else None,
    }


def music_account(person: Person, today: date) -> Iterator[Item]:
    for day in days(_PLAY_DAYS, until=today):
        if day.isoweekday() == 1:
            at = moment(day, 6 * _HOUR + 1_136.208)
            yield str(day), at, _music_account(person, at)


def _music_account(person: Person, at: datetime) -> dict[str, object]:
    chance = person.chance("spotify")
    user = f"ex{chance.getrandbits(40):x}"
    account: dict[str, object] = {
        "id": user,
        "uri": f"spotify:user:{user}",
        "href": f"https://music.example/users/{user}",
        "type": "user",
        "email": person.email,
        "images": [{"url": f"https://covers.example/{user}"}] if happens(chance, 0.6) else [],
        "product": chance.choices(["premium", "free", "open"], weights=[6, 5, 1])[0],
        "display_name": person.first_name if happens(chance, 0.8) else None,
        "external_urls": {"spotify": f"https://music.example/{user}"},
        "dateCreated": iso_ms(at),
    }
    if happens(chance, 0.6):
        account["birthdate"] = person.born.isoformat()
    if happens(chance, 0.8):
        account["country"] = "GB"
    if happens(chance, 0.9):
        account["followers"] = {"href": "", "total": chance.randrange(60)}
    return account


def calendar(person: Person, today: date) -> Iterator[Item]:
    for day in days(_CALENDAR_DAYS, until=today + timedelta(days=_DAYS_AHEAD)):
        busy = 1.1 if day.isoweekday() in _WEEKEND else 2.6
        count = round(person.chance("busy", day).expovariate(1 / busy) * person.pace)
        for number in range(count):
            chance = person.chance("calendar", day, number)
            written = moment(day - timedelta(days=chance.randrange(1, 12)), 9 * _HOUR)
            if written.date() >= today:
                continue
            entry = _entry(chance, person, day, written)
            yield f"{day}/{number}", written, entry
            if happens(chance, 0.12):
                # An edit is a record of its own, under the same id.
                edited = written + timedelta(hours=7)
                changed = entry | {"updated": iso_ms(edited), "sequence": 1}
                if happens(chance, 0.3):
                    changed |= {"status": "cancelled"}
                    if happens(chance, 0.5):
                        # Of many a cancelled entry nothing is left but that it is.
                        bare = ("id", "status", "calendarId")
                        changed = {name: changed[name] for name in bare}
                yield f"{day}/{number}/edit", edited, changed


def _entry(chance: Random, person: Person, day: date, written: datetime) -> dict[str, object]:
    identity = f"{chance.getrandbits(60):x}"
    entry: dict[str, object] = {
        "id": identity,
        "kind": "calendar#event",
        "status": "confirmed" if happens(chance, 0.94) else "tentative",
        "created": iso_ms(written - timedelta(hours=1)),
        "updated": iso_ms(written),
        "creator": {"email": person.email, "displayName": person.full_name},
        "organizer": {"self": True, "email": "c1@group.example.org", "displayName": "Home"},
        "reminders": {"useDefault": True},
        "calendarId": "c1@group.example.org",
        "iCalUID": f"{identity}@google.com",
        "htmlLink": f"https://calendar.example/{identity}",
        "sequence": 0,
    }
    entry |= _all_day(chance, day) if happens(chance, 0.1) else _timed(chance, day)
    return entry | _guests(person.chance("guests", day, identity))


def _guests(chance: Random) -> dict[str, object]:
    found: dict[str, object] = {}
    if happens(chance, 0.15):
        found["attendees"] = [
            {
                "email": f"{name.lower()}@example.org",
                "displayName": name,
                "responseStatus": chance.choice(["accepted", "needsAction", "tentative"]),
            }
            for name in chance.sample(words.FRIENDS, 2)
        ]
    if happens(chance, 0.08):
        found["recurrence"] = ["RRULE:FREQ=WEEKLY"]
    return found


def _all_day(chance: Random, day: date) -> dict[str, object]:
    """An entry of whole days ends on the day after it, as calendars count."""
    return {
        "summary": chance.choice(words.ALL_DAY),
        "start": {"date": day.isoformat()},
        "end": {"date": (day + timedelta(days=1)).isoformat()},
        "transparency": "transparent",
    }


def _timed(chance: Random, day: date) -> dict[str, object]:
    summary, hours = chance.choice(words.APPOINTMENTS)
    start = moment(day, chance.randrange(8, 21) * _HOUR + chance.choice([0, 0, 1_800]))
    entry: dict[str, object] = {
        "summary": summary,
        "start": _when(chance, start),
        "end": _when(chance, start + timedelta(hours=hours)),
    }
    if happens(chance, 0.5):
        entry["location"] = f"{chance.randrange(1, 60)} High St"
    if happens(chance, 0.25):
        entry["description"] = "Bring card<br>Floor&nbsp;2"
    return entry


def _when(chance: Random, at: datetime) -> dict[str, object]:
    text = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"dateTime": text, **({"timeZone": "Europe/London"} if happens(chance, 0.9) else {})}


def own_profile(person: Person, today: date) -> Iterator[Item]:
    chance = person.chance("profile")
    joined = date(2025, 1, 1) + timedelta(days=chance.randrange(300))
    saved = [day for day in days(300, until=today) if happens(person.chance("save", day), 0.006)]
    for day in [joined, *(day for day in saved if day > joined)]:
        at = moment(day, person.chance("saved", day).randrange(8 * _HOUR, 22 * _HOUR))
        yield str(day), at, _own_profile(person, at)
    if happens(person.chance("older profile"), 0.15):
        at = moment(joined - timedelta(days=90), 9 * _HOUR)
        yield "older", at, _older_profile(person, at)


def _older_profile(person: Person, at: datetime) -> dict[str, object]:
    """Write the profile as older apps did: wrapped, in snake case, each group with a flag."""
    groups: dict[str, dict[str, object]] = {
        "personal": {
            "first_name": person.first_name,
            "middle_name": "",
            "last_name": person.last_name,
            "preferred_name": "",
            "title": "",
        },
        "gender": {"type": person.gender.capitalize()},
        "birth": {"date": person.born.isoformat()},
        "age": {"group": ""},
        "address_global": {"city": person.town.name, "country": "United Kingdom"},
        "address_details": {"postcode": person.town.postcode},
        "primary_email": {"value": person.email},
        "mobile": {"no": ""},
    }
    profile = {name: {**group, "private": True} for name, group in groups.items()}
    return {"profile": profile, "lastUpdated": iso_ms(at)}


_AGE_GROUPS = ((18, "Under 18"), (31, "18-30"), (41, "31-40"), (51, "41-50"), (200, "Over 50"))


def _own_profile(person: Person, at: datetime) -> dict[str, object]:
    """Write the profile as its owner did; what was not given is empty text."""
    age = person.age_on(at.date())
    group = next(name for limit, name in _AGE_GROUPS if age < limit)
    chance = person.chance("given")
    gives_birthday, gives_town = happens(chance, 0.6), happens(chance, 0.8)
    return {
        "dateCreated": epoch(at),
        "dateCreatedLocal": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "shared": True,
        "photo": {"avatar": ""},
        "personal": {
            "title": "",
            "firstName": person.first_name,
            "middleName": "",
            "lastName": person.last_name,
            "preferredName": "",
            "nickName": "",
            "birthDate": person.born.isoformat() if gives_birthday else "",
            "gender": person.gender.capitalize(),
            "ageGroup": group,
        },
        "contact": {
            "primaryEmail": person.email,
            "alternativeEmail": "",
            "mobile": "",
            "landline": "",
        },
        "emergencyContact": {"firstName": "", "lastName": "", "mobile": "", "relationship": ""},
        "address": {
            "city": person.town.name if gives_town else "",
            "county": person.town.county if gives_town else "",
            "country": "United Kingdom",
        },
        "about": {"title": "", "body": ""},
        "online": dict.fromkeys(("website", "blog", "facebook", "twitter", "linkedin"), ""),
    }
