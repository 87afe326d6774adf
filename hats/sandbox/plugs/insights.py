"""Tools that run on the HAT and write down what they found in its other data.

Of some only the time and a count are known: no more is invented.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person
from hats.sandbox.plugs import facebook, social, writing
from hats.sandbox.plugs.source import Generate, Item, days, happens, iso_ms, moment

_WEEKS_OF_DAYS = 180
_MONDAY = 1
_READ: tuple[tuple[str, str, Generate, str], ...] = (
    ("twitter", "twitter/tweets", social.tweets, "text"),
    ("facebook", "facebook/feed", facebook.feed, "message"),
    ("notes", "notables/feed", writing.notes, "message"),
)


def emotions(person: Person, today: date) -> Iterator[Item]:
    """Judge the mood of what was posted, of the sources this HAT has."""
    for plug, source, generate, field in _READ:
        if plug not in person.plugs:
            continue
        for key, at, post in generate(person, today):
            if isinstance(post.get(field), str):
                chance = person.chance("mood", source, key)
                yield f"{source}/{key}", at, _emotion(chance, source, str(post[field]), at)


def _emotion(chance: Random, source: str, text: str, at: datetime) -> dict[str, object]:
    sentiment = chance.choices(["Positive", "Neutral", "Negative"], weights=[4, 5, 2])[0]
    # Its case is not fixed.
    shown = sentiment.lower() if happens(chance, 0.1) else sentiment
    return {"sentiment": shown, "text": text, "source": source, "timestamp": iso_ms(at)}


def _weekly(today: date) -> Iterator[date]:
    return (day for day in days(_WEEKS_OF_DAYS, until=today) if day.isoweekday() == _MONDAY)


def activity(person: Person, today: date) -> Iterator[Item]:
    """Count what came since the last run, by endpoint; a run that knows no last has no “since”."""
    for day in _weekly(today):
        chance = person.chance("activity", day)
        counts = {
            endpoint: chance.randrange(1, most)
            for plug, endpoint, most in _COUNTED
            if plug in person.plugs
        }
        at = moment(day, 300)
        record: dict[str, object] = {"timestamp": iso_ms(at), "counters": counts}
        if happens(chance, 0.95):
            record["since"] = iso_ms(at - timedelta(days=7))
        yield str(day), at, record


_COUNTED = (
    ("twitter", "twitter/tweets", 20),
    ("spotify", "spotify/feed", 160),
    ("fitbit", "fitbit/sleep", 8),
    ("calendar", "calendar/google/events", 24),
    ("facebook", "facebook/feed", 9),
)


def totals(what: str, minute: int) -> Callable[[Person, date], Iterator[Item]]:
    """Make a tool of which only the total is known."""

    def generate(person: Person, today: date) -> Iterator[Item]:
        for day in _weekly(today):
            total = person.chance(what, day).randrange(3, 60)
            at = moment(day, minute * 60)
            yield str(day), at, {"timestamp": iso_ms(at), "summary": {"totalCount": total}}

    return generate
