"""How long, and where, an offer lets data be kept: what each order chooses from. Pure."""

from collections.abc import Collection, Sequence
from typing import Final

from accounts.constants import COUNTRIES, EEA, by_name
from common.language import gettext as _
from common.language import gettext_noop
from offers.constants import RETENTION_DAYS, USUAL_RETENTION_DAYS, in_country

_RETENTION_NAMES: Final = {
    30: gettext_noop("30 days"),
    90: gettext_noop("90 days"),
    180: gettext_noop("6 months"),
    365: gettext_noop("12 months"),
}
ANYWHERE: Final = ""
# Groups of countries that a composer chooses at once, by name of the choice.
_REGIONS: Final = {
    "EEA": EEA,
    "EEA-GB": EEA | {"GB"},
}
_REGION_CHOICES: Final = {
    "EEA": gettext_noop("Only in the European Economic Area"),
    "EEA-GB": gettext_noop("Only in the European Economic Area or the United Kingdom"),
}
_IN_REGION: Final = {
    "EEA": gettext_noop("in the European Economic Area"),
    "EEA-GB": gettext_noop("in the European Economic Area or the United Kingdom"),
}


def retention_choices(longest: int | None) -> list[tuple[int, str]]:
    """Days and their words, the shortest first.

    :param longest: days after delivery; ``None``: no limit beyond the market's own.
    """
    allowed = [days for days in RETENTION_DAYS if longest is None or days <= longest]
    return [(days, _(_RETENTION_NAMES[days])) for days in allowed]


def country_choices(countries: Collection[str]) -> dict[str, str]:
    """Codes and names in the order of the list; no countries: all of the list."""
    return {code: _(name) for code, name in COUNTRIES.items() if not countries or code in countries}


def nearest_retention(longest: int | None) -> int:
    """The usual time, or the longest one where that is too long."""
    return min(USUAL_RETENTION_DAYS, retention_choices(longest)[-1][0])


def nearest_country(countries: Collection[str], home: str) -> str:
    """The country somebody is at home in, or the first where that is not allowed."""
    allowed = country_choices(countries)
    return home if home in allowed else next(iter(allowed))


def place_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """What a composer chooses from: anywhere, a region, or one country."""
    regions = [(name, _(words)) for name, words in _REGION_CHOICES.items()]
    return [
        (ANYWHERE, _("In any country of our list")),
        (_("Regions"), regions),
        (_("One country"), by_name()),
    ]


def countries_of(place: str) -> list[str]:
    """The countries of a choice; none for anywhere."""
    if place == ANYWHERE:
        return []
    return sorted(_REGIONS.get(place, {place}))


def place_of(countries: Sequence[str]) -> str:
    """The choice that these countries are; anywhere where no single choice says them."""
    names = [*_REGIONS, *COUNTRIES]
    wanted = sorted(countries)
    return next((name for name in names if countries_of(name) == wanted), ANYWHERE)


def retention_words(longest: int | None) -> str:
    """The longest time in words: ``6 months``."""
    return retention_choices(longest)[-1][1]


def place_words(countries: Sequence[str]) -> str:
    """Where it may be kept: ``in Germany or in France``."""
    if not countries:
        return _("in any country of our list")
    region = place_of(countries)
    if region in _IN_REGION:
        return _(_IN_REGION[region])
    *others, last = map(in_country, countries)
    if not others:
        return last
    return _("{places} or {place}").format(places=", ".join(others), place=last)
