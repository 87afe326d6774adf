"""Data plugs: each fills a HAT as the real one does, in the real one's shapes and quirks."""

from hats.sandbox.plugs import fitness, money, places
from hats.sandbox.plugs.source import Source

SOURCES: dict[str, Source] = {
    "fitbit/activity": Source("fitbit", fitness.exercise),
    "fitbit/activity/day/summary": Source("fitbit", fitness.day_summaries),
    "fitbit/profile": Source("fitbit", fitness.profile),
    "fitbit/sleep": Source("fitbit", fitness.nights),
    "fitbit/weight": Source("fitbit", fitness.weighings),
    "monzo/transactions": Source("monzo", money.transactions),
    "rumpel/locations/ios": Source("locations", places.locations),
    "uber/rides": Source("uber", places.rides),
}
