"""Two at once: one review, one average."""

import pytest

from accounts.models import Role
from offers.actions import reviews
from offers.models import Offer, Review
from tests import factories
from tests.factories import NOON
from tests.offers.compose.test_races import together
from tests.offers.reviews.conftest import deliver, opinion, write

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_members_who_write_at_once_leave_one_review_waiting(version, organisation, delivery):
    members = [factories.make_member(organisation, Role.BUYER).memberships.get() for _ in range(3)]

    def writing(member, stars):
        said = opinion(stars=stars)
        return lambda: reviews.write_review(
            membership=member, offer=version.offer, opinion=said, at=NOON
        )

    together(*(writing(member, stars) for stars, member in enumerate(members, 1)))

    statuses = Review.objects.values_list("status", flat=True)
    assert sorted(statuses) == ["replaced", "replaced", "written"]


def test_reviews_shown_at_once_are_all_counted(version, moderator):
    waiting = []
    for number in range(4):
        organisation = factories.make_organisation(f"Number {number}")
        deliver(version, organisation)
        member = factories.make_member(organisation).memberships.get()
        waiting.append(write(version, member, stars=5))

    def showing(review):
        return lambda: reviews.show_review(review=review, by=moderator, at=NOON)

    together(*map(showing, waiting))

    assert Offer.objects.get().star_counts == [0, 0, 0, 0, 4]
