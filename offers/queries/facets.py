"""The groups of boxes beside the results, each a column of small numbers of the listing.

A choice is the set of numbers that fit it. That is all counting and filtering know, so a new group
is a column and its choices. Several groups share a column, each with a digit of its own: the fewer
columns, the faster is counting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial, reduce
from math import prod

from accounts.constants import COUNTRIES
from common.language import by_letters, gettext_noop
from common.language import gettext as _
from common.templatetags.ui import BAND_EDGES
from offers.constants import KIND_NAMES, PURPOSE_NAMES, SOURCE_NAMES, kind_name

# Below, a value comes with its words beside its box and, where those say too little away from their
# group, with its words on a chip.
PEOPLE_BANDS = (  # ..., lowest, highest (not included): edges of the published bands
    ("5000", gettext_noop("More than 5,000"), gettext_noop("More than 5,000 people"), 5_000, None),
    ("1000", gettext_noop("1,000 to 5,000"), gettext_noop("1,000 to 5,000 people"), 1_000, 5_000),
    ("200", gettext_noop("200 to 1,000"), gettext_noop("200 to 1,000 people"), 200, 1_000),
    ("0", gettext_noop("Fewer than 200"), gettext_noop("Fewer than 200 people"), 0, 200),
)
PRICE_EDGES = (100, 200, 500, 1_000)  # pence; a band begins at its edge
PRICE_BANDS = (
    ("0", gettext_noop("Below £1")),
    ("1", gettext_noop("£1 to £2")),
    ("2", gettext_noop("£2 to £5")),
    ("5", gettext_noop("£5 to £10")),
    ("10", gettext_noop("£10 and more")),
)
PERIODS = (  # digits of the column: once, up to a month, longer
    ("past", gettext_noop("Past: what is there already")),
    ("month", gettext_noop("Ongoing, up to a month")),
    ("longer", gettext_noop("Ongoing, longer than a month")),
)
ONGOING = ("ongoing", gettext_noop("Ongoing: read again and again"))
BY_EVENT = ("event", gettext_noop("Event: a row each time something happens"))
FRESH = (  # each holds the fresher ones before it too, but for the last
    ("minutes", gettext_noop("Minutes old"), gettext_noop("Data: minutes old")),
    ("hours", gettext_noop("Hours old at most"), gettext_noop("Data: hours old at most")),
    ("day", gettext_noop("A day old at most"), gettext_noop("Data: a day old at most")),
    ("week", gettext_noop("A week old at most"), gettext_noop("Data: a week old at most")),
    (
        "change",
        gettext_noop("Changes when the person does"),
        gettext_noop("Data: changes when the person does"),
    ),
)
RHYTHMS = (  # as ``Collection``
    ("once", gettext_noop("Once"), gettext_noop("Read once")),
    ("daily", gettext_noop("Daily"), gettext_noop("Read daily")),
    ("weekly", gettext_noop("Weekly"), gettext_noop("Read weekly")),
)
GROUPS = (
    ("20", gettext_noop("Up to 20 people"), gettext_noop("Smallest group: up to 20 people")),
    ("50", gettext_noop("21 to 50 people"), gettext_noop("Smallest group: 21 to 50 people")),
    (
        "more",
        gettext_noop("More than 50 people"),
        gettext_noop("Smallest group: more than 50 people"),
    ),
)
AGES = (
    ("7", gettext_noop("In the last week"), gettext_noop("Published in the last week")),
    ("30", gettext_noop("In the last month"), gettext_noop("Published in the last month")),
    ("90", gettext_noop("In the last quarter"), gettext_noop("Published in the last quarter")),
)
PURPOSE_CHIPS = {
    "AcademicResearch": gettext_noop("Allowed for academic research"),
    "ScientificResearch": gettext_noop("Allowed for scientific and health research"),
    "PublicBenefit": gettext_noop("Allowed for public services"),
    "ProvideOfficialStatistics": gettext_noop("Allowed for official statistics"),
    "CommercialResearch": gettext_noop("Allowed for market research"),
    "ImproveExistingProductsAndServices": gettext_noop("Allowed for improving services"),
    "ResearchAndDevelopment": gettext_noop("Allowed for product design"),
}
# Sizes of the digits in the columns that several groups share, lowest first.
WORTH = (len(BAND_EDGES) + 1, len(PRICE_BANDS))  # people, price
# Collection, period, group, care, event by event, freshness (0 where it is not stated).
TERMS = (len(RHYTHMS), len(PERIODS), len(GROUPS), 4, 2, len(FRESH) + 1)
OWN_SHELF = "market"  # instead of a country: the market's own offers


@dataclass(frozen=True)
class Choice:
    """One box to tick; ``chip`` says it away from its group.

    :param fits: numbers of the facet's column with which an offer is among them.
    """

    value: str
    label: str
    chip: str
    fits: frozenset[int]
    is_chosen: bool = False
    count: int = 0


@dataclass(frozen=True)
class Facet:
    """A group of boxes: any of them fits, or, with ``needs_all``, every one must.

    :param size: how many numbers the column can have, where a search may allow hundreds of them.
    """

    key: str
    legend: str
    column: str
    choices: Sequence[Choice]
    needs_all: bool = False
    size: int = 0

    @property
    def allowed(self) -> frozenset[int] | None:
        """Numbers that the ticked boxes allow; ``None`` where none is ticked."""
        ticked = [choice.fits for choice in self.choices if choice.is_chosen]
        if not ticked:
            return None
        return reduce(frozenset.__and__ if self.needs_all else frozenset.__or__, ticked)

    @property
    def is_used(self) -> bool:
        """Whether any box is ticked."""
        return any(choice.is_chosen for choice in self.choices)

    def wanted(self, choice: Choice) -> frozenset[int]:
        """Numbers that fit after a click on the choice, as far as this group says."""
        allowed = self.allowed
        return choice.fits & allowed if self.needs_all and allowed is not None else choice.fits

    def ticked(self, values: Sequence[str]) -> "Facet":
        """The same with these boxes ticked."""
        choices = [replace(choice, is_chosen=choice.value in values) for choice in self.choices]
        return replace(self, choices=choices)


@dataclass(frozen=True)
class Known:
    """What the shelf has: subjects, and combinations of values by facet and number."""

    categories: Sequence[tuple[int, str, str]]
    sets: Mapping[str, Mapping[int, Sequence[str]]]
    on_sale: int


def facets(known: Known, *, price: str, today: date) -> list[Facet]:
    """All groups in the order of the page, nothing ticked.

    :param price: SQL of the price of one person, in minor units.
    """
    terms = "terms"
    subject = f"category_id * {len(AGES) + 1} + {_age(today)}"
    worth = f"{_price_band(price)} * {len(BAND_EDGES) + 1} + people"
    return [
        Facet("category", _("Subject"), subject, _categories(known)),
        Facet("people", _("People who have it"), worth, _people()),
        Facet("price", _("Price per person"), worth, _numbered(PRICE_BANDS, WORTH, 1)),
        Facet("source", _("Where the data comes from"), "source_set", _members(known, "source")),
        Facet("kind", _("Kind of data"), "kind_set", _members(known, "kind")),
        Facet("purpose", _("Allowed for"), "purpose_set", _members(known, "purpose")),
        Facet("period", _("Collection"), terms, _periods(), size=prod(TERMS)),
        Facet("freshness", _("Freshness when read"), terms, _freshness(), size=prod(TERMS)),
        Facet(
            "collection", _("How often it is read"), terms, _digits(RHYTHMS, 0), size=prod(TERMS)
        ),
        Facet("group", _("Smallest group"), terms, _digits(GROUPS, 2), size=prod(TERMS)),
        Facet("age", _("Offer published"), subject, _ages(known)),
        Facet("country", _("Publisher’s country"), "country_set", _members(known, "country")),
        Facet("care", _("Care"), terms, _care(), needs_all=True, size=prod(TERMS)),
    ]


def _with_digit(sizes: tuple[int, ...], place: int, wanted: Iterable[int]) -> frozenset[int]:
    """All numbers, of digits of these sizes, lowest first, that have a wanted one at the place."""
    return _with_any_digit(sizes, place, frozenset(wanted))


@cache  # of a few dozen, asked for each time the shelf changes
def _with_any_digit(sizes: tuple[int, ...], place: int, wanted: frozenset[int]) -> frozenset[int]:
    low = prod(sizes[:place])
    return frozenset(n for n in range(prod(sizes)) if n // low % sizes[place] in wanted)


def _categories(known: Known) -> list[Choice]:
    ages = len(AGES) + 1
    return [
        Choice(slug, _(name), _(name), frozenset(range(pk * ages, (pk + 1) * ages)))
        for pk, slug, name in known.categories
    ]


def _ages(known: Known) -> list[Choice]:
    """Boxes that contain one another: what is a week old is a month old too."""
    subjects, ages = [pk for pk, _slug, _name in known.categories], len(AGES) + 1
    return [
        Choice(
            days,
            _(words),
            _(chip),
            frozenset(pk * ages + age for pk in subjects for age in range(place + 1)),
        )
        for place, (days, words, chip) in enumerate(AGES)
    ]


def _age(today: date) -> str:
    """SQL of the number of the first of ``AGES`` that fits; one more where none does."""
    limits = [today - timedelta(days=int(days)) for days, *_words in AGES]
    moments = [datetime.combine(limit, time.min, UTC).isoformat() for limit in limits]
    cases = (  # the oldest first: most offers are older than any limit
        f" WHEN published_at < '{moment}'::timestamptz THEN {number + 1}"
        for number, moment in reversed(list(enumerate(moments)))
    )
    return f"CASE{''.join(cases)} ELSE 0 END"


def _price_band(price: str) -> str:
    """SQL of the number of the band that a price is in."""
    return f"width_bucket({price}, ARRAY{list(PRICE_EDGES)})"


def _people() -> list[Choice]:
    return [
        Choice(value, _(words), _(chip), _with_digit(WORTH, 0, _bands(lowest, highest)))
        for value, words, chip, lowest, highest in PEOPLE_BANDS
    ]


def _bands(lowest: int, highest: int | None) -> Iterable[int]:
    """Numbers of the published bands between two edges: band 0 ends where the first edge is."""
    first = BAND_EDGES.index(lowest) + 1 if lowest else 0
    last = BAND_EDGES.index(highest) + 1 if highest else len(BAND_EDGES) + 1
    return range(first, last)


def _numbered(named: Iterable[tuple[str, str]], sizes: tuple[int, ...], place: int) -> list[Choice]:
    """The digits of one place, in order."""
    return [
        Choice(value, _(words), _(words), _with_digit(sizes, place, {number}))
        for number, (value, words) in enumerate(named)
    ]


def _digits(named: Iterable[tuple[str, str, str]], place: int) -> list[Choice]:
    """The digits of one place of ``TERMS``, in order, with words of their own for chips."""
    return [
        Choice(value, _(words), _(chip), _with_digit(TERMS, place, {number}))
        for number, (value, words, chip) in enumerate(named)
    ]


def _periods() -> list[Choice]:
    """Past or ongoing, and beside it whether rows come event by event."""
    past, *ongoing = _numbered(PERIODS, TERMS, 1)
    whole = frozenset[int]().union(*(choice.fits for choice in ongoing))
    return [
        past,
        _said_alike(*ONGOING, fits=whole),
        *ongoing,
        _said_alike(*BY_EVENT, fits=_with_digit(TERMS, 4, {1})),
    ]


def _said_alike(value: str, words: str, *, fits: frozenset[int]) -> Choice:
    """A box whose chip has the same words."""
    return Choice(value, _(words), _(words), fits)


def _freshness() -> list[Choice]:
    """Boxes that contain one another, from 1: what is minutes old is hours old at most too."""
    last = len(FRESH)
    return [
        Choice(
            value,
            _(words),
            _(chip),
            _with_digit(TERMS, 5, {last} if place == last else range(1, place + 1)),
        )
        for place, (value, words, chip) in enumerate(FRESH, start=1)
    ]


def _care() -> list[Choice]:
    special = gettext_noop("Without special categories")
    location = gettext_noop("Without precise location")
    return [
        _said_alike("no-special", special, fits=_with_digit(TERMS, 3, {0, 2})),
        _said_alike("no-location", location, fits=_with_digit(TERMS, 3, {0, 1})),
    ]


def _members(known: Known, key: str) -> list[Choice]:
    """One box for each value that any combination holds, in the order of its words."""
    sets = known.sets.get(key, {})
    values = {member for members in sets.values() for member in members}
    if key == "purpose":
        values = set(PURPOSE_NAMES)  # the closed list, whole
    return [
        Choice(
            value,
            label,
            _chip(key, value, label),
            frozenset(number for number, members in sets.items() if value in members),
        )
        for value, label in sorted(_labelled(key, values), key=partial(_place, key))
    ]


def _labelled(key: str, values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, _name(key, value)) for value in values if value]


def _name(key: str, value: str) -> str:
    names = _NAMES[key]
    if value not in names:
        return value.capitalize()
    return kind_name(value) if key == "kind" else _(names[value])


def _chip(key: str, value: str, label: str) -> str:
    """What a value is called away from its group."""
    if key == "source":
        return _("From {source}").format(source=label)
    if key == "country":
        return _("Publisher: {country}").format(country=label)
    return _(PURPOSE_CHIPS[value]) if key == "purpose" else label


def _place(key: str, pair: tuple[str, str]) -> tuple[int, str]:
    """In the order of the closed list; countries by their names in the reader's language."""
    value, label = pair
    if key == "country":
        return (int(value != OWN_SHELF), by_letters(label))
    order = list(_NAMES[key])
    return (order.index(value) if value in order else len(order), label)


_NAMES: Mapping[str, Mapping[str, str]] = {
    "source": SOURCE_NAMES,
    "kind": KIND_NAMES,
    "purpose": PURPOSE_NAMES,
    "country": {OWN_SHELF: gettext_noop("HAT Market’s own"), **COUNTRIES},
}
