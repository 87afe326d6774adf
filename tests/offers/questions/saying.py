"""Words that are asked and answered in these tests."""

from offers.actions import questions
from tests.factories import NOON

ASKED = "Does it hold songs that were skipped after a few seconds?"
GIVEN = "Only what was played for thirty seconds or more is in it."


def ask(offer, user, text=ASKED, *, is_named=False):
    return questions.ask(
        offer=offer,
        membership=user.memberships.get(),
        text=text,
        names_organisation=is_named,
        at=NOON,
    )


def give_answer(question, user, text=GIVEN):
    return questions.give_answer(question=question, text=text, by=user, at=NOON)
