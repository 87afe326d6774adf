"""Which open lines a HAT can fill is asked of the database, not sorted out afterwards."""

from datetime import timedelta

import pytest

from buyers.queries import open_lines_for
from hats.bundles import endpoints_of, parse_bundle
from offers.management.commands.seed_offers import seed
from offers.models import OfferVersion
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def version_of(*endpoints: str) -> OfferVersion:
    rows = {"endpoints": [{"endpoint": endpoint} for endpoint in endpoints]}
    return factories.make_version(bundle={"name": "b", "bundle": {"rows": rows}})


def test_a_hat_fills_lines_of_which_it_holds_every_endpoint():
    sleep = factories.make_line(version_of("fitbit/sleep"))
    both = factories.make_line(version_of("fitbit/sleep", "spotify/feed"))
    factories.make_line(version_of("fitbit/sleep", "monzo/transactions"))

    found = open_lines_for(["spotify/feed", "fitbit/sleep", "she/feed"], at=NOON)

    assert list(found) == [both, sleep]


@pytest.mark.parametrize("held", [[], ["fitbit"], ["fitbit/sleep/logs"]])
def test_a_hat_that_holds_something_else_fills_nothing(held):
    factories.make_line(version_of("fitbit/sleep"))

    assert list(open_lines_for(held, at=NOON)) == []


@pytest.mark.parametrize("change", [{"status": "paused"}, {"closes_at": NOON - timedelta(days=1)}])
def test_what_is_not_open_is_not_offered(change):
    factories.make_line(version_of("fitbit/sleep"), **change)

    assert list(open_lines_for(["fitbit/sleep"], at=NOON)) == []


def test_twenty_lines_are_one_query(django_assert_num_queries):
    version = version_of("fitbit/sleep")
    for _ in range(20):
        factories.make_line(version)

    with django_assert_num_queries(1):
        assert len(open_lines_for(["fitbit/sleep"], at=NOON)) == 20


def test_the_column_names_what_the_parser_reads_for_each_offer_of_the_shelf():
    seed(at=NOON)

    wrong = [
        version.title
        for version in OfferVersion.objects.order_by("pk")
        if version.endpoints != sorted(endpoints_of(parse_bundle(version.bundle)))
    ]

    assert OfferVersion.objects.count() >= 12
    assert wrong == []


def test_the_column_follows_the_bundle_of_a_draft():
    draft = version_of("fitbit/sleep")
    OfferVersion.objects.filter(pk=draft.pk).update(status="draft")
    draft.refresh_from_db()

    draft.bundle = version_of("spotify/feed").bundle
    draft.save()

    draft.refresh_from_db()
    assert draft.endpoints == ["spotify/feed"]
