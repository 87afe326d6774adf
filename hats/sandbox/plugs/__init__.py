"""Data plugs: each fills a HAT as the real one does, in the real one's shapes and quirks."""

from dataclasses import dataclass

from hats.sandbox.plugs import (
    daily,
    facebook,
    fitness,
    insights,
    money,
    places,
    questionnaires,
    social,
    writing,
)
from hats.sandbox.plugs.source import Source

SOURCES: dict[str, Source] = {
    "calendar/google/events": Source("calendar", daily.calendar),
    "dex/databuyer": Source("databuyer", writing.merchants),
    "drops/insights/sentiment-history": Source(
        "insights", insights.totals("sentiment-history", 10)
    ),
    "drops/insights/twitter/word-cloud": Source("insights", insights.totals("word-cloud", 11)),
    "facebook/events": Source("facebook", social.events),
    "facebook/feed": Source("facebook", facebook.feed),
    "facebook/likes/pages": Source("facebook", facebook.likes),
    "facebook/profile": Source("facebook", facebook.profile),
    "facebook/profile/picture": Source("facebook", facebook.picture),
    "fitbit/activity": Source("fitbit", fitness.exercise),
    "fitbit/activity/day/summary": Source("fitbit", fitness.day_summaries),
    "fitbit/lifetime/stats": Source("fitbit", fitness.lifetime),
    "fitbit/profile": Source("fitbit", fitness.profile),
    "fitbit/sleep": Source("fitbit", fitness.nights),
    "fitbit/weight": Source("fitbit", fitness.weighings),
    "instagram/feed": Source("instagram", social.pictures),
    "instagram/profile": Source("instagram", social.picture_account),
    "ios/locations": Source("old-phone", places.flat_locations(is_newer=True)),
    "iphone/locations": Source("old-phone", places.wrapped_locations),
    "monzo/transactions": Source("monzo", money.transactions),
    "ozm-facebook/feed": Source("ozm-facebook", facebook.ozm_feed),
    "ozm-facebook/profile": Source("ozm-facebook", facebook.ozm_profile),
    "rumpel/locations": Source("old-phone", places.flat_locations(is_newer=False)),
    "rumpel/locations/ios": Source("locations", places.locations),
    "rumpel/notablesv1": Source("notes", writing.notes),
    "rumpel/profile": Source("profile", daily.own_profile),
    "she/insights/activity-records": Source("insights", insights.activity),
    "she/insights/common-locations": Source("insights", insights.totals("common-locations", 12)),
    "she/insights/emotions": Source("insights", insights.emotions),
    "spotify/feed": Source("spotify", daily.plays),
    "spotify/profile": Source("spotify", daily.music_account),
    "twitter/tweets": Source("twitter", social.tweets),
    "uber/profile": Source("uber", places.rider),
    "uber/rides": Source("uber", places.rides),
    **{name: Source("questionnaires", page) for name, page in questionnaires.PAGES.items()},
}


@dataclass(frozen=True, slots=True)
class Plug:
    """What a person reads about a data plug before connecting it."""

    title: str
    brings: str


PLUGS: dict[str, Plug] = {
    "fitbit": Plug("Fitbit", "sleep, days, exercise, weight, and the account"),
    "spotify": Plug("Spotify", "what you played, and the account"),
    "facebook": Plug("Facebook", "posts, events, pages you like, and the account"),
    "twitter": Plug("Twitter", "your tweets"),
    "instagram": Plug("Instagram", "your posts, and the account"),
    "calendar": Plug("Google Calendar", "what is in your calendar"),
    "monzo": Plug("Monzo", "what you spent and received"),
    "uber": Plug("Uber", "your rides, and the account"),
    "locations": Plug("Location of this phone", "where your phone was"),
    "profile": Plug("Your profile", "what you said about yourself"),
    "notes": Plug("Notes", "what you wrote on this HAT"),
    "questionnaires": Plug("Questionnaires", "what you answered about your life and home"),
    "insights": Plug("Insights", "what tools found in your other data"),
    "old-phone": Plug("Location of an older phone", "where that phone was"),
    "ozm-facebook": Plug("Facebook (older plug)", "posts and the account, in fewer fields"),
    "databuyer": Plug("DataBuyer", "shops you like"),
}
