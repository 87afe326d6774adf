"""Facts of the shop that several modules share."""

from typing import Final

from common.language import gettext as _
from common.language import gettext_noop, pgettext

# Where somebody is, or something is kept: whole, as other languages have articles and cases here.
_IN_COUNTRY: Final = {
    "AD": gettext_noop("in Andorra"),
    "AR": gettext_noop("in Argentina"),
    "AT": gettext_noop("in Austria"),
    "BE": gettext_noop("in Belgium"),
    "BG": gettext_noop("in Bulgaria"),
    "CA": gettext_noop("in Canada"),
    "HR": gettext_noop("in Croatia"),
    "CY": gettext_noop("in Cyprus"),
    "CZ": gettext_noop("in Czechia"),
    "DK": gettext_noop("in Denmark"),
    "EE": gettext_noop("in Estonia"),
    "FO": gettext_noop("in the Faroe Islands"),
    "FI": gettext_noop("in Finland"),
    "FR": gettext_noop("in France"),
    "DE": gettext_noop("in Germany"),
    "GR": gettext_noop("in Greece"),
    "GG": gettext_noop("in Guernsey"),
    "HU": gettext_noop("in Hungary"),
    "IS": gettext_noop("in Iceland"),
    "IE": gettext_noop("in Ireland"),
    "IM": gettext_noop("in the Isle of Man"),
    "IL": gettext_noop("in Israel"),
    "IT": gettext_noop("in Italy"),
    "JP": gettext_noop("in Japan"),
    "JE": gettext_noop("in Jersey"),
    "LV": gettext_noop("in Latvia"),
    "LI": gettext_noop("in Liechtenstein"),
    "LT": gettext_noop("in Lithuania"),
    "LU": gettext_noop("in Luxembourg"),
    "MT": gettext_noop("in Malta"),
    "NL": gettext_noop("in the Netherlands"),
    "NZ": gettext_noop("in New Zealand"),
    "NO": gettext_noop("in Norway"),
    "PL": gettext_noop("in Poland"),
    "PT": gettext_noop("in Portugal"),
    "RO": gettext_noop("in Romania"),
    "SK": gettext_noop("in Slovakia"),
    "SI": gettext_noop("in Slovenia"),
    "KR": gettext_noop("in South Korea"),
    "ES": gettext_noop("in Spain"),
    "SE": gettext_noop("in Sweden"),
    "CH": gettext_noop("in Switzerland"),
    "GB": gettext_noop("in the United Kingdom"),
    "UY": gettext_noop("in Uruguay"),
}
_IN_NO_LISTED_COUNTRY: Final = gettext_noop("in a country outside our list")

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
    "AcademicResearch": gettext_noop("Academic research"),
    "ScientificResearch": gettext_noop("Scientific and health research"),
    "PublicBenefit": gettext_noop("Public services"),
    "ProvideOfficialStatistics": gettext_noop("Official statistics"),
    "CommercialResearch": gettext_noop("Market research"),
    "ImproveExistingProductsAndServices": gettext_noop("Improving services"),
    "ResearchAndDevelopment": gettext_noop("Product design"),
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
    "rumpel": gettext_noop("The HAT app"),
    "she": gettext_noop("HAT insights"),
}

# Kinds of data: the sensitivities that a dictionary of fields knows; said by ``kind_name``.
_PLACES: Final = "Places"
KIND_NAMES: Final = {
    "TIME": gettext_noop("Times and dates"),
    "LOC": _PLACES,
    "HEALTH": gettext_noop("Body and health"),
    "FIN": gettext_noop("Money"),
    "PREF": gettext_noop("Tastes and habits"),
    "SOC": gettext_noop("Messages and posts"),
    "DEM": gettext_noop("About the person"),
    "ID": gettext_noop("Names and contacts"),
    "3P": gettext_noop("About other people"),
}
LONGEST_KINDS: Final = 40  # letters: all of them with blanks between

# What offers rule out most, in the words of the market's own shelf and of its form. Others are
# their publishers' own words, and stand as they are written.
LISTED_NEVER: Final = frozenset(
    {
        gettext_noop("Advertising of any kind"),
        gettext_noop("Advertising to, or deciding about, single people"),
        gettext_noop("Decisions about insurance, credit or work"),
        gettext_noop("Finding out who a person is"),
        gettext_noop("Insurance, credit or hiring, for anybody"),
        gettext_noop("Joining it with other data about the same person"),
        gettext_noop("Looking for homes or workplaces"),
        gettext_noop("Publishing the path of a single person"),
        gettext_noop("Showing a picture or a text in public"),
        gettext_noop("Training models that imitate single people"),
    }
)


def in_country(code: str) -> str:
    """Say where: in the Netherlands."""
    return _(_IN_COUNTRY.get(code.upper(), _IN_NO_LISTED_COUNTRY))


def kind_name(code: str) -> str:
    """Name a kind of data; a place of an order is another word in other languages."""
    name = KIND_NAMES[code]
    return pgettext("kind of data", "Places") if name == _PLACES else _(name)


def never_use(words: str) -> str:
    """Say a use that is ruled out, as far as it is one of the listed ones."""
    return _(words) if words in LISTED_NEVER else words


# The files of every dataset, and whom each serves; said by ``file_formats``.
FILE_FORMATS: Final = (
    ("CSV", gettext_noop("any tool, any spreadsheet")),
    ("JSON Lines", gettext_noop("for developers")),
)


def file_formats() -> list[tuple[str, str]]:
    """The files of every dataset, and whom each serves."""
    return [(name, _(whom)) for name, whom in FILE_FORMATS]
