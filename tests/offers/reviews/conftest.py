"""A delivered offer, a form that can be sent, and reviews in any state."""

import pytest

from accounts.models import Organisation, Role
from offers.actions import reviews
from offers.models import Delivery, Review
from tests import factories
from tests.factories import NOON

FORM = {
    "stars": "4",
    "as_described": "5",
    "completeness": "",
    "ease": "3",
    "headline": "Just what the page promised",
    "text": "Every play came with its time. Some artists were empty.",
    "used_for": "AcademicResearch",
}


def opinion(**changed):
    said = {"stars": 4, "headline": "As promised", "text": "Every play came with its time."}
    return reviews.Opinion(**(said | changed))


def deliver(version, organisation, at=NOON):
    return Delivery.objects.create(
        offer=version.offer, organisation=organisation, version=version, delivered_at=at
    )


def write(version, membership, at=NOON, **changed):
    return reviews.write_review(
        membership=membership, offer=version.offer, opinion=opinion(**changed), at=at
    )


def make_shown(version, moderator, *, name="Quayside Trust", stars=4, **changed):
    """A review by another organisation, which got the data, shown."""
    organisation = Organisation.objects.filter(name=name).first()
    organisation = organisation or factories.make_organisation(name)
    deliver(version, organisation)
    member = factories.make_member(organisation, Role.BUYER).memberships.get()
    review = write(version, member, stars=stars, **changed)
    return reviews.show_review(review=review, by=moderator, at=NOON)


@pytest.fixture
def delivery(version, organisation):
    return deliver(version, organisation)


@pytest.fixture
def membership(buyer):
    return buyer.memberships.get()


@pytest.fixture
def waiting(version, delivery, membership):
    return write(version, membership)


@pytest.fixture
def shown(waiting, moderator):
    reviews.show_review(review=waiting, by=moderator, at=NOON)
    return Review.objects.get(pk=waiting.pk)


@pytest.fixture
def publisher(version, db):
    """The owner of the organisation that publishes the offer."""
    organisation = factories.make_organisation("Harbour University")
    version.offer.publisher = organisation
    version.offer.save()
    return factories.make_member(organisation, Role.OWNER)
