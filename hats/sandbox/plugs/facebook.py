"""Facebook beside its events: posts, likes, the account, its picture, and a second, older plug."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person, Town
from hats.sandbox.plugs import vocabulary as words
from hats.sandbox.plugs.source import Item, days, happens, iso_ms, iso_offset, moment

_FEED_DAYS, _LIKE_DAYS, _PROFILE_DAYS = 240, 400, 120
_HOUR = 3600


def _account(person: Person) -> str:
    return str(person.chance("facebook").randrange(1_000_000_000, 9_999_999_999))


def feed(person: Person, today: date) -> Iterator[Item]:
    for day in days(_FEED_DAYS, until=today):
        chance = person.chance("post", day)
        if not happens(chance, 0.3 * person.pace):
            continue
        at = moment(day, chance.randrange(7 * _HOUR, 23 * _HOUR))
        post = _post(chance, person, at)
        yield str(day), at + timedelta(hours=1), post
        if happens(chance, 0.06):
            # An edited post comes again, under its old id.
            edited = at + timedelta(hours=5)
            message = f"{post.get('message', '')} (edited)".strip()
            changed = post | {"message": message, "updated_time": iso_offset(edited)}
            yield f"{day}/edit", edited + timedelta(hours=1), changed


def _post(chance: Random, person: Person, at: datetime) -> dict[str, object]:
    account, number = _account(person), chance.randrange(10**9, 10**10)
    kind = chance.choices(["status", "photo", "link", "video"], weights=[3, 4, 6, 1])[0]
    post: dict[str, object] = {
        "id": f"{account}_{number}",
        "from": {"id": account, "name": person.full_name},
        "type": kind,
        "privacy": _privacy(chance),
        "created_time": iso_offset(at),
        "updated_time": iso_offset(at),
    }
    if happens(chance, 0.91):
        post["status_type"] = _STATUS_TYPES[kind]
    if happens(chance, 0.91):
        post["story"] = f"{person.full_name} {_STORIES[kind]}"
    if happens(chance, 0.38):
        post["message"] = chance.choice(words.POSTS)
    if happens(chance, 0.9):
        post["lastUpdated"] = iso_offset(at + timedelta(hours=1))
    return post | _shared(chance, kind=kind, number=number) | _around(chance, person.town)


_STATUS_TYPES = {
    "status": "mobile_status_update",
    "photo": "added_photos",
    "link": "shared_story",
    "video": "added_video",
}
_STORIES = {
    "status": "updated their status.",
    "photo": "added a new photo.",
    "link": "shared a link.",
    "video": "added a new video.",
}


def _privacy(chance: Random) -> dict[str, object]:
    if happens(chance, 0.3):
        return {
            "value": "EVERYONE",
            "friends": "",
            "allow": "",
            "deny": "",
            "description": "Public",
        }
    return {
        "value": "CUSTOM",
        "friends": "ALL_FRIENDS",
        "allow": "",
        "deny": "",
        "description": "Friends",
    }


def _shared(chance: Random, *, kind: str, number: int) -> dict[str, object]:
    """Describe the page or picture that a post is about."""
    if kind == "status":
        return {}
    title, text, site = chance.choice(words.PAGES_SHARED)
    shared: dict[str, object] = {"link": f"https://{site}/{number}"}
    if happens(chance, 0.9):
        shared["name"] = title
    if happens(chance, 0.9):
        shared |= {
            "picture": f"https://pictures.example/{number}-s.jpg",
            "full_picture": f"https://pictures.example/{number}.jpg",
        }
    if happens(chance, 0.5):
        shared["description"] = text
    if happens(chance, 0.35):
        shared["caption"] = site
    if happens(chance, 0.57):
        shared["object_id"] = str(number + 1)
    return shared


def _around(chance: Random, town: Town) -> dict[str, object]:
    """Add what few posts have: the application they came from, and a place."""
    found: dict[str, object] = {}
    if happens(chance, 0.13):
        application: dict[str, object] = {
            "id": "55",
            "name": "Pace Diary",
            "category": "Utilities",
            "link": "https://pace.example",
        }
        if happens(chance, 0.66):
            application["namespace"] = "pacediary"
        found["application"] = application
    if happens(chance, 0.07):
        found["place"] = _place(chance, town)
    if happens(chance, 0.5):
        found |= {"is_hidden": False, "is_published": True}
    return found


def _place(chance: Random, town: Town) -> dict[str, object]:
    return {
        "id": str(chance.randrange(100, 999)),
        "name": chance.choice(words.CHECK_INS),
        "location": {
            "city": town.name,
            "country": "United Kingdom",
            "street": f"{chance.randrange(1, 60)} Quay St",
            "zip": town.postcode,
            # As numbers, unlike the coordinates of events.
            "latitude": round(town.latitude + chance.gauss(0, 0.01), 4),
            "longitude": round(town.longitude + chance.gauss(0, 0.01), 4),
        },
    }


def profile(person: Person, today: date) -> Iterator[Item]:
    for day in days(_PROFILE_DAYS, until=today):
        if day.day in {1, 11, 21}:
            at = moment(day, 6 * _HOUR)
            yield str(day), at, _profile(person, at)


def _profile(person: Person, at: datetime) -> dict[str, object]:
    chance = person.chance("facebook profile")
    found: dict[str, object] = {
        "id": _account(person),
        "name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "gender": person.gender.lower(),
        "age_range": {"min": 21} if person.age_on(at.date()) > 20 else {"min": 18, "max": 20},  # noqa: PLR2004 - Facebook's own groups
        "locale": "en_GB",
        "timezone": 0,
        "verified": True,
        "is_verified": False,
        "third_party_id": f"{chance.getrandbits(64):x}",
        "languages": [{"id": "106059522759137", "name": "English"}],
        "friend_count": chance.randrange(40, 700) + at.month,
        "updated_time": iso_offset(moment(date(2025, chance.randrange(1, 13), 3), 10 * _HOUR)),
        "hat_updated_time": iso_ms(at),
    }
    if happens(chance, 0.7):
        found["location"] = {"id": "106", "name": f"{person.town.name}, United Kingdom"}
    return found


def picture(person: Person, _today: date) -> Iterator[Item]:
    chance = person.chance("facebook picture")
    taken = date(2025, 1, 15) + timedelta(days=chance.randrange(300))
    is_default = happens(chance, 0.2)
    url = f"https://pictures.example/{chance.getrandbits(48):x}.jpg"
    data = {"url": url, "width": 320, "height": 320, "is_silhouette": is_default}
    yield "picture", moment(taken, 9 * _HOUR), data


def likes(person: Person, today: date) -> Iterator[Item]:
    first = person.chance("likes").randrange(30, 300)
    for day in days(_LIKE_DAYS, until=today):
        chance = person.chance("like", day)
        if happens(chance, 0.09 * person.pace):
            at = moment(day, chance.randrange(8 * _HOUR, 23 * _HOUR))
            # The running number is that of the day: no record knows how many came before.
            number = first + (day - date(2024, 1, 1)).days // 12
            yield str(day), at + timedelta(hours=1), _like(chance, person, at, number)


def _like(chance: Random, person: Person, at: datetime, number: int) -> dict[str, object]:
    name, site = chance.choice(words.PAGES_LIKED)
    page: dict[str, object] = {
        "id": str(chance.randrange(10**8, 10**9)),
        "name": name,
        "created_time": iso_offset(at),
    }
    if happens(chance, 0.7):
        page["website"] = f"https://{site}"
    if happens(chance, 0.5):
        town = person.town
        page["location"] = {
            "city": town.name,
            "country": "United Kingdom",
            "street": f"{chance.randrange(1, 40)} Pier Rd",
            "zip": town.postcode,
            "latitude": round(town.latitude, 2),
            "longitude": round(town.longitude, 2),
        }
    if happens(chance, 0.8):
        page["number_of_pages_liked"] = number
    return page


_OZM_FEED = (
    "id", "from", "type", "message", "story", "link", "created_time", "updated_time", "privacy",
)  # fmt: skip
_OZM_PROFILE = ("id", "name", "gender", "email", "hat_updated_time")


def ozm_feed(person: Person, today: date) -> Iterator[Item]:
    """Write the same posts with fewer fields, and none of a place."""
    for key, at, post in feed(person, today):
        yield key, at, {name: post[name] for name in _OZM_FEED if name in post}


def ozm_profile(person: Person, today: date) -> Iterator[Item]:
    for key, at, found in profile(person, today):
        yield key, at, {name: found[name] for name in _OZM_PROFILE}
