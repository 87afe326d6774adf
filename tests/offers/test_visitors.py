"""Pages kept in memory for people who are not logged in."""

import pytest

from offers.models import Category, Offer, OfferVersion, Shelf
from tests import factories


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
