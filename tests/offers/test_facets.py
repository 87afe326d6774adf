"""Property: for any shelf and any choices, each number is what a click would leave.

The oracle below knows offers as plain values and asks nobody's SQL.
"""

import random
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.templatetags.ui import BAND_EDGES
from offers.models import Listing, Offer, OfferField, Purpose, ValueSet
from offers.models.finding import MOST_SETS
from offers.queries import catalogue, counting
from offers.queries.catalogue import Search
from tests import factories

TAX = 20
PLUGS = ("fitbit/sleep", "spotify/feed", "monzo/transactions")
KINDS = ("TIME", "LOC", "HEALTH")
COUNTRIES = ("GB", "DE", None)
FEW_OF_EACH = {
    "category": ["music", "sleep"],
    "people": ["0", "200", "1000", "5000"],
    "price": ["0", "1", "2", "5", "10"],
    "source": ["fitbit", "spotify", "monzo"],
    "kind": list(KINDS),
    "purpose": [Purpose.ACADEMIC_RESEARCH.value, Purpose.PUBLIC_BENEFIT.value],
    "period": ["past", "ongoing", "month", "longer", "event"],
    "freshness": ["minutes", "hours", "day", "week", "change"],
    "collection": ["once", "daily", "weekly"],
    "group": ["20", "50", "more"],
    "age": ["7", "30", "90"],
    "country": ["GB", "DE", "market"],
    "care": ["no-special", "no-location"],
}


@dataclass(frozen=True)
class Thing:
    """An offer as the oracle sees it."""

    title: str
    category: str
    people: int
    reward: int
    plugs: tuple[str, ...]
    kinds: tuple[str, ...]
    purposes: tuple[str, ...]
    collection: str
    days: int
    smallest: int
    age: int
    country: str | None
    special: bool
    location: bool
    record_kinds: tuple[str, ...]
    freshness: str

    @property
    def price(self) -> int:
        return self.reward + 10 + 2

    def fits(self, facet: str, value: str) -> bool:
        return {
            "category": lambda: self.category == value,
            "people": lambda: self._is_band(int(value)),
            "price": lambda: self._is_price(int(value)),
            "source": lambda: any(plug.startswith(value) for plug in self.plugs),
            "kind": lambda: value in self.kinds,
            "purpose": lambda: value in self.purposes,
            "period": lambda: value in self._periods(),
            "freshness": lambda: self._is_as_fresh_as(value),
            "collection": lambda: self.collection == value,
            "group": lambda: self._group() == value,
            "age": lambda: self.age <= int(value),
            "country": lambda: (self.country or "market") == value,
            "care": lambda: not (self.special if value == "no-special" else self.location),
        }[facet]()

    def _is_band(self, lowest: int) -> bool:
        highest = {0: 200, 200: 1_000, 1_000: 5_000, 5_000: 10**9}[lowest]
        return lowest <= self.people < highest

    def _is_price(self, pounds: int) -> bool:
        highest = {0: 1, 1: 2, 2: 5, 5: 10, 10: 10**9}[pounds]
        return pounds * 100 <= self.price < highest * 100

    def _periods(self) -> set[str]:
        by_event = {"event"} if "event" in self.record_kinds else set()
        if self.collection == "once":
            return {"past", *by_event}
        return {"ongoing", "month" if self.days <= 31 else "longer", *by_event}

    def _is_as_fresh_as(self, value: str) -> bool:
        in_order = ["minutes", "hours", "day", "week"]
        if value == "change" or self.freshness not in in_order:
            return self.freshness == value
        return in_order.index(self.freshness) <= in_order.index(value)

    def _group(self) -> str:
        return "20" if self.smallest <= 20 else "50" if self.smallest <= 50 else "more"


def _some(rng, values):
    return tuple(sorted(rng.sample(values, rng.randint(1, len(values)))))


