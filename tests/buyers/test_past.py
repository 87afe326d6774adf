"""Past lines as guidance for rewards: only what is over, only public offers, only with enough."""

import pytest

from buyers.models import OrderLineStatus
from buyers.queries.past import past_lines
from offers.models import Offer
from offers.queries.guidance import FEWEST_LINES, guidance
from tests import factories

PATHS = ["spotify/feed"]


@pytest.fixture
def over(db):
    """Make lines that are over, with this reward each."""

    def make(*rewards, taken=20, **fields):
        version = factories.make_version()
        for reward in rewards:
            factories.make_line(
                version,
                status=OrderLineStatus.CLOSED,
                places=20,
                places_taken=taken,
                reward_minor_units=reward,
                **fields,
            )
        return version

    return make


def test_too_little_history_says_nothing(over):
    over(*[80] * (FEWEST_LINES - 1))

    assert guidance(PATHS, currency="GBP").filled_at is None


def test_enough_history_says_for_what_lines_filled(over):
    over(80, 90, 100, 110, 120)
    over(10, 10, taken=3)

    found = guidance(PATHS, currency="GBP")

    assert (found.lines, found.filled, str(found.filled_at)) == (7, 5, "£1.00")


def test_what_runs_is_not_past(over):
    factories.make_line()

    assert past_lines(PATHS) == []


def test_other_kinds_of_records_teach_nothing(over):
    over(80)

    assert past_lines(["fitbit/sleep"]) == []


def test_private_offers_stay_out_of_it(over):
    version = over(80)
    Offer.objects.filter(pk=version.offer_id).update(invitation_code="SECRET")

    assert past_lines(PATHS) == []
    assert guidance(PATHS, currency="GBP").shelf is None


def test_offers_on_sale_say_what_they_pay(over):
    over(80)

    lowest, highest = guidance(PATHS, currency="GBP").shelf
    assert (str(lowest), str(highest)) == ("£0.80", "£0.80")
