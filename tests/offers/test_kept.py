"""What a page says besides its frame, kept for people who are logged in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, Role, User
from offers.models import Category, OfferVersion
from tests import factories

LIST = reverse("offers:offer-list")


@pytest.fixture
def shopper(client: Client, buyer: User, organisation: Organisation) -> Client:
    """The browser of a buyer of ``organisation``."""
    return _working_for(client, buyer, organisation)


def _working_for(client: Client, buyer: User, organisation: Organisation) -> Client:
    client.force_login(buyer)
    session = client.session
    session["organisation_slug"] = organisation.slug
    session.save()
    return client


def _page(version: OfferVersion) -> str:
    return reverse("offers:offer-detail", args=[version.offer.slug])


def test_the_shelf_is_read_once_for_all_who_are_logged_in(
    shopper, version, django_assert_num_queries
):
    first = shopper.get(LIST)

    with django_assert_num_queries(3):  # session, person, stamp
        second = shopper.get(LIST)

    assert second.content.count(b'class="offer-card"') == 1
    assert len(second.content) == len(first.content)


def test_an_offer_is_read_once_for_an_organisation(shopper, version, django_assert_num_queries):
    shopper.get(_page(version))

    with django_assert_num_queries(3):  # session, person, organisation with the stamp
        shopper.get(_page(version))


def test_a_change_of_the_shelf_is_seen_by_who_is_logged_in(shopper, version):
    shopper.get(LIST)

    Category.objects.update(name="Sounds")

    assert "Sounds" in shopper.get(LIST).content.decode()


def test_each_organisation_reads_its_own_name_on_the_card(shopper, organisation, version):
    assert organisation.name in shopper.get(_page(version)).content.decode()
    other = factories.make_organisation("Quayside Trust")
    their_buyer = factories.make_member(other, Role.BUYER)

    text = _working_for(Client(), their_buyer, other).get(_page(version)).content.decode()

    assert "Quayside Trust" in text
    assert organisation.name not in text


def test_a_new_name_of_the_organisation_is_on_the_card_at_once(shopper, organisation, version):
    shopper.get(_page(version))

    Organisation.objects.filter(pk=organisation.pk).update(name="Museum of Tides")

    assert "Museum of Tides" in shopper.get(_page(version)).content.decode()


def test_the_frame_is_everybody_s_own(shopper, version):
    shopper.get(LIST)
    other = Client()
    other.force_login(factories.make_user("Theo Marsh"))

    text = other.get(LIST).content.decode()

    assert "Theo Marsh" in text
    assert "Ines Okafor" not in text
