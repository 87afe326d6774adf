"""Facts of the shop that several modules share."""

from typing import Final

from accounts.constants import COUNTRIES

# How a sentence names the countries that a list names otherwise ("kept in the Netherlands").
_IN_A_SENTENCE: Final = {
    "FO": "the Faroe Islands",
    "GB": "the United Kingdom",
    "IM": "the Isle of Man",
    "NL": "the Netherlands",
}
_UNLISTED: Final = "a country outside our list"

MOST_PLACES: Final = 5_000  # in one order line
# Organisations that bought places of an offer lately: where each band of popularity begins. The
# lowest hides whether anybody did.
POPULARITY_EDGES: Final = (5, 10, 25, 50)
USUAL_PLACES: Final = 100  # where the order box begins
# How long a buyer may keep the data after delivery, in days.
RETENTION_DAYS: Final = (30, 90, 180, 365)
USUAL_RETENTION_DAYS: Final = 180
DAYS_OPEN: Final = 28  # how long an order is open to people, at most

# Two or three words for each purpose, for narrow places: facets and chips.
PURPOSE_NAMES: Final = {
    "AcademicResearch": "Academic research",
    "ScientificResearch": "Scientific and health research",
    "PublicBenefit": "Public services",
    "ProvideOfficialStatistics": "Official statistics",
    "CommercialResearch": "Market research",
    "ImproveExistingProductsAndServices": "Improving services",
    "ResearchAndDevelopment": "Product design",
}

# Data plugs by the namespace of their endpoints, in the order of the page; others are called as it.
SOURCE_NAMES: Final = {
    "fitbit": "Fitbit",
    "spotify": "Spotify",
    "monzo": "Monzo",
    "starling": "Starling",
    "uber": "Uber",
    "calendar": "Google Calendar",
    "facebook": "Facebook",
    "twitter": "Twitter",
    "instagram": "Instagram",
    "rumpel": "The HAT app",
    "she": "HAT insights",
}

# Kinds of data: the sensitivities that a dictionary of fields knows.
KIND_NAMES: Final = {
    "TIME": "Times and dates",
    "LOC": "Places",
    "HEALTH": "Body and health",
    "FIN": "Money",
    "PREF": "Tastes and habits",
    "SOC": "Messages and posts",
    "DEM": "About the person",
    "ID": "Names and contacts",
    "3P": "About other people",
}


def country_name(code: str) -> str:
    """Name the country as a sentence does; a code is nothing for people to read."""
    code = code.upper()
    return _IN_A_SENTENCE.get(code) or COUNTRIES.get(code, _UNLISTED)


# The files of every dataset, and whom each serves.
FILE_FORMATS: Final = (
    ("CSV", "any tool, any spreadsheet"),
    ("JSON Lines", "for developers"),
)
