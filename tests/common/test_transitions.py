import pytest

from common import transitions
from common.errors import InvalidTransition

TABLE = {"open": frozenset({"closed"}), "closed": frozenset()}


def test_a_step_of_the_table_passes():
    transitions.check(TABLE, current="open", target="closed")


def test_a_step_outside_the_table_is_refused_in_words():
    with pytest.raises(InvalidTransition) as refusal:
        transitions.check(TABLE, current="closed", target="open")

    assert refusal.value.sentence == "This is “Closed” now, so it cannot become “Open”."


def test_a_refusal_may_bring_its_own_sentence():
    with pytest.raises(InvalidTransition, match="The shop is shut"):
        transitions.check(TABLE, current="closed", target="open", sentence="The shop is shut.")
