"""Facebook events, tweets and Instagram posts, with the odd types those plugs leave behind."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person, Town
from hats.sandbox.plugs import vocabulary as words
from hats.sandbox.plugs.source import (
    Item,
    days,
    epoch,
    happens,
    iso_ms,
    iso_offset,
    moment,
)

_EVENT_DAYS, _TWEET_DAYS, _PICTURE_DAYS = 330, 120, 200
_HOUR = 3600


def events(person: Person, today: date) -> Iterator[Item]:
    for day in days(_EVENT_DAYS, until=today):
        chance = person.chance("event", day)
        if happens(chance, 0.14 * person.pace):
            seen = moment(day, 6 * _HOUR + 2)
            event = _event(chance, person, seen)
            yield str(day), seen, event
            if event["rsvp_status"] == "unsure" and happens(chance, 0.4):
                # Changing one's mind is a new record of the same event.
                later = seen + timedelta(hours=6)
                decided = event | {"rsvp_status": "attending", "lastUpdated": iso_offset(later)}
                yield f"{day}/decided", later, decided


def _event(chance: Random, person: Person, seen: datetime) -> dict[str, object]:
    title, places = chance.choice(words.EVENTS)
    place = chance.choice(places)
    begins = moment(seen.date() + timedelta(days=chance.randrange(1, 30)), 0)
    begins += timedelta(hours=chance.choice([10, 11, 14, 18, 19, 19, 20]))
    event: dict[str, object] = {
        "id": str(440_000_000 + epoch(seen) % 9_000_000 + chance.randrange(1_000)),
        "name": title.format(place=place),
        "description": chance.choice(words.EVENT_TEXTS),
        "start_time": iso_offset(begins),
        "end_time": iso_offset(begins + timedelta(hours=chance.choice([1, 2, 3]))),
        "rsvp_status": chance.choices(
            ["attending", "unsure", "declined", "not_replied"], weights=[5, 3, 1, 2]
        )[0],
        "lastUpdated": iso_offset(seen),
    }
    if happens(chance, 0.98):
        event["place"] = _place(chance, person.town, place)
    return event


def _place(chance: Random, town: Town, name: str) -> dict[str, object]:
    place: dict[str, object] = {"id": str(chance.randrange(10_000, 99_999)), "name": name}
    if happens(chance, 0.95):
        location: dict[str, object] = {
            "city": town.name,
            "country": "United Kingdom",
            # As text, unlike the coordinates of posts.
            "latitude": f"{town.latitude + chance.gauss(0, 0.008):.4f}",
            "longitude": f"{town.longitude + chance.gauss(0, 0.012):.4f}",
        }
        if happens(chance, 0.6):
            location |= {"street": f"{chance.randrange(1, 80)} Mill Ln", "zip": town.postcode}
        place["location"] = location
    return place


def tweets(person: Person, today: date) -> Iterator[Item]:
    for day in days(_TWEET_DAYS, until=today):
        chance = person.chance("tweet", day)
        for number in range(min(8, round(chance.expovariate(0.9) * person.pace))):
            at = moment(day, chance.randrange(7 * _HOUR, 23 * _HOUR))
            is_old = day.toordinal() // 30 % 2 == 0
            yield (
                f"{day}/{number}",
                at + timedelta(hours=1),
                _tweet(chance, person, at, is_old=is_old),
            )


def _tweet(chance: Random, person: Person, at: datetime, *, is_old: bool) -> dict[str, object]:
    """Write a tweet; in older records the plug kept numbers and flags as text."""
    text, language, is_retweet = _tweet_text(chance)
    number: type = str if is_old else int
    tweet: dict[str, object] = {
        "id": number(2_000_000_000_000_000_000 + epoch(at) * 1_000 + chance.randrange(1_000)),
        "text": text,
        "lang": language,
        "source": '<a href="https://client.example" rel="nofollow">Twitter Web Client</a>',
        "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "lastUpdated": iso_offset(at) if is_old else iso_ms(at),
        "retweeted": is_retweet,
        "favorited": False,
        "truncated": False,
        "retweet_count": number(chance.choice([0, 0, 0, 1, 3])),
        "favorite_count": number(chance.choice([0, 1, 2, 5, 12])),
        "in_reply_to_user_id": None,
        "in_reply_to_screen_name": None,
        "coordinates": None,
        "user": _tweeter(person, number),
    }
    if happens(chance, 0.4):
        tweet["possibly_sensitive"] = "false" if is_old else False
    if happens(chance, 0.11):
        tweet["place"] = {"name": person.town.name, "country_code": "GB", "place_type": "city"}
    return tweet | _conversation(person, at, number, text)


def _conversation(person: Person, at: datetime, number: type, text: str) -> dict[str, object]:
    """Add what a tweet refers to, and now and then the very place it came from."""
    chance = person.chance("conversation", at)
    hashtags = [word.removeprefix("#") for word in text.split() if word.startswith("#")]
    found: dict[str, object] = {
        "entities": {
            "urls": [],
            "symbols": [],
            "hashtags": [{"text": word} for word in hashtags],
            "user_mentions": [],
        },
    }
    if happens(chance, 0.22):
        other = number(chance.randrange(10_000, 90_000_000))
        name = chance.choice(words.SCREEN_NAMES)
        found |= {
            "text": f"@{name} {text}",
            "in_reply_to_user_id": other,
            "in_reply_to_status_id": number(2 * 10**18 + epoch(at) * 1_000),
            "in_reply_to_screen_name": name,
        }
    if happens(chance, 0.08):
        found["quoted_status_id"] = number(2 * 10**18 + epoch(at) * 999)
    if happens(chance, 0.04):
        point = [round(person.town.longitude, 4), round(person.town.latitude, 4)]
        found["coordinates"] = {"type": "Point", "coordinates": point}
    return found


def _tweet_text(chance: Random) -> tuple[str, str, bool]:
    if happens(chance, 0.08):
        return "RT @cityweather: Yellow warning of wind", "en", True
    if happens(chance, 0.06):
        return "Bonjour de la bibliothèque", "fr", False
    text = chance.choice(words.POSTS)
    return (f"{text} #{chance.choice(words.TAGS)}" if happens(chance, 0.4) else text), "en", False


def _tweeter(person: Person, number: type) -> dict[str, object]:
    chance = person.chance("twitter")
    counts = (
        "friends_count",
        "followers_count",
        "favourites_count",
        "statuses_count",
        "listed_count",
    )
    return {
        "id": number(chance.randrange(10_000, 90_000_000)),
        "name": person.first_name,
        "screen_name": f"{person.name.replace('-', '_')}_ex",
        "location": person.town.name if happens(chance, 0.5) else "",
        "description": "",
        **{name: number(chance.randrange(20, 1_500)) for name in counts},
    }


def pictures(person: Person, today: date) -> Iterator[Item]:
    has_new_plug = happens(person.chance("instagram"), 0.6)
    for day in days(_PICTURE_DAYS, until=today):
        chance = person.chance("picture", day)
        if happens(chance, 0.16 * person.pace):
            at = moment(day, chance.randrange(7 * _HOUR, 22 * _HOUR))
            is_new = has_new_plug and day.toordinal() // 60 % 2 == 0
            caption = chance.choice(words.BREAKFASTS if happens(chance, 0.3) else words.PICTURES)
            make = _picture_v2 if is_new else _picture_v1
            picture = make(chance, person, at, caption)
            if not is_new and happens(person.chance("wordless", day), 0.04):
                picture |= {"caption": None, "tags": []}
            yield str(day), at + timedelta(hours=1), picture
            if not is_new and happens(person.chance("liked", day), 0.1):
                # Liked once more, the post comes again under its id.
                liked = picture | {"likes": {"count": 61}}
                yield f"{day}/liked", at + timedelta(hours=2), liked


def picture_account(person: Person, today: date) -> Iterator[Item]:
    """Describe the account as the plug of its time did."""
    chance = person.chance("instagram account")
    posts, follows, followers = (chance.randrange(20, 600) for _ in range(3))
    has_new_plug = happens(person.chance("instagram"), 0.6)
    name = f"{person.name}_ex"
    old = moment(date(2025, 2, 1) + timedelta(days=chance.randrange(200)), 9 * _HOUR)
    account: dict[str, object] = {
        "id": "77",
        "username": name,
        "full_name": person.first_name,
        "bio": "",
        "hat_created_time": str(epoch(old)),
    }
    if happens(chance, 0.8):
        account["counts"] = {"media": posts, "follows": follows, "followed_by": followers}
    yield "v1", old, account
    if has_new_plug:
        new = moment(today.replace(day=1) - timedelta(days=1), 9 * _HOUR)
        data: dict[str, object] = {
            "id": str(17_840_000_000 + posts),
            "username": name,
            "media_count": posts,
            "account_type": "PERSONAL",
            "ds_api_version": "v2",
            "ds_created_time": str(epoch(new)),
        }
        yield f"v2/{new.date()}", new, data


def _picture_v1(chance: Random, person: Person, at: datetime, caption: str) -> dict[str, object]:
    number, address = _picture_address(chance, at)
    picture = f"https://pictures.example/{number}"
    return {
        "id": f"{number}_77",
        "type": chance.choice(["image", "image", "image", "carousel", "video"]),
        "link": address,
        "tags": [word.removeprefix("#") for word in caption.split() if word.startswith("#")],
        "filter": chance.choice(["Normal", "Juno", "Clarendon"]),
        "caption": {"id": str(number + 1), "text": caption, "created_time": str(epoch(at))},
        "user": {"id": "77", "username": f"{person.name}_ex", "full_name": person.first_name},
        "likes": {"count": chance.randrange(60)},
        "comments": {"count": chance.randrange(5)},
        "images": {
            "thumbnail": {"url": f"{picture}-t.jpg", "width": 150, "height": 150},
            "standard_resolution": {"url": f"{picture}.jpg", "width": 640, "height": 640},
        },
        "location": None,
        "users_in_photo": [],
        "user_has_liked": False,
        "created_time": str(epoch(at)),
    }


def _picture_v2(chance: Random, person: Person, at: datetime, caption: str) -> dict[str, object]:
    number, address = _picture_address(chance, at)
    return {
        "id": str(number),
        "caption": caption,
        "username": f"{person.name}_ex",
        "media_url": f"https://pictures.example/{number}.jpg",
        "permalink": address,
        "timestamp": iso_offset(at),
        "media_type": chance.choice(["IMAGE", "IMAGE", "VIDEO", "CAROUSEL_ALBUM"]),
        "ds_api_version": "v2",
        "ds_created_time": str(epoch(at)),
    }


def _picture_address(chance: Random, at: datetime) -> tuple[int, str]:
    number = 1_780_000_000 + epoch(at) % 900_000_000
    return number, f"https://photos.example/p/{chance.getrandbits(44):011x}/"