def _thing(rng, number):
    special = rng.random() < 0.3
    return Thing(
        title=f"{rng.choice(['Evening songs', 'Hours of sleep'])} {number}",
        category=rng.choice(FEW_OF_EACH["category"]),
        people=rng.choice([0, 9, 199, 200, 999, 1_000, 4_999, 5_000, 70_000]),
        reward=rng.choice([87, 88, 187, 188, 487, 488, 987, 988, 5_000]),
        plugs=_some(rng, PLUGS),
        kinds=_some(rng, KINDS),
        purposes=_some(rng, FEW_OF_EACH["purpose"]),
        collection=rng.choice(FEW_OF_EACH["collection"]),
        days=rng.choice([7, 31, 32, 180]),
        smallest=rng.choice([50, 51] if special else [10, 20, 21, 50, 51]),
        age=rng.choice([0, 7, 8, 30, 31, 90, 91, 400]),
        country=rng.choice(COUNTRIES),
        special=special,
        location=rng.random() < 0.5,
        record_kinds=_some(rng, ["event", "day", "state"]),
        freshness=rng.choice(["", *FEW_OF_EACH["freshness"]]),
    )


def _put_on_shelf(thing, publishers):
    endpoints = [{"endpoint": plug, "mapping": {"at": "at"}} for plug in thing.plugs]
    offer = Offer.objects.create(
        slug=thing.title.lower().replace(" ", "-"),
        category=factories.make_category(thing.category),
        publisher=publishers[thing.country],
        people_available=thing.people,
    )
    version = factories.make_version(
        offer=offer,
        title=thing.title,
        summary="x",
        description="x",
        bundle={"name": "b", "bundle": {"rows": {"endpoints": endpoints}}},
        reward_minor_units=thing.reward,
        fee_minor_units=10,
        purposes=list(thing.purposes),
        collection=thing.collection,
        period_days=thing.days,
        smallest_group=thing.smallest,
        special_category=thing.special,
        precise_location=thing.location,
        record_kinds=list(thing.record_kinds),
        freshness=thing.freshness,
        published_at=timezone.now() - timedelta(days=thing.age),
        status="draft",
    )
    OfferField.objects.create(
        version=version,
        position=0,
        table="rows",
        path="at",
        name="At",
        meaning="When",
        kind="text",
        example="x",
        sensitivity=" ".join(thing.kinds),
    )
    version.status = "published"
    version.save(update_fields=["status"])
    Offer.objects.filter(pk=offer.pk).update(current_version=version)


@pytest.fixture(params=[7, 2_026])
def shelf(request, db):
    """Forty offers that differ in everything a facet looks at; two such shelves."""
    rng = random.Random(request.param)  # noqa: S311  # the same shelf each time
    things = [_thing(rng, number) for number in range(40)]
    publishers = {
        country: country and factories.make_organisation(country=country) for country in COUNTRIES
    }
    for thing in things:
        _put_on_shelf(thing, publishers)
    return things


def _expected(things, search):
    words = search.words.split()
    return [
        thing
        for thing in things
        if all(word in thing.title.lower() for word in words)
        and (search.price_to is None or thing.price <= search.price_to)
        and all(
            (all if facet == "care" else any)(thing.fits(facet, value) for value in values)
            for facet, values in search.chosen.items()
            if values
        )
    ]


def _with_only(search, facet, value):
    """The search with this as the one choice of its group; where all must hold, with it too."""
    others = list(search.chosen.get(facet, [])) if facet == "care" else []
    return replace(search, chosen={**search.chosen, facet: [*others, value]})


choices = st.fixed_dictionaries(
    {},
    optional={
        facet: st.lists(st.sampled_from(values), max_size=3, unique=True)
        for facet, values in FEW_OF_EACH.items()
    },
)
searches = st.builds(
    Search,
    words=st.sampled_from(["", "evening", "sleep"]),
    chosen=choices,
    price_to=st.sampled_from([None, 200, 500]),
)


@given(search=searches)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_each_count_is_the_number_of_offers_with_that_choice(shelf, search):
    found = catalogue.find(search, tax_percent=TAX)

    assert {offer.current_version.title for offer in found.offers} == {
        thing.title for thing in _expected(shelf, search)
    }
    assert found.total == len(_expected(shelf, search))
    for facet in found.facets:
        for choice in facet.choices:
            if choice.value in FEW_OF_EACH[facet.key]:
                wanted = _with_only(search, facet.key, choice.value)
                assert choice.count == len(_expected(shelf, wanted)), (facet.key, choice.value)


