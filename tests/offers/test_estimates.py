"""Ranges from what came of earlier orders: honest about little history."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.estimates import (
    Past,
    band_above,
    days_until,
    effect_of_reward,
    rate_of,
    share_by,
)

EVEN = [Past(people=1_000, yes=200, days=28, reward=80)] * 4

pasts = st.lists(
    st.builds(
        lambda people, share, days: Past(people, round(people * share), days, 80),
        st.integers(1, 50_000),
        st.floats(0, 1),
        st.floats(0.05, 28),
    ),
    max_size=12,
)


def test_two_orders_are_too_little_history():
    assert rate_of(EVEN[:2]) is None


def test_a_handful_of_yes_is_too_little_history():
    assert rate_of([Past(people=500, yes=9, days=28, reward=80)] * 3) is None


def test_orders_that_asked_nobody_say_nothing():
    assert rate_of([Past(people=0, yes=0, days=28, reward=80)] * 9) is None


def test_the_range_holds_what_was_seen_and_narrows_with_more_of_it():
    few, many = rate_of(EVEN[:3]), rate_of(EVEN * 10)

    for rate in (few, many):
        assert share_by(rate.low, days=28) < 0.2 < share_by(rate.high, days=28)
    assert many.high - many.low < few.high - few.low


def test_orders_that_differ_widen_the_range():
    unlike = [Past(people=1_000, yes=yes, days=28, reward=80) for yes in (20, 380, 50, 350)]

    even, wide = rate_of(EVEN), rate_of(unlike)

    assert wide.high - wide.low > 3 * (even.high - even.low)


def test_an_order_filled_early_counts_for_the_time_it_was_open():
    quick = rate_of([Past(people=1_000, yes=100, days=2, reward=80)] * 3)

    assert share_by(quick.low, days=28) > 0.7


def test_nine_of_ten_ranges_hold_the_rate_that_made_them():
    chance, held = random.Random(5), 0  # noqa: S311  # a fixed seed, no secret
    for _ in range(200):
        yes = [sum(chance.random() < 0.2 for _ in range(150)) for _ in range(5)]
        rate = rate_of([Past(people=150, yes=one, days=28, reward=80) for one in yes])
        held += share_by(rate.low, days=28) <= 0.2 <= share_by(rate.high, days=28)

    assert held >= 180


@given(pasts)
def test_whatever_happened_the_range_is_a_range(past):
    rate = rate_of(past)

    if rate is not None:
        assert 0 <= rate.low <= rate.high
        assert 0 <= share_by(rate.low, days=28) <= share_by(rate.high, days=28) <= 1


@given(st.integers(1, 5_000), st.integers(1, 100_000), st.floats(0.0001, 3))
def test_the_time_to_fill_is_when_that_many_have_said_yes(places, people, rate):
    days = days_until(places, people=people, rate=rate)

    if days is None:
        assert places >= people
    else:
        assert people * share_by(rate, days=days) == pytest.approx(places)


def test_a_higher_reward_is_only_named_where_history_shows_it():
    paid_more = [Past(people=1_000, yes=500, days=28, reward=130)] * 3
    as_before = [Past(people=1_000, yes=205, days=28, reward=130)] * 3

    effect = effect_of_reward(EVEN + paid_more, reward=80)

    assert effect.more == 50
    assert effect_of_reward(EVEN + as_before, reward=80) is None
    assert effect_of_reward(EVEN + paid_more[:2], reward=80) is None
    assert effect_of_reward(EVEN, reward=80) is None


def test_bands_have_an_upper_edge():
    assert [band_above(people, edges=(10, 20, 50)) for people in (10, 20, 50)] == [20, 50, 100]
