"""An offer of a publisher, and a museum that wants to know something about it."""

import pytest

from accounts.models import Role
from offers.actions import question_decisions as decisions
from offers.actions import questions
from tests import factories
from tests.offers.questions.saying import ask, give_answer

NOON = factories.NOON


@pytest.fixture
def publisher(db):
    return factories.make_organisation("Harbour University")


@pytest.fixture
def answerer(publisher):
    """An owner of the publisher."""
    return factories.make_member(publisher, Role.OWNER, name="Nia Bell")


@pytest.fixture
def offer(publisher):
    offer = factories.make_offer(publisher=publisher, slug="harbour-songs")
    return factories.make_version(offer=offer, title="Songs of the harbour").offer


@pytest.fixture
def asked(offer, buyer):
    return ask(offer, buyer)


@pytest.fixture
def shown(asked, moderator):
    decisions.show(words=asked, by=moderator, at=NOON)
    asked.refresh_from_db()
    return asked


@pytest.fixture
def given(shown, answerer):
    return give_answer(shown, answerer)


@pytest.fixture
def answered(given, moderator):
    decisions.show(words=given, by=moderator, at=NOON)
    given.refresh_from_db()
    return given


@pytest.fixture
def reported(shown, stranger):
    questions.report(
        question=shown,
        answer=None,
        membership=stranger.memberships.get(),
        reason="It misleads.",
        at=NOON,
    )
    return shown
