"""Two weeks after data came, the organisation is asked once what it was like."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Notification, Organisation, OrganisationStatus, Role
from offers import tasks
from tests import factories
from tests.factories import NOON
from tests.offers.reviews.conftest import write

LATER = NOON + timedelta(days=14)


@pytest.fixture
def people(buyer, organisation):
    """Who may write, and a viewer, who may not."""
    factories.make_member(organisation, Role.VIEWER)
    return {buyer, factories.make_member(organisation, Role.OWNER)}


def _remind(at=LATER):
    with time_machine.travel(at, tick=False):
        tasks.remind_of_reviews()


def test_who_may_write_is_asked_once(people, version, delivery):
    _remind()
    _remind(LATER + timedelta(days=30))

    notices = Notification.objects.all()
    assert {notice.user for notice in notices} == people
    assert len(notices) == 2
    assert notices[0].link == reverse("offers:review-new", args=[version.offer.slug])


def test_before_two_weeks_nobody_is_asked(people, delivery):
    _remind(LATER - timedelta(hours=1))

    assert not Notification.objects.exists()


def test_who_has_written_is_not_asked(people, version, membership, delivery):
    write(version, membership)

    _remind()

    assert not Notification.objects.exists()


def test_a_suspended_organisation_is_not_asked(people, delivery):
    Organisation.objects.update(status=OrganisationStatus.SUSPENDED)

    _remind()

    assert not Notification.objects.exists()
