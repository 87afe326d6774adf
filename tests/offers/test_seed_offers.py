import json
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from hats.bundles import parse_bundle
from offers.management.commands import seed_offers
from offers.models import Offer, OfferVersion, OfferVersionStatus
from offers.queries import definitions, pages
from tests import factories

SHELF = [
    json.loads(p.read_text(encoding="utf-8")) for p in sorted(seed_offers.SHELF.glob("*.json"))
]


@pytest.fixture
def shelf(db):
    seed_offers.seed(at=timezone.now())


def test_the_shelf_is_published_once_however_often_it_is_seeded(db, capsys):
    call_command("seed_offers")
    call_command("seed_offers")

    assert Offer.objects.count() == len(SHELF) >= 12
    assert OfferVersion.objects.filter(status=OfferVersionStatus.PUBLISHED).count() == len(SHELF)
    assert (
        capsys.readouterr().out.splitlines()[1] == f"0 offers published, {len(SHELF)} on the shelf."
    )


def test_an_offer_from_before_facts_were_stated_gets_its_next_version(db):
    offer = factories.make_offer(slug=SHELF[0]["slug"])
    factories.make_version(offer=offer, freshness="", coverage="")

    seed_offers.seed(at=timezone.now())
    seed_offers.seed(at=timezone.now())

    offer.refresh_from_db()
    assert offer.current_version.number == 2
    assert offer.current_version.freshness == SHELF[0]["freshness"]


@pytest.mark.parametrize("raw", SHELF, ids=lambda raw: raw["slug"])
def test_every_bundle_of_the_shelf_is_one_a_hat_reads(raw):
    assert parse_bundle(raw["bundle"]).name.endswith("-1")


@pytest.mark.parametrize("raw", SHELF, ids=lambda raw: raw["slug"])
def test_prices_are_whole_pence_in_every_part(raw):
    assert raw["fee"] * 20 % 100 == 0
    assert raw["reward"] > raw["fee"]


@pytest.mark.parametrize("raw", SHELF, ids=lambda raw: raw["slug"])
def test_what_needs_care_has_a_larger_group(raw):
    needs_care = raw["special_category"] or raw["precise_location"]

    assert raw["smallest_group"] == (50 if needs_care else 20)


def test_every_offer_shows_its_price_and_invented_rows(client, shelf):
    for offer in Offer.objects.all():
        page = client.get(f"/offers/{offer.slug}/").content.decode()

        assert re.search(r"<dt>Total</dt>\s*<dd>£[\d,]+\.\d\d</dd>", page), offer.slug
        assert page.count('class="scroll invented"') == len(offer.current_version.sample[0])
        assert "<td" in page.split('id="sample"')[1], offer.slug


def test_every_offer_of_the_shelf_is_said_in_plain_words(shelf):
    for version in OfferVersion.objects.all():
        said = definitions.data_words(version, version.fields.all())

        assert said, version.title
        assert "no plain words" not in " ".join(said)


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        (
            "museum-visits",
            (
                "Your HAT hands over only records in which “Event” has the word “museum”, and “Your"
                " answer” is “attending” or “unsure”; of these, at most the newest 100."
            ),
        ),
        (
            "morning-movements",
            (
                "Your HAT hands over only records in which “Time” is between 6 and 9 in the morning"
                " (UTC), and “Accuracy” is between 0 and 100 metres; of these, at most the newest"
                " 5,000."
            ),
        ),
        (
            "weight-and-age",
            (
                "Weighings: your HAT hands over at most the newest 730 records."
                " Person: your HAT hands over only the newest record."
            ),
        ),
    ],
)
def test_a_card_says_which_records_of_all(shelf, slug, words):
    version = OfferVersion.objects.get(offer__slug=slug)

    card = pages.preview_card(version, pages.fields_of(version), organisation=None)

    assert words in card["which_data"]["text"]
