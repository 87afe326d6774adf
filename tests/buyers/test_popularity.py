"""How often an offer is bought: counted by organisation, published by band."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buyers.models import Order
from buyers.queries.popularity import organisations_by_offer
from buyers.tasks import count_popularity
from offers.actions import set_popularity
from offers.models import Listing, Offer
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_organisation_counts_once_for_an_offer(version, organisation):
    factories.make_line(version, organisation)
    factories.make_line(version, organisation)
    factories.make_line(version)

    since = factories.NOON - timedelta(days=30)

    assert organisations_by_offer(since=since) == {version.offer_id: 2}


def test_what_is_not_paid_or_long_ago_does_not_count(version):
    Order.objects.filter(lines=factories.make_line(version)).update(paid_at=None)
    old = factories.NOON - timedelta(days=400)
    Order.objects.filter(lines=factories.make_line(version)).update(paid_at=old)

    assert organisations_by_offer(since=factories.NOON - timedelta(days=30)) == {}


@pytest.mark.parametrize(("buyers", "band"), [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (50, 4)])
def test_the_band_tells_nothing_below_five(version, buyers, band):
    set_popularity({version.offer_id: buyers})

    assert Offer.objects.get().popularity == Listing.objects.get().popularity == band


def test_an_offer_that_nobody_buys_any_more_falls_back(version):
    set_popularity({version.offer_id: 60})

    assert set_popularity({}) == 1
    assert Offer.objects.get().popularity == 0


def test_the_task_counts_what_is_there(version):
    for _ in range(5):
        line = factories.make_line(version)
        Order.objects.filter(lines=line).update(paid_at=timezone.now())

    count_popularity()

    assert Offer.objects.get().popularity == 1
