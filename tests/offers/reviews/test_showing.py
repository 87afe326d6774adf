"""Reviews as everybody reads them."""

import json
import re

import pytest
from django.urls import reverse

from offers.actions import reviews
from offers.queries.catalogue import shelf_stamp
from tests import factories
from tests.factories import NOON
from tests.offers.reviews.conftest import make_shown, write

TOO_FEW = "Too few reviews for an average"


def _offer(version):
    return reverse("offers:offer-detail", args=[version.offer.slug])


def _all(version):
    return reverse("offers:reviews", args=[version.offer.slug])


def _text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def three(version, moderator):
    names = ("Quayside Trust", "Harbour Radio", "Lighthouse Charity")
    return [
        make_shown(version, moderator, name=name, stars=stars, headline=f"Said by {name}")
        for name, stars in zip(names, (5, 4, 4), strict=True)
    ]


def test_without_reviews_the_page_says_so(client, version):
    text = _text(client.get(_offer(version)))

    assert "No reviews yet" in text
    assert "aggregateRating" not in text


def test_two_reviews_make_no_average(client, version, moderator):
    make_shown(version, moderator, name="Quayside Trust")
    make_shown(version, moderator, name="Harbour Radio")

    text = _text(client.get(_offer(version)))

    assert TOO_FEW in text
    assert "aggregateRating" not in text
    assert "offer-card__stars" not in client.get("/offers/").content.decode()


def test_three_reviews_make_an_average_on_page_card_and_for_machines(client, version, three):
    answer = client.get(_offer(version))

    text = _text(answer)
    assert TOO_FEW not in text
    assert "<b>4.5</b> <span>of 5 stars</span>" in text
    said = json.loads(re.search(r'ld\+json">(.*?)</script>', text).group(1))
    assert said["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": "4.5",
        "bestRating": 5,
        "reviewCount": 3,
    }
    card = _text(client.get("/offers/"))
    assert "4.5 of 5 stars,</span> 3 reviews" in card


def test_a_review_says_who_when_and_which_version(client, version, moderator):
    make_shown(version, moderator, name="Quayside Trust")

    text = _text(client.get(_offer(version)))

    assert "got the data in November 2026, version 1" in text
    assert "an earlier version" not in text
    assert "Quayside Trust" not in text
    assert "<b>Museum, Bristol</b>" in text


def test_an_organisation_that_wants_to_be_named_is(client, version, moderator):
    make_shown(version, moderator, name="Quayside Trust", shows_name=True)

    assert "Quayside Trust" in _text(client.get(_offer(version)))


def test_a_review_of_an_earlier_version_says_so(client, version, moderator):
    make_shown(version, moderator)
    factories.make_version(offer=version.offer)

    assert "version 1, an earlier version" in _text(client.get(_offer(version)))


def test_the_offer_page_shows_three_and_leads_to_all(client, version, three, moderator):
    make_shown(version, moderator, name="A fourth", headline="The newest of four")

    text = _text(client.get(_offer(version)))

    assert "The newest of four" in text
    assert "Said by Quayside Trust" not in text
    assert "All 4 reviews" in text
    assert "Said by Quayside Trust" in _text(client.get(_all(version)))


@pytest.mark.parametrize(
    ("sort", "first"),
    [("newest", "Lighthouse"), ("highest", "Quayside"), ("lowest", "Lighthouse"), ("x", "Light")],
)
def test_all_reviews_are_read_in_the_order_asked_for(client, version, three, sort, first):
    text = _text(client.get(_all(version), {"sort": sort}))

    assert re.search(r"Said by (\w+)", text).group(1).startswith(first)


def test_many_reviews_are_read_a_page_at_a_time(client, version, moderator, monkeypatch, three):
    monkeypatch.setattr("offers.views.reviews.PER_PAGE", 2)

    text = _text(client.get(_all(version), {"page": "2"}))

    assert "Reviews 3 to 3 of 3" in text
    assert "Said by Quayside Trust" in text


def test_what_waits_is_shown_to_the_own_organisation_only(
    client, buyer, organisation, stranger, version, waiting
):
    client.force_login(buyer)
    session = client.session
    session["organisation_slug"] = organisation.slug
    session.save()
    assert "Waiting for a moderator" in _text(client.get(_all(version)))

    client.force_login(stranger)
    assert waiting.headline not in _text(client.get(_all(version)))


def test_the_page_of_all_reviews_asks_nothing_of_the_shelf(
    client, buyer, organisation, version, waiting, django_assert_max_num_queries
):
    client.force_login(buyer)
    session = client.session
    session["organisation_slug"] = organisation.slug
    session.save()

    with django_assert_max_num_queries(20) as asked:
        client.get(_all(version))

    assert not [one for one in asked.captured_queries if "offers_shelf" in one["sql"]]


def test_writing_makes_no_page_anew_and_showing_does(version, membership, moderator, delivery):
    factories.make_version()
    stamp = shelf_stamp()
    review = write(version, membership)
    assert shelf_stamp() == stamp

    reviews.show_review(review=review, by=moderator, at=NOON)

    assert shelf_stamp() != stamp


def test_reviews_cost_the_offer_page_one_query(client, version, three, django_assert_num_queries):
    with django_assert_num_queries(7):  # six without reviews
        client.get(_offer(version))


def test_the_list_costs_the_same_with_few_and_many(
    client, version, moderator, three, django_assert_num_queries
):
    for number in range(4):
        make_shown(version, moderator, name=f"Number {number}")

    with django_assert_num_queries(4):  # stamp, offer, count, reviews
        client.get(_all(version))


def test_reviews_of_a_private_offer_are_read_by_its_address_only(client, moderator):
    private = factories.make_version(
        offer=factories.make_offer(slug="invited-abc", invitation_code="ABC")
    )
    for number in range(3):
        make_shown(private, moderator, name=f"Number {number}")

    answer = client.get(_all(private))

    assert "As promised" in _text(answer)
    assert '<meta name="robots" content="noindex">' in _text(answer)
    assert "offer-card__stars" not in client.get("/offers/").content.decode()
    assert _all(private) not in client.get("/sitemap.xml").content.decode()


def test_compare_has_a_row_of_reviews(client, version, three):
    other = factories.make_version()
    asked = f"{version.offer.reference},{other.offer.reference}"

    text = _text(client.get(reverse("offers:compare"), {"offers": asked}))

    assert "4.5 of 5 stars" in text
    assert "None yet" in text