@given(search=searches, data=st.data())
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_click_on_a_box_of_an_unused_group_leaves_as_many_as_it_says(shelf, search, data):
    found = catalogue.find(search, tax_percent=TAX)
    unused = [facet for facet in found.facets if not facet.is_used]
    if not unused:
        return
    facet = data.draw(st.sampled_from(unused))
    choice = data.draw(st.sampled_from(list(facet.choices)))

    after = catalogue.find(_with_only(search, facet.key, choice.value), tax_percent=TAX)

    assert after.total == choice.count


@pytest.mark.parametrize("sort", catalogue.SORTS)
def test_no_order_loses_or_doubles_an_offer(shelf, sort):
    found = catalogue.find(Search(words="evening", sort=sort), tax_percent=TAX)

    pages = [
        offer.pk for number in found.pages(7).page_range for offer in found.pages(7).page(number)
    ]

    assert len(pages) == len(set(pages)) == found.total > 7


@pytest.mark.parametrize("sort", catalogue.SORTS)
def test_offers_beyond_the_first_stand_in_the_same_order(shelf, monkeypatch, sort):
    search = Search(words="evening", sort=sort)
    together = [offer.pk for offer in catalogue.find(search, tax_percent=TAX).offers]
    monkeypatch.setattr(counting, "FIRST", 5)
    found = catalogue.find(replace(search, price_to=10**6), tax_percent=TAX)

    assert [offer.pk for at in range(0, found.total, 3) for offer in found.offers[at : at + 3]] == (
        together
    )


def _sets_of(thing):
    """What the listing gives a number each."""
    plugs = sorted({plug.split("/")[0] for plug in thing.plugs})
    return {
        "source": plugs,
        "kind": sorted(thing.kinds),
        "purpose": sorted(thing.purposes),
        "country": [thing.country or "market"],
    }


def test_combinations_with_the_highest_numbers_are_told_apart(db):
    things = [_thing(random.Random(number), number) for number in range(12)]  # noqa: S311  # repeatable
    sets = {(facet, *s) for thing in things for facet, s in _sets_of(thing).items()}
    for place, (facet, *members) in enumerate(sorted(sets), start=1):
        ValueSet.objects.create(id=MOST_SETS - place, facet=facet, members=members)
    publishers = {
        country: country and factories.make_organisation(country=country) for country in COUNTRIES
    }
    for thing in things:
        _put_on_shelf(thing, publishers)

    found = catalogue.find(Search(), tax_percent=TAX)

    assert ValueSet.objects.count() == len(sets)
    for facet in found.facets:
        for choice in facet.choices:
            if choice.value in FEW_OF_EACH[facet.key]:
                fitting = [thing for thing in things if thing.fits(facet.key, choice.value)]
                assert choice.count == len(fitting), (facet.key, choice.value)


def test_there_are_never_more_combinations_than_can_be_told_apart(db):
    with pytest.raises(IntegrityError):
        ValueSet.objects.create(id=MOST_SETS, facet="source", members=["x"])


def test_the_bands_of_the_listing_are_those_that_are_published(db):
    offer = factories.make_version().offer
    for place, edge in enumerate(BAND_EDGES):
        Offer.objects.filter(pk=offer.pk).update(people_available=edge - 1)
        assert Listing.objects.get().people == place
        Offer.objects.filter(pk=offer.pk).update(people_available=edge)
        assert Listing.objects.get().people == place + 1


def test_most_ordered_goes_by_band(client, db):
    for title, band in [("Seldom", 0), ("Often", 3), ("Now and then", 1)]:
        offer = factories.make_version(title=title).offer
        Offer.objects.filter(pk=offer.pk).update(popularity=band)

    found = catalogue.find(Search(sort="popular"), tax_percent=TAX)

    assert [offer.current_version.title for offer in found.offers] == [
        "Often",
        "Now and then",
        "Seldom",
    ]
