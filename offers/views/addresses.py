"""The catalogue's address holds its whole state: cleaned, shortened, put into words."""

from collections.abc import Sequence

from django.conf import settings
from django.http import QueryDict

from common.language import gettext as _
from common.money import Money
from offers.queries import catalogue
from offers.queries.catalogue import Search
from offers.queries.facets import Facet

LONGEST_NAME = 120


def clean(query: QueryDict) -> QueryDict:
    """The parameters without those that say nothing."""
    address = query.copy()
    for key, values in query.lists():
        said = [value for value in values if value.strip()]
        address.setlist(key, said) if said else address.pop(key)
    if address.get("sort") == catalogue.usual_sort(address.get("q", "")):
        address.pop("sort")
    return address


def without(query: QueryDict, *keys: str, value: str = "") -> str:
    """The address without these keys, or without this value of the first; page one again."""
    rest = query.copy()
    rest.pop("page", None)
    for key in keys:
        kept = [one for one in rest.getlist(key) if value and one != value]
        rest.setlist(key, kept) if kept else rest.pop(key, None)
    return f"?{rest.urlencode()}"


def chips(query: QueryDict, search: Search, facets: Sequence[Facet]) -> list[dict[str, str]]:
    """What is chosen, each with the address of the page without it."""
    chosen = [
        {"label": choice.chip, "url": without(query, facet.key, value=choice.value)}
        for facet in facets
        for choice in facet.choices
        if choice.is_chosen
    ]
    if search.price_from is not None or search.price_to is not None:
        label = _price_words(search)
        chosen.append({"label": label, "url": without(query, "price_from", "price_to")})
    if search.words:
        chosen.append(
            {"label": _("“{words}”").format(words=search.words), "url": without(query, "q")}
        )
    return chosen


def words_for(search: Search) -> str:
    """A name for a search: its words and what is ticked, shortened."""
    found = catalogue.find(search, tax_percent=settings.FEE_TAX_PERCENT)
    ticked = [c.chip for facet in found.facets for c in facet.choices if c.is_chosen]
    limits = [_price_words(search)] if search.price_from or search.price_to else []
    said = [*([search.words] if search.words else []), *ticked, *limits]
    return (", ".join(said) or _("All offers"))[:LONGEST_NAME]


def _price_words(search: Search) -> str:
    lowest, highest = (
        None if limit is None else Money(limit, settings.CURRENCY)
        for limit in (search.price_from, search.price_to)
    )
    if lowest is None:
        return _("Up to {amount}").format(amount=highest)
    if highest is None:
        return _("From {amount}").format(amount=lowest)
    return _("{low} to {high}").format(low=lowest, high=highest)
