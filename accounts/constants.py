"""Closed lists that people choose from: kept in English, shown in the reader's language."""

from collections.abc import Iterable
from typing import Final

from common.language import by_letters, gettext
from common.language import gettext_noop as _

# Where an organisation is at home, and where data may be kept: the European Economic Area, the
# United Kingdom, and the countries whose protection of personal data the European Commission
# has found adequate (ISO 3166-1 alpha-2).
COUNTRIES: dict[str, str] = {
    "AD": _("Andorra"),
    "AR": _("Argentina"),
    "AT": _("Austria"),
    "BE": _("Belgium"),
    "BG": _("Bulgaria"),
    "CA": _("Canada"),
    "HR": _("Croatia"),
    "CY": _("Cyprus"),
    "CZ": _("Czechia"),
    "DK": _("Denmark"),
    "EE": _("Estonia"),
    "FO": _("Faroe Islands"),
    "FI": _("Finland"),
    "FR": _("France"),
    "DE": _("Germany"),
    "GR": _("Greece"),
    "GG": _("Guernsey"),
    "HU": _("Hungary"),
    "IS": _("Iceland"),
    "IE": _("Ireland"),
    "IM": _("Isle of Man"),
    "IL": _("Israel"),
    "IT": _("Italy"),
    "JP": _("Japan"),
    "JE": _("Jersey"),
    "LV": _("Latvia"),
    "LI": _("Liechtenstein"),
    "LT": _("Lithuania"),
    "LU": _("Luxembourg"),
    "MT": _("Malta"),
    "NL": _("Netherlands"),
    "NZ": _("New Zealand"),
    "NO": _("Norway"),
    "PL": _("Poland"),
    "PT": _("Portugal"),
    "RO": _("Romania"),
    "SK": _("Slovakia"),
    "SI": _("Slovenia"),
    "KR": _("South Korea"),
    "ES": _("Spain"),
    "SE": _("Sweden"),
    "CH": _("Switzerland"),
    "GB": _("United Kingdom"),
    "UY": _("Uruguay"),
}

# What an organisation is, in the word that stands on the owner's card.
ORGANISATION_KINDS: tuple[str, ...] = (
    _("Museum or gallery"),
    _("University or research institute"),
    _("Charity"),
    _("Public body"),
    _("Co-operative"),
    _("Company"),
    _("News or media organisation"),
    _("Other organisation"),
)

# Why a moderator suspends an organisation; free words come beside it.
SUSPENSION_REASONS: dict[str, str] = {
    "identity": _("We could not confirm who the organisation is"),
    "misuse": _("Data was used for something people did not agree to"),
    "removal": _("A removal notice was not confirmed in time"),
    "payment": _("A payment was disputed"),
    "conduct": _("Other conduct against the terms"),
}

# The European Economic Area.
EEA: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)


def country_name(code: str) -> str:
    """A country in the reader's language; one that is not listed by its code."""
    return gettext(COUNTRIES[code]) if code in COUNTRIES else code


def by_name(codes: Iterable[str] = COUNTRIES) -> list[tuple[str, str]]:
    """These countries with their names, as the reader's language sorts them."""
    named = [(code, country_name(code)) for code in codes]
    return sorted(named, key=lambda country: by_letters(country[1]))
