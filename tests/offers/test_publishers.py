"""Public pages of organisations with offers on the shelf."""

import pytest
from django.urls import reverse

from accounts.models import Organisation, OrganisationStatus
from offers.models import Offer, OfferStatus, OfferVersionStatus
from tests import factories


@pytest.fixture
def published(organisation):
    """An offer of ``organisation``."""
    return factories.make_version(
        offer=factories.make_offer(publisher=organisation), title="Evenings at the museum"
    )


def _get(client, organisation, **query):
    return client.get(reverse("offers:publisher", args=[organisation.slug]), query)


def _text(response):
    return " ".join(response.content.decode().split())


def test_the_page_says_who_it_is_where_and_how_far_we_know_it(client, organisation, published):
    text = _text(_get(client, organisation))

    assert "<h1>Tidewater Museum</h1>" in text
    assert "Bristol, United Kingdom" in text
    assert "Checked<small>its registration, on 25 August 2026</small>" in text
    assert organisation.reference in text


def test_its_offers_stand_there_with_their_price_and_nobody_elses(client, organisation, published):
    factories.make_version(title="Of the market itself")

    text = _text(_get(client, organisation))

    assert "Evenings at the museum" in text
    assert "£1.00" in text
    assert "Of the market itself" not in text


def test_no_address_of_a_person_is_given_away(client, organisation, buyer, published):
    body = _get(client, organisation).content.decode()

    assert organisation.contact_email not in body
    assert buyer.email not in body
    assert buyer.name not in body


def test_its_website_is_the_way_to_reach_it(client, organisation, published):
    Organisation.objects.update(website="https://www.tidewater.example/visit?x=1")

    text = _text(_get(client, organisation))

    assert 'href="https://www.tidewater.example/visit?x=1" rel="noopener nofollow ugc"' in text
    assert "www.tidewater.example <svg" in text


@pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://files.example/", ""])
def test_what_is_no_web_page_is_no_link(client, organisation, published, website):
    Organisation.objects.update(website=website)

    text = _text(_get(client, organisation))

    assert "By its own website" not in text
    assert "javascript:" not in text


def test_an_organisation_that_only_buys_has_no_public_page(client, organisation, version):
    factories.make_version(
        offer=factories.make_offer(publisher=organisation), status=OfferVersionStatus.SUBMITTED
    )
    factories.make_line(version, organisation)

    response = _get(client, organisation)

    assert response.status_code == 404
    assert "Tidewater" not in _text(response)


def test_a_suspended_organisation_is_called_so_without_the_reason(client, organisation, published):
    Organisation.objects.update(
        status=OrganisationStatus.SUSPENDED, suspension_reason="Data was misused"
    )

    text = _text(_get(client, organisation))

    assert "Suspended" in text
    assert "misused" not in text


def test_an_organisation_nobody_checked_is_not_called_checked(client, organisation, published):
    Organisation.objects.update(status=OrganisationStatus.UNVERIFIED, verified_at=None)

    assert "Not checked yet" in _text(_get(client, organisation))


def test_paused_offers_are_left_out_and_their_absence_is_explained(client, organisation, published):
    Offer.objects.update(status=OfferStatus.PAUSED)

    text = _text(_get(client, organisation))

    assert "Nothing on sale now" in text
    assert 'class="offer-card"' not in text


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_the_same_for_one_offer_and_for_a_page_of_them(
    client, organisation, count, django_assert_num_queries
):
    for _ in range(count):
        factories.make_version(offer=factories.make_offer(publisher=organisation))

    with django_assert_num_queries(4):  # stamp, organisation, count, offers
        _get(client, organisation)


def test_more_than_a_page_is_paged(client, organisation):
    for _ in range(13):
        factories.make_version(offer=factories.make_offer(publisher=organisation))

    assert _text(_get(client, organisation, page="2")).count('class="offer-card"') == 1


def test_an_offers_page_leads_to_who_offers_it(client, organisation, published):
    page = client.get(reverse("offers:offer-detail", args=[published.offer.slug]))

    assert f'href="/publishers/{organisation.slug}/">Tidewater Museum</a>' in _text(page)
