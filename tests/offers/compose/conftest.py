"""An owner of an organisation, the data catalogue, and a draft that could be handed in."""

import pytest

from accounts.models import Role
from offers.actions import drafts as actions
from offers.composing.fairness import FairPay
from offers.composing.rules import HouseRules
from offers.composing.starting import starting_point
from offers.management.commands.seed_data_catalogue import seed
from tests import factories
from tests.factories import NOON

RULES = HouseRules(FairPay(once=50, reading=2, care_percent=50), 20, 20, "GBP")


@pytest.fixture
def catalogue(db):
    seed(at=NOON)


@pytest.fixture
def publisher(organisation):
    """Somebody who owns the organisation."""
    return factories.make_member(organisation, Role.OWNER, name="Ola Finch")


@pytest.fixture
def draft(catalogue, organisation, publisher):
    """A whole draft: songs people listened to."""
    answers = starting_point("listening").answers
    return actions.begin_draft(organisation=organisation, answers=answers, by=publisher, at=NOON)


@pytest.fixture
def empty_draft(catalogue, organisation, publisher):
    return actions.begin_draft(organisation=organisation, answers={}, by=publisher, at=NOON)
