"""The front of the market."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Organisation, OrganisationStatus
from hats.models import HatOwner, HatOwnerStatus
from offers import actions
from offers.models import Offer, OfferStatus
from offers.queries import front
from tests import factories

SHELF = reverse("offers:offer-list")


@pytest.fixture(autouse=True)
def _nothing_counted_yet(db):
    cache.delete(front.COUNTERS)


def _text(response):
    return " ".join(response.content.decode().split())


def _figures(response) -> str:
    text = _text(response)
    return text[text.index('class="hero__figures') : text.index('class="ways')]


def test_the_front_says_what_this_is_for_both_sides(client, version):
    text = _text(client.get("/"))

    assert "A HAT is a personal data account" in text
    assert "If you need data</h2>" in text
    assert "If you have a HAT</h2>" in text


def test_the_front_names_no_fewer_people_than_its_offers_once_they_are_counted(client, version):
    assert "fewer than 10" in _figures(client.get("/"))
    for _ in range(60):
        factories.make_hat_owner(endpoints=version.endpoints)

    actions.refresh_people_available(factories.NOON)

    assert "50–100" in _figures(client.get("/"))


def test_the_search_field_leads_to_the_catalogue(client, version):
    assert f'<form class="searchbar" role="search" action="{SHELF}">' in _text(client.get("/"))


def test_subjects_with_offers_are_shown_with_their_number(client, version):
    factories.make_category("empty")
    factories.make_version()

    text = _text(client.get("/"))

    assert 'href="/topics/music/"' in text
    assert ">2 offers</span>" in text
    assert "?category=empty" not in text


def test_the_three_newest_offers_can_be_opened_and_compared(client):
    versions = [factories.make_version(title=f"Offer number {n}") for n in range(4)]

    text = _text(client.get("/"))

    assert text.count('class="offer-card"') == 3
    assert f'value="{versions[3].offer.reference}" form="compare"' in text


def test_an_empty_shelf_says_so(client, db):
    assert "The shelf is empty" in _text(client.get("/"))


@pytest.mark.parametrize(
    ("people", "said"), [(0, "fewer than 10"), (9, "fewer than 10"), (10, "10–20"), (23, "20–50")]
)
def test_people_are_counted_in_bands_and_never_below_ten(client, version, people, said):
    for _ in range(people):
        factories.make_hat_owner()

    assert f"<dd>{said}</dd>" in _figures(client.get("/"))


def test_who_left_and_who_is_not_checked_is_not_counted(client, version):
    for _ in range(10):
        factories.make_hat_owner()
        factories.make_organisation()
    HatOwner.objects.filter(pk=HatOwner.objects.first().pk).update(
        status=HatOwnerStatus.DISCONNECTED
    )
    Organisation.objects.filter(pk=Organisation.objects.first().pk).update(
        status=OrganisationStatus.SUSPENDED, verified_at=None
    )

    assert _figures(client.get("/")).count("<dd>fewer than 10</dd>") == 2


def test_counters_are_counted_once_an_hour_for_the_whole_house(client, version):
    client.get("/")

    for _ in range(10):
        factories.make_hat_owner()

    assert "10–20" not in _figures(client.get("/"))


def test_a_second_visit_costs_the_stamp_and_the_counters(
    client, version, django_assert_num_queries
):
    client.get("/")

    with django_assert_num_queries(2):
        client.get("/")


def test_a_paused_offer_leaves_the_front_at_once(client, version):
    client.get("/")

    Offer.objects.update(status=OfferStatus.PAUSED)

    assert "The shelf is empty" in _text(client.get("/"))


def test_old_addresses_of_the_catalogue_lead_to_it_with_all_they_said(client, version):
    response = client.get("/?category=music&q=evening+songs&sort=price&category=sleep")

    assert response.status_code == 301
    assert response.headers["Location"] == (
        f"{SHELF}?category=music&category=sleep&q=evening+songs&sort=price"
    )


def test_the_frame_is_everybody_s_own(client, buyer, version):
    client.get("/")
    client.force_login(buyer)

    assert "Ines Okafor" in _text(client.get("/"))
    client.logout()
    assert "Ines Okafor" not in _text(client.get("/"))


def test_everybody_reaches_the_front_from_the_mark_in_the_header(client, version):
    assert '<a class="brand" href="/">' in _text(client.get(SHELF))
