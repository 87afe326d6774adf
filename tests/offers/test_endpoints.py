"""The market looks on a HAT for what the shelf asks for, and for nothing else."""

import pytest
from django.core.cache import cache

from offers.models import OfferVersionStatus
from offers.queries.endpoints import endpoints_asked_for
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known():
    cache.clear()


def _bundle(endpoint: str) -> dict:
    return {"name": "b", "bundle": {"rows": {"endpoints": [{"endpoint": endpoint}]}}}


def test_every_endpoint_of_the_shelf_is_asked_for_once():
    factories.make_version()
    factories.make_version()
    factories.make_version(bundle=_bundle("fitbit/sleep"))

    assert endpoints_asked_for() == ["fitbit/sleep", "spotify/feed"]


def test_a_draft_asks_for_nothing():
    factories.make_version(status=OfferVersionStatus.DRAFT)

    assert endpoints_asked_for() == []


def test_the_answer_is_kept_for_a_while(django_assert_num_queries):
    factories.make_version()
    endpoints_asked_for()

    with django_assert_num_queries(1):
        endpoints_asked_for()
