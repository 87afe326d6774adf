"""Offers like the one somebody looks at."""

import copy

from django.conf import settings
from django.urls import reverse

from offers.models import Offer, OfferStatus
from offers.pricing import quote
from offers.queries.similar import similar_offers
from tests import factories
from tests.factories import BUNDLE


def _reading(endpoint):
    bundle = copy.deepcopy(BUNDLE)
    bundle["bundle"]["plays"]["endpoints"][0]["endpoint"] = endpoint
    return bundle


def _similar(version):
    version.refresh_from_db()
    return similar_offers(version.offer, version, tax_percent=20)


def test_the_same_data_comes_before_the_same_subject(version):
    sleep = factories.make_category("sleep")
    same_subject = factories.make_version(bundle=_reading("uber/rides"))
    same_data = factories.make_version(category=sleep)
    factories.make_version(category=sleep, bundle=_reading("fitbit/sleep"))

    assert _similar(version) == [same_data.offer, same_subject.offer]


def test_a_paused_offer_and_the_offer_itself_are_not_named(version):
    factories.make_version()
    Offer.objects.exclude(pk=version.offer_id).update(status=OfferStatus.PAUSED)

    assert _similar(version) == []


def test_three_of_many_are_named_in_one_query(version, django_assert_num_queries):
    for _ in range(30):
        factories.make_version()
    version.refresh_from_db()
    offer = version.offer

    with django_assert_num_queries(1):
        found = similar_offers(offer, version, tax_percent=20)

    assert len(found) == 3


def test_the_page_links_to_them(client, version):
    other = factories.make_version(title="Songs of the morning")

    page = client.get(reverse("offers:offer-detail", args=[version.offer.slug])).content.decode()

    part = page[page.index('id="similar"') :]
    assert f'href="/offers/{other.offer.slug}/"' in part
    price = quote(other.reward, other.fee, places=1, tax_percent=settings.FEE_TAX_PERCENT)
    assert f"{price.total} for each person" in part
