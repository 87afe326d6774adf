"""Reviews are written by who got the data, and change only by being written anew."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry, Organisation, OrganisationStatus, Role
from offers.actions import reviews
from offers.models import Delivery, Review, ReviewStatus
from tests import factories
from tests.factories import NOON
from tests.offers.reviews.conftest import FORM, deliver, write


def _new(version):
    return reverse("offers:review-new", args=[version.offer.slug])


def test_who_got_the_data_writes_and_a_moderator_reads_it_first(client, buyer, version, delivery):
    client.force_login(buyer)

    answer = client.post(_new(version), FORM)

    review = Review.objects.get()
    assert answer.headers["Location"] == reverse("offers:reviews", args=[version.offer.slug])
    assert (review.status, review.stars, review.completeness, review.ease) == (
        "written",
        4,
        None,
        3,
    )
    assert (review.version, review.delivered_at) == (version, delivery.delivered_at)
    assert AuditEntry.objects.get(action="review.written").to_status == "written"
    assert "Just what the page promised" not in _page(client, version, logged_in=False)


def _page(client, version, *, logged_in=True):
    if not logged_in:
        client.logout()
    return client.get(f"/offers/{version.offer.slug}/").content.decode()


def test_who_got_no_data_writes_no_review(client, buyer, version):
    client.force_login(buyer)

    answer = client.post(_new(version), FORM)

    assert answer.status_code == 409
    assert "yours has not got any yet" in answer.content.decode()
    assert not Review.objects.exists()


def test_data_of_another_offer_does_not_count(client, buyer, organisation, version):
    deliver(factories.make_version(), organisation)
    client.force_login(buyer)

    assert client.post(_new(version), FORM).status_code == 409
    assert not Review.objects.exists()


def test_a_viewer_writes_no_review(client, organisation, version, delivery):
    client.force_login(factories.make_member(organisation, Role.VIEWER))

    assert client.post(_new(version), FORM).status_code == 403
    assert not Review.objects.exists()


def test_a_suspended_organisation_writes_no_review(client, buyer, version, delivery):
    Organisation.objects.update(status=OrganisationStatus.SUSPENDED)
    client.force_login(buyer)

    assert client.post(_new(version), FORM).status_code == 403
    assert not Review.objects.exists()


def test_a_publisher_does_not_review_an_own_offer(client, buyer, organisation, version, delivery):
    version.offer.publisher = organisation
    version.offer.save()
    client.force_login(buyer)

    answer = client.post(_new(version), FORM)

    assert answer.status_code == 403
    assert not Review.objects.exists()


def test_who_works_for_the_market_writes_no_review(client, organisation, version, delivery):
    moderator = factories.make_member(organisation, Role.BUYER, is_moderator=True)
    client.force_login(moderator)

    assert client.post(_new(version), FORM).status_code == 403
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"stars": "6"},
        {"stars": ""},
        {"ease": "0"},
        {"headline": ""},
        {"headline": "x" * 81},
        {"text": "Too short."},
        {"text": "x" * 2_001},
        {"text": "Every play came with its time.\x00"},
        {"used_for": "Curiosity"},
    ],
)
def test_what_is_not_said_rightly_is_asked_again(client, buyer, version, delivery, wrong):
    client.force_login(buyer)

    assert client.post(_new(version), FORM | wrong).status_code == 422
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "way",
    [
        "Read more at https://example.org/data today",
        "Our site is www.tidewater.example, look there",
        "All of it is on tidewater-museum.co.uk for you",
        "Write to ines@tidewater.example for the rest",
        "Call us on +44 20 7946 0958 before you order",
        "Call us on 020-79-460958 before you order it",
        "Songs are at so\u200bngs.c\u200bom, and \uff20robin there",
        "Call us on 020 7946 0958 before you order it",
    ],
)
@pytest.mark.parametrize("field", ["text", "headline"])
def test_nothing_leads_out_of_the_market(client, buyer, version, delivery, field, way):
    client.force_login(buyer)

    answer = client.post(_new(version), FORM | {field: way})

    assert answer.status_code == 422
    assert "No links, e-mail addresses or telephone numbers" in answer.content.decode()
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "We read 1,250,000 rows, e.g. plays from 2026-11-26 12:05 to 2026-11-27 00:10.",
        "Times are UTC.Some are an hour off; 0.5 % were empty, 12.5 % doubled.",
        "Prices like £1.20 and a rate of 10.000.000 were as we hoped for.",
    ],
)
def test_numbers_and_dates_are_no_contacts(client, buyer, version, delivery, text):
    client.force_login(buyer)

    client.post(_new(version), FORM | {"text": text})

    assert Review.objects.get().text == text


def test_what_nobody_sees_is_left_out_of_a_review(client, buyer, version, delivery):
    client.force_login(buyer)

    client.post(_new(version), FORM | {"text": "\u202eEvery play came\u200b with its time.\x07"})

    assert Review.objects.get().text == "Every play came with its time."


def test_a_changed_review_replaces_the_one_that_waits(version, membership, waiting):
    anew = write(version, membership, stars=2)

    waiting.refresh_from_db()
    assert (waiting.status, anew.status) == ("replaced", "written")


def test_the_former_review_is_shown_until_the_new_one_is_released(
    client, moderator, version, membership, shown
):
    anew = write(version, membership, stars=2, headline="Worse than we thought")
    assert "As promised" in _page(client, version)

    reviews.show_review(review=anew, by=moderator, at=NOON)

    page = _page(client, version)
    assert "Worse than we thought" in page
    assert "As promised" not in page
    shown.refresh_from_db()
    assert shown.status == "replaced"


def test_the_same_words_sent_twice_are_one_entry(version, membership, waiting):
    assert write(version, membership) == waiting
    assert Review.objects.count() == 1


def test_another_member_changes_the_review_of_the_organisation(
    client, organisation, version, delivery, shown
):
    client.force_login(factories.make_member(organisation, Role.APPROVER))
    assert "As promised" in client.get(_new(version)).content.decode()

    client.post(_new(version), FORM)

    assert Review.objects.get(status=ReviewStatus.WRITTEN).headline == FORM["headline"]


def test_one_change_too_many_in_a_day_is_refused_and_its_words_are_kept(
    client, buyer, version, delivery, monkeypatch
):
    monkeypatch.setattr(reviews, "MOST_A_DAY", 1)
    client.force_login(buyer)
    client.post(_new(version), FORM)

    answer = client.post(_new(version), FORM | {"stars": "1"})

    assert answer.status_code == 422
    assert FORM["text"] in answer.content.decode()
    assert Review.objects.get().stars == 4


def test_the_database_lets_nobody_change_what_a_review_says(shown):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(text="Something else altogether.")


def test_a_later_version_is_the_one_that_is_reviewed(version, organisation, delivery, membership):
    newer = factories.make_version(offer=version.offer)
    later = NOON + timedelta(days=9)

    reviews.note_delivery(version=newer, organisation=organisation, at=later)
    reviews.note_delivery(version=version, organisation=organisation, at=later)

    assert Delivery.objects.count() == 1
    review = write(version, membership)
    assert (review.version, review.delivered_at) == (newer, later)
