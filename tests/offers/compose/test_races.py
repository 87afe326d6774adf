"""Two at once on one draft: one version, and no step lost without a word."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from common.errors import DomainError
from offers.actions import drafts as actions
from offers.errors import DraftChanged, DraftWaits
from offers.models import Offer, OfferVersion
from tests.factories import NOON
from tests.offers.compose.conftest import RULES

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Run each in a thread with a connection of its own; refusals are results."""

    def one(work):
        try:
            return work()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_handing_in_four_times_at_once_is_one_version(draft, publisher):
    def hand_in():
        return actions.hand_in(draft=draft, is_private=False, rules=RULES, by=publisher, at=NOON)

    results = together(*[hand_in] * 4)

    assert (Offer.objects.count(), OfferVersion.objects.count()) == (1, 1)
    assert sum(isinstance(result, DraftWaits) for result in results) == 3


def test_of_two_windows_that_save_at_once_one_is_told(draft, publisher):
    seen = actions.part_digest(draft.answers["words"])

    def save(page):
        part = draft.answers["words"] | {"title": page}
        saved = actions.StepSaved(step="words", part=part, page=page, seen=seen)
        return lambda: actions.save_step(draft=draft, saved=saved, by=publisher, at=NOON)

    results = together(save("one"), save("two"))

    assert sum(isinstance(result, DraftChanged) for result in results) == 1
    winner = next(result for result in results if not isinstance(result, DraftChanged))
    draft.refresh_from_db()
    assert draft.answers["words"]["title"] == winner.answers["words"]["title"]
