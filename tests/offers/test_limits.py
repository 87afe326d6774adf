"""How long and where an offer lets data be kept."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.constants import COUNTRIES, EEA
from offers import limits
from offers.actions.shelf import content_hash
from offers.queries import pages
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_country_of_the_eea_is_in_the_list():
    assert set(COUNTRIES) >= EEA


@pytest.mark.parametrize(
    ("countries", "words"),
    [
        ([], "in any country of our list"),
        (["NL"], "in the Netherlands"),
        (["DE", "FR", "GB"], "in Germany, in France or in the United Kingdom"),
        (sorted(EEA), "in the European Economic Area"),
    ],
)
def test_places_are_said_whole(countries, words):
    assert limits.place_words(countries) == words


@pytest.mark.parametrize("place", ["", "EEA", "EEA-GB", "DE"])
def test_a_choice_is_found_again_from_its_countries(place):
    assert limits.place_of(limits.countries_of(place)) == place


def test_the_offer_page_says_how_long_and_where(client):
    version = factories.make_version(longest_retention_days=90, countries=["DE"])

    page = client.get(reverse("offers:offer-detail", args=[version.offer.slug])).content.decode()

    assert "Keeping it for up to 90 days after delivery" in page
    assert "Keeping it in Germany" in page


def test_the_card_of_the_offer_page_promises_no_longer_and_no_other_country(version):
    limited = factories.make_version(longest_retention_days=30, countries=["DE"])

    card = pages.preview_card(limited, pages.fields_of(limited), organisation=None)

    assert "30 days" in str(card["how_long"])
    assert "Germany" in str(card["who_else"])


def test_a_published_version_keeps_its_limits(version):
    version.longest_retention_days = 30

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        version.save(update_fields=["longest_retention_days"])


@pytest.mark.parametrize("limit", [{"longest_retention_days": 90}, {"countries": ["DE"]}])
def test_a_limit_counts_in_the_hash_of_a_version(version, limit):
    other = factories.make_version(**limit)

    assert content_hash(other) != content_hash(version)
