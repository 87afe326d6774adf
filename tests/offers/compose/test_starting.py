"""Every starting point can be handed in as it is, and what is handed in passes all checks."""

import pytest

from offers.actions import drafts as actions
from offers.composing.starting import starting_points
from offers.management.commands.seed_offers import seed
from offers.models import Offer
from offers.queries import copying, drafts
from tests import factories
from tests.factories import NOON
from tests.offers.compose.conftest import RULES


@pytest.mark.parametrize("point", starting_points(), ids=lambda point: point.slug)
def test_a_starting_point_is_whole(point, catalogue, organisation, publisher):
    draft = actions.begin_draft(
        organisation=organisation, answers=point.answers, by=publisher, at=NOON
    )

    version = actions.hand_in(draft=draft, is_private=False, rules=RULES, by=publisher, at=NOON)

    assert version.status == "submitted"
    taken = sum(len(paths) for paths in point.answers["fields"].values())
    assert version.fields.count() == taken


def test_offers_of_the_markets_own_shelf_can_be_started_from(catalogue):
    seed(at=NOON)
    whole = []
    for offer in Offer.objects.select_related("current_version").order_by("pk"):
        answers, is_whole = copying.answers_from(offer)
        composition = drafts.composition_of(answers, today=NOON.date())
        assert composition.fields, offer.slug
        whole.append(is_whole)

    assert sum(whole) >= len(whole) - 6


@pytest.mark.parametrize(
    "more",
    [{"countries": ["DE", "FR"]}, {"conditions": factories.BUNDLE}],
    ids=["countries", "conditions"],
)
def test_what_no_step_has_an_answer_for_is_said(catalogue, more):
    plain = factories.make_version(conditions=None).offer
    wider = factories.make_version(**({"conditions": None} | more)).offer

    assert copying.answers_from(plain)[1] is True
    assert copying.answers_from(wider)[1] is False
