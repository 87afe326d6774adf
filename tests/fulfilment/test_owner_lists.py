"""My data in lists: the overview, earnings, and who looked."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from fulfilment import tasks  # noqa: F401  # registers the handlers
from fulfilment.actions import datasets
from fulfilment.models import (
    DataDebit,
    Reward,
)
from fulfilment.queries import owner as queries
from hats.models import HatOwner
from tests import factories
from tests.factories import NOON
from tests.fulfilment.owner_pages import (
    acceptance,
    as_person,
    at_noon,
    cluster,
    line,
    move,
    page_url,
    read,
    released,
    text,
)
from tests.fulfilment.steps import funded_line, say_yes

__all__ = ["acceptance", "as_person", "at_noon", "cluster", "line"]
pytestmark = pytest.mark.usefixtures("at_noon", "cluster")


# -- the overview -----------------------------------------------------------------------------
def test_the_overview_of_a_new_owner_says_what_will_be_there(owner, as_person):
    words = text(as_person(owner).get(reverse("fulfilment:owner-home")))

    for heading in ("You share nothing", "No offer waits", "Nobody looked", "Nothing earned yet"):
        assert heading in words


def test_the_overview_of_a_hat_just_connected_says_that_we_still_look(owner, as_person):
    HatOwner.objects.filter(pk=owner.pk).update(endpoints=[], endpoints_read_at=None)

    words = text(as_person(owner).get(reverse("fulfilment:owner-home")))

    assert "We are still looking" in words
    assert "we are still looking" in words
    assert "No offer waits" not in words
    assert "none waits for an answer" not in words


def test_the_overview_shows_what_can_be_stopped_and_what_is_over(
    acceptance, owner, line, as_person
):
    over = say_yes(funded_line(line.offer_version), owner, at=NOON)
    kept = say_yes(funded_line(line.offer_version), owner, at=NOON)
    move(over, status="withdrawn", debit="ended")
    move(kept, status="ended", debit="ended", delivered_at=NOON)

    shown = as_person(owner).get(reverse("fulfilment:owner-home")).context

    assert [s.acceptance for s in shown["shares"]] == [kept, acceptance]
    assert [s.acceptance for s in shown["over"]] == [over]


def test_what_others_share_is_not_on_ones_own_overview(acceptance, as_person):
    somebody = factories.make_hat_owner()

    shown = as_person(somebody).get(reverse("fulfilment:owner-home")).context

    assert (shown["shares"], shown["looks"], shown["rewards"]) == ([], [], [])


def test_the_overview_costs_the_same_for_one_share_and_for_ten(
    acceptance, line, owner, as_person, django_assert_max_num_queries
):
    read(acceptance)
    client = as_person(owner)
    client.get(reverse("fulfilment:owner-home"))
    for _ in range(9):
        another = say_yes(funded_line(line.offer_version), owner, at=NOON)
        read(another)

    with django_assert_max_num_queries(18):
        shown = client.get(reverse("fulfilment:owner-home"))

    assert len(shown.context["shares"]) == 10


@pytest.mark.parametrize(
    ("collection", "days", "words"),
    [("daily", 40, "Day 41 of 90"), ("weekly", 28, "Week 5 of 12"), ("daily", 400, "Day 90 of 90")],
)
def test_the_overview_counts_the_days(owner, as_person, collection, days, words):
    version = factories.make_version(collection=collection, period_days=90, smallest_group=10)
    acceptance = say_yes(funded_line(version), owner, at=NOON)
    move(acceptance, status="confirmed")
    DataDebit.objects.update(status="enabled", enabled_at=NOON - timedelta(days=days))

    (share,) = queries.shares_now(owner, at=NOON)

    assert share.progress == words


# -- earnings ---------------------------------------------------------------------------------
def test_earnings_add_up(line, owner, as_person):
    for status in ("held", "paid", "released"):
        another = say_yes(funded_line(line.offer_version), owner, at=NOON)
        Reward.objects.filter(acceptance=another).update(status=status)

    shown = as_person(owner).get(reverse("fulfilment:owner-earnings")).context["earnings"]

    pence = [m.minor_units for m in (shown.held, shown.earned, shown.paid, shown.whole)]
    assert pence == [80, 0, 80, 160]


def test_earnings_are_one_owners_own(acceptance, as_person):
    somebody = factories.make_hat_owner()

    shown = as_person(somebody).get(reverse("fulfilment:owner-earnings")).context

    assert (list(shown["page"].object_list), shown["earnings"].whole.minor_units) == ([], 0)


# -- who looked -------------------------------------------------------------------------------
def looks(client):
    shown = client.get(reverse("fulfilment:owner-access-log")).context["looks"]
    return [(look.who, look.what) for look in shown]


def test_the_log_shows_each_reading_with_its_count(acceptance, owner, as_person):
    read(acceptance, records=1)
    read(acceptance, records=48)

    assert looks(as_person(owner)) == [
        ("Tidewater Museum", "your HAT sent 48 records"),
        ("Tidewater Museum", "your HAT sent 1 record"),
    ]


def test_the_log_shows_no_reading_that_brought_nothing(acceptance, owner, as_person):
    read(acceptance, status="broken")

    assert looks(as_person(owner)) == []


def test_the_log_shows_who_saw_and_took_a_revision_that_holds_the_person(
    acceptance, owner, buyer, as_person
):
    revision = released(acceptance)
    datasets.record_view(revision=revision, by=buyer, at=NOON)
    AuditEntry.objects.create(
        at=NOON,
        action="file.downloaded",
        subject=f"fulfilment.datasetrevision:{revision.pk}",
        organisation=acceptance.order_line.order.organisation,
    )

    assert looks(as_person(owner)) == [
        ("Tidewater Museum", "a file with your rows was downloaded"),
        ("Tidewater Museum", "a page with rows of the group was opened"),
    ]


def test_the_log_shows_nothing_of_revisions_without_the_person(acceptance, line, buyer, as_person):
    other = factories.make_hat_owner()
    say_yes(line, other, at=NOON)
    datasets.record_view(revision=released(acceptance), by=buyer, at=NOON)

    assert looks(as_person(other)) == []


def test_the_log_tells_of_ones_own_looks(owner, as_person):
    AuditEntry.objects.create(
        at=NOON,
        action="own_values.seen",
        subject=f"hats.hatowner:{owner.pk}",
        actor=owner.user,
        owner_user=owner.user,
    )

    assert looks(as_person(owner)) == [("You", "looked at your own values")]


def test_the_log_is_paginated_and_costs_the_same_however_long(
    acceptance, owner, as_person, django_assert_max_num_queries
):
    for _ in range(30):
        read(acceptance)
    client = as_person(owner)

    with django_assert_max_num_queries(9):
        shown = client.get(reverse("fulfilment:owner-access-log"))

    assert len(shown.context["looks"]) == 25
    assert shown.context["page"].paginator.count == 30


def test_the_page_of_a_yes_shows_its_own_looks_only(acceptance, line, owner, as_person):
    other = say_yes(funded_line(line.offer_version), owner, at=NOON)
    read(acceptance, records=2)
    read(other, records=7)

    shown = as_person(owner).get(page_url(acceptance)).context["looks"]

    assert [look.what for look in shown] == ["your HAT sent 2 records"]
