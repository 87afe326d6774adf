"""Believable offers by the thousand: variations of the market's own shelf, each one valid.

A variation keeps the bundle, the dictionary and the invented sample of an offer of the shelf, but
for fields left out; title, aim, price, group and rhythm are its own.
"""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

NOUNS: Mapping[str, Sequence[str]] = {
    "museum-visits": ("Visits to museums", "Evenings at events", "Answers to invitations"),
    "sleep-and-steps": ("Nights and daily steps", "Sleep beside activity", "Rest and walking"),
    "morning-movements": ("Ways through the morning", "Visitor movement", "Morning positions"),
    "bank-fees": ("Bank fees and charges", "Costs of an account", "Overdraft charges"),
    "evening-plays": ("Songs of the evening", "Music after work", "Evening listening"),
    "spending-abroad": ("Spending abroad", "Payments on holiday", "Purchases in other currencies"),
    "weight-and-age": ("Weight over the years", "Body weight by age", "Weighings at home"),
    "runs-and-walks": ("Runs and walks", "Training on foot", "Outdoor exercise"),
    "short-english-texts": ("Short public posts", "Posts in plain English", "Public short texts"),
    "ride-hailing-trips": ("Rides across town", "Ride-hailing trips", "Late rides home"),
    "busy-hours": ("Busy hours of the week", "Meetings by weekday", "Full calendars"),
    "breakfast-pictures": ("Pictures of breakfast", "Morning meals in pictures", "Food posts"),
    "steps-through-a-season": ("Daily steps", "Steps through a season", "Walking by the day"),
    "last-fifty-songs": ("Latest songs", "Recent listening", "Songs on repeat"),
    "places-for-30-days": ("Places of a month", "Thirty days of positions", "Everyday places"),
    "payments-by-kind-of-shop": ("Payments by kind of shop", "Weekly spending", "Shopping habits"),
}
AIMS = (
    *("commuting", "school runs", "night work", "retirement", "cycling", "ageing well", "tourism"),
    *("shift work", "library use", "park visits", "festival travel", "city noise", "heat waves"),
    *("high streets", "rural buses", "flood routes", "student life", "new parents", "caring"),
    *("loneliness", "winter moods", "early risers", "long holidays", "local theatre", "radio"),
    *("street lighting", "ferry times", "market days", "home offices", "rail strikes", "rainfall"),
    *("school meals", "allotments", "swimming pools", "orchestras", "folk music", "young readers"),
)
PLACES = (
    *("Bristol", "Leeds", "Cardiff", "Glasgow", "Norwich", "York", "Exeter", "Hull", "Derby"),
    *("Bath", "Swansea", "Dundee", "Lincoln", "Oxford", "Ipswich", "Truro", "Carlisle", "Perth"),
    *("Brighton", "Preston", "Durham", "Wells", "Chester", "Stirling", "Bangor", "Belfast"),
)
ASKING = ("For a study of", "For planning around", "For an exhibition on", "To learn about")
GROUPS = (20, 20, 30, 50, 100)
LIMITS = (50, 100, 200, 500, 1_000)
FEWEST_COLUMNS = 2
STEP = 5  # pence; a fee in such steps has a tax of whole pence


def variation(text: str, rng: Random) -> dict[str, Any]:
    """Another offer in the form of a file of the shelf, whose text this is."""
    made: dict[str, Any] = json.loads(text)
    _leave_out_columns(made, rng)
    aim, place = rng.choice(AIMS), rng.choice(PLACES)
    noun, asking = rng.choice(NOUNS[made["slug"]]), rng.choice(ASKING)
    names = [column["name"] for table in made["tables"].values() for column in table["columns"]]
    made["title"] = f"{noun}, {aim} in {place}"
    made["summary"] = f"{asking} {aim} in {place}: {_listed(names)}."[:200]
    made["description"] = f"{made['description']}\n{asking} {aim} in and around {place}."
    made["reward"] = max(STEP, STEP * round(made["reward"] * rng.uniform(0.6, 1.8) / STEP))
    made["fee"] = max(STEP, STEP * round(made["reward"] * 0.2 / STEP))
    made["smallest_group"] = max(rng.choice(GROUPS), 50 if made["special_category"] else 20)
    made["purposes"] = rng.sample(made["purposes"], rng.randint(1, len(made["purposes"])))
    made["collection"] = rng.choice((made["collection"], "once", "daily", "weekly"))
    made["period_days"] = rng.choice((7, 14, 30, 90, 180))
    made["freshness"] = rng.choice((made["freshness"], "minutes", "hours", "day", "week"))
    kept = {(table, c["path"]) for table, said in made["tables"].items() for c in said["columns"]}
    made["examples"] = [
        one
        for one in made["examples"]
        if {(one["table"], one[key]) for key in ("by", "of") if key in one} <= kept
    ]
    return made


def _leave_out_columns(made: dict[str, Any], rng: Random) -> None:
    """Fewer columns in dictionary, mapping and sample alike; the first always stays."""
    for name, query in made["bundle"]["bundle"].items():
        query["limit"] = min(query.get("limit") or LIMITS[-1], rng.choice(LIMITS))
        table = made["tables"][name]
        count = len(table["columns"])
        others = range(1, count)
        kept = rng.sample(others, rng.randint(min(FEWEST_COLUMNS, count) - 1, count - 1))
        places = [0, *sorted(kept)]
        gone = {column["path"] for column in table["columns"]} - {
            table["columns"][place]["path"] for place in places
        }
        for endpoint in query["endpoints"]:
            endpoint["mapping"] = {
                path: source for path, source in endpoint["mapping"].items() if path not in gone
            }
        table["columns"] = [table["columns"][place] for place in places]
        table["people"] = [
            [[row[place] for place in places] for row in rows[:2]] for rows in table["people"][:2]
        ]


def _listed(names: Sequence[str]) -> str:
    lower = [name[0].lower() + name[1:] for name in names]
    return lower[0] if len(lower) == 1 else f"{', '.join(lower[:-1])} and {lower[-1]}"
