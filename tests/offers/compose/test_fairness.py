"""The floors that no composed offer goes below."""

import pytest

from offers.composing.fairness import FairPay, market_fee, readings, smallest_group

PAY = FairPay(once=50, reading=2, care_percent=50)


@pytest.mark.parametrize(
    ("collection", "days", "count"),
    [("once", 30, 1), ("daily", 30, 30), ("weekly", 30, 5), ("weekly", 28, 4), ("daily", 1, 1)],
)
def test_readings_are_counted_from_rhythm_and_period(collection, days, count):
    assert readings(collection, period_days=days) == count


@pytest.mark.parametrize(
    ("count", "needs_care", "floor"),
    [(1, False, 50), (30, False, 108), (1, True, 75), (2, True, 78)],
)
def test_the_floor_grows_with_readings_and_care(count, needs_care, floor):
    assert PAY.floor(readings=count, needs_care=needs_care) == floor


def test_special_categories_need_fifty_people_and_all_else_twenty():
    assert (smallest_group(is_special=True), smallest_group(is_special=False)) == (50, 20)


@pytest.mark.parametrize(("reward", "fee"), [(80, 20), (100, 20), (101, 25), (1, 5), (0, 0)])
def test_the_fee_is_a_share_rounded_up_to_what_taxes_evenly(reward, fee):
    assert market_fee(reward, percent=20) == fee
