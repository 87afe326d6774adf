"""Facts of the shop that several modules share."""

from typing import Final

# ISO 3166-1 codes in the words of a sentence ("kept in the Netherlands"). The countries where an
# organisation may keep data: the EEA, the United Kingdom, and those both call adequate.
COUNTRY_NAMES: Final = {
    "GB": "the United Kingdom",
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "HR": "Croatia",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DK": "Denmark",
    "EE": "Estonia",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "GR": "Greece",
    "HU": "Hungary",
    "IS": "Iceland",
    "IE": "Ireland",
    "IT": "Italy",
    "LV": "Latvia",
    "LI": "Liechtenstein",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "MT": "Malta",
    "NL": "the Netherlands",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SK": "Slovakia",
    "SI": "Slovenia",
    "ES": "Spain",
    "SE": "Sweden",
    "CH": "Switzerland",
    "JP": "Japan",
    "KR": "South Korea",
    "NZ": "New Zealand",
}

MOST_PLACES: Final = 5_000  # in one order line
USUAL_PLACES: Final = 100  # where the order box begins

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


def country_name(code: str) -> str:
    """Name the country as a sentence does; a code we have no name for stands for itself."""
    return COUNTRY_NAMES.get(code.upper(), code.upper())
