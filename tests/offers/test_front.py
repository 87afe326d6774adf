"""Offers on the home page: most ordered, and put forward by moderators."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership, Role
from offers.actions import set_popularity
from offers.models import Feature, Offer, OfferStatus
from offers.queries import front
from tests import factories

PAGE = reverse("offers:moderation-front")
FEATURED = "Worth a look"
ORDERED = "Most ordered"


@pytest.fixture(autouse=True)
def _nothing_counted_yet(db):
    cache.delete(front.COUNTERS)


@pytest.fixture
def keeper(client, moderator):
    """A moderator's browser."""
    client.force_login(moderator)
    return client


def feature(client, offer, *, days=7):
    until = (timezone.now() + timedelta(days=days)).date()
    return client.post(PAGE, {"offer": offer.reference, "until": until.isoformat()})


def home(client):
    return client.get("/").content.decode()


def section(client, head):
    page = home(client)
    return page[page.index(head) :].split("</section>")[0]


# -- most ordered -------------------------------------------------------------------------------


def test_what_nobody_orders_makes_no_section(client, version):
    assert ORDERED not in home(client)


def test_too_few_orders_to_tell_make_no_section(client, version):
    set_popularity({version.offer_id: 4})

    assert ORDERED not in home(client)


def test_the_most_ordered_come_first_from_the_next_look_on(client):
    some, many = (factories.make_version(title=f"Songs {n}") for n in ("some", "many"))
    factories.make_version(title="Songs none")
    home(client)

    set_popularity({some.offer_id: 5, many.offer_id: 50})

    shown = section(client, ORDERED)
    assert shown.index("Songs many") < shown.index("Songs some")
    assert "Songs none" not in shown


# -- put forward --------------------------------------------------------------------------------


def test_an_offer_put_forward_shows_at_once_and_until_its_day(keeper, moderator, version):
    assert FEATURED not in home(keeper)

    assert feature(keeper, version.offer, days=0).status_code == 302

    assert version.title in section(keeper, FEATURED)
    assert AuditEntry.objects.get(action="offer.featured").actor == moderator
    Feature.objects.update(until=timezone.now().date() - timedelta(days=1))
    assert FEATURED not in home(keeper)


def test_taken_off_it_shows_no_more(keeper, version):
    feature(keeper, version.offer)
    home(keeper)

    keeper.post(reverse("offers:moderation-front-remove", args=[Feature.objects.get().pk]))

    assert FEATURED not in home(keeper)


def test_off_the_shelf_it_shows_no_more(keeper, version):
    feature(keeper, version.offer)
    home(keeper)

    Offer.objects.update(status=OfferStatus.PAUSED)

    assert FEATURED not in home(keeper)


def test_a_private_offer_never_shows(keeper, version):
    feature(keeper, version.offer)
    Offer.objects.update(invitation_code="CODE")

    assert FEATURED not in home(keeper)
    assert feature(keeper, version.offer).status_code == 422


def test_a_moderator_does_not_put_the_own_organisation_forward(
    keeper, moderator, organisation, version
):
    Offer.objects.update(publisher=organisation)
    Membership.objects.create(user=moderator, organisation=organisation, role=Role.VIEWER)

    refused = feature(keeper, version.offer)

    assert refused.status_code == 422
    assert "another moderator puts it forward" in refused.content.decode()
    assert not Feature.objects.exists()


def test_a_fifth_offer_waits_and_the_same_again_changes_its_day(keeper):
    offers = [factories.make_version().offer for _ in range(5)]
    for offer in offers[:4]:
        feature(keeper, offer)

    refused, again = feature(keeper, offers[4]), feature(keeper, offers[0], days=30)

    assert (refused.status_code, again.status_code) == (422, 302)
    assert "4 offers are on the home page already" in refused.content.decode()
    assert Feature.objects.count() == 4


@pytest.mark.parametrize("days", [-1, 91])
def test_a_day_that_is_over_or_far_is_refused(keeper, version, days):
    assert feature(keeper, version.offer, days=days).status_code == 422
    assert not Feature.objects.exists()


def test_only_moderators_put_offers_forward(client, buyer, version):
    client.force_login(buyer)

    assert client.get(PAGE).status_code == 404
    assert feature(client, version.offer).status_code == 404
    assert not Feature.objects.exists()
