"""Pages kept in memory for people who are not logged in."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from offers.management.commands.seed_data_catalogue import seed
from offers.models import (
    Category,
    DataEndpoint,
    DataField,
    DataSource,
    Offer,
    OfferVersion,
    Shelf,
)
from tests import factories
from tests.factories import NOON


@pytest.fixture
def catalogue(db):
    """What HATs can hold, as the market describes it at first."""
    seed(at=NOON)


def test_a_visitor_meets_the_page_made_for_another_at_the_cost_of_one_query(
    client, version, django_assert_num_queries
):
    first = client.get("/offers/?category=music")

    with django_assert_num_queries(1):
        second = client.get("/offers/?category=music")

    assert second.content == first.content
    assert second.headers["Vary"] == first.headers["Vary"]
    assert second.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_page_is_kept_for_each_language_and_not_for_each_browser(
    client, version, django_assert_num_queries
):
    client.get("/offers/", headers={"Accept-Language": "en"})
    client.get("/offers/", headers={"Accept-Language": "de"})

    with django_assert_num_queries(1):
        english = client.get("/offers/", headers={"Accept-Language": "en-US,en;q=0.9"})
    with django_assert_num_queries(1):
        german = client.get("/offers/", headers={"Accept-Language": "de-CH,de;q=0.8"})

    assert (english["Content-Language"], german["Content-Language"]) == ("en-gb", "de")
    assert b'<html lang="en-gb">' in english.content
    assert b'<html lang="de">' in german.content


@pytest.mark.parametrize(
    "change",
    [
        lambda: Offer.objects.update(people_available=50),
        lambda: Category.objects.update(name="Sounds"),
        lambda: OfferVersion.objects.update(decision_reason="x"),
        factories.make_version,
    ],
    ids=["people", "subject", "version", "new offer"],
)
def test_every_change_of_the_shelf_is_seen_at_once(client, version, change):
    client.get("/offers/")
    stamp = Shelf.objects.get().stamp

    change()

    assert Shelf.objects.get().stamp != stamp
    assert client.get("/offers/").content.count(b'class="offer-card"') == Offer.objects.count()


@pytest.mark.parametrize("address", ["/data/", "/data/spotify/", "/publishers/{publisher}/"])
def test_pages_beside_the_shelf_are_kept_too(
    client, organisation, catalogue, address, django_assert_num_queries
):
    factories.make_version(offer=factories.make_offer(publisher=organisation))
    path = address.format(publisher=organisation.slug)
    first = client.get(path)

    with django_assert_num_queries(1):
        second = client.get(path)

    assert second.status_code == 200
    assert second.content == first.content


@pytest.mark.parametrize(
    ("kind", "address"),
    [(DataSource, "/data/"), (DataEndpoint, "/data/spotify/"), (DataField, "/data/spotify/")],
)
def test_a_change_of_the_data_catalogue_is_seen_at_once(client, catalogue, kind, address):
    client.get(address)

    kind.objects.update(name="Said in other words")

    assert "Said in other words" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "suspended", "suspension_reason": "Asked for by law"}, "Suspended"),
        ({"name": "Museum of the Tide"}, "Museum of the Tide"),
        ({"country": "DE"}, "Germany"),
    ],
    ids=["standing", "name", "country"],
)
def test_a_change_of_a_publisher_is_seen_at_once(client, organisation, change, words):
    version = factories.make_version(offer=factories.make_offer(publisher=organisation))
    Offer.objects.filter(pk=version.offer_id).update(status="paused")
    address = reverse("offers:publisher", args=[organisation.slug])
    client.get(address)

    Organisation.objects.update(**change)

    assert words in client.get(address).content.decode()


def test_a_paused_offer_leaves_the_kept_page(client, version):
    client.get("/offers/")

    Offer.objects.update(status="paused")

    assert b"The shelf is empty" in client.get("/offers/").content


def test_pages_of_people_who_are_logged_in_are_not_kept(client, buyer, version):
    client.get("/offers/")
    client.force_login(buyer)

    assert b"Ines Okafor" in client.get("/offers/").content
    client.logout()
    assert b"Ines Okafor" not in client.get("/offers/").content


def test_parts_and_pages_are_kept_apart(client, version):
    client.get("/offers/")

    part = client.get("/offers/", headers={"HX-Request": "true"})
    again = client.get("/offers/", headers={"HX-Request": "true"})

    assert b"<html" not in part.content
    assert again.headers["HX-Push-Url"] == "/offers/"
    assert b"<html" in client.get("/offers/").content


def test_each_number_of_places_has_its_own_price(client, version):
    address = f"/offers/{version.offer.slug}/"

    assert "£100.00" in client.get(address, {"places": "100"}).content.decode()
    assert "£200.00" in client.get(address, {"places": "200"}).content.decode()
