"""Closed lists that people choose from."""

from typing import Final

# Where an organisation is at home, and where data may be kept: the European Economic Area, the
# United Kingdom, and the countries whose protection of personal data the European Commission
# has found adequate (ISO 3166-1 alpha-2).
COUNTRIES: dict[str, str] = {
    "AD": "Andorra",
    "AR": "Argentina",
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "CA": "Canada",
    "HR": "Croatia",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DK": "Denmark",
    "EE": "Estonia",
    "FO": "Faroe Islands",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "GR": "Greece",
    "GG": "Guernsey",
    "HU": "Hungary",
    "IS": "Iceland",
    "IE": "Ireland",
    "IM": "Isle of Man",
    "IL": "Israel",
    "IT": "Italy",
    "JP": "Japan",
    "JE": "Jersey",
    "LV": "Latvia",
    "LI": "Liechtenstein",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "MT": "Malta",
    "NL": "Netherlands",
    "NZ": "New Zealand",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SK": "Slovakia",
    "SI": "Slovenia",
    "KR": "South Korea",
    "ES": "Spain",
    "SE": "Sweden",
    "CH": "Switzerland",
    "GB": "United Kingdom",
    "UY": "Uruguay",
}

# What an organisation is, in the word that stands on the owner's card.
ORGANISATION_KINDS: tuple[str, ...] = (
    "Museum or gallery",
    "University or research institute",
    "Charity",
    "Public body",
    "Co-operative",
    "Company",
    "News or media organisation",
    "Other organisation",
)

# Why a moderator suspends an organisation; free words come beside it.
SUSPENSION_REASONS: dict[str, str] = {
    "identity": "We could not confirm who the organisation is",
    "misuse": "Data was used for something people did not agree to",
    "removal": "A removal notice was not confirmed in time",
    "payment": "A payment was disputed",
    "conduct": "Other conduct against the terms",
}

# The European Economic Area.
EEA: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
