"""Data plugs: each fills a HAT as the real one does, in the real one's shapes and quirks."""

from hats.sandbox.plugs import daily, fitness, money, places, social
from hats.sandbox.plugs.source import Source

SOURCES: dict[str, Source] = {
    "calendar/google/events": Source("calendar", daily.calendar),
    "facebook/events": Source("facebook", social.events),
    "fitbit/activity": Source("fitbit", fitness.exercise),
    "fitbit/activity/day/summary": Source("fitbit", fitness.day_summaries),
    "fitbit/profile": Source("fitbit", fitness.profile),
    "fitbit/sleep": Source("fitbit", fitness.nights),
    "fitbit/weight": Source("fitbit", fitness.weighings),
    "instagram/feed": Source("instagram", social.pictures),
    "monzo/transactions": Source("monzo", money.transactions),
    "rumpel/locations/ios": Source("locations", places.locations),
    "rumpel/profile": Source("profile", daily.own_profile),
    "spotify/feed": Source("spotify", daily.plays),
    "twitter/tweets": Source("twitter", social.tweets),
    "uber/rides": Source("uber", places.rides),
}
