"""How reviews add up."""

from decimal import Decimal

import pytest

from offers.ratings import Rating, icons_of


@pytest.mark.parametrize(
    ("counts", "average"),
    [
        ([0, 0, 0, 0, 3], "5"),
        ([3, 0, 0, 0, 0], "1"),
        ([0, 0, 0, 1, 2], "4.5"),  # 4.67
        ([0, 0, 0, 3, 1], "4.5"),  # 4.25: halves go up
        ([0, 0, 0, 4, 1], "4"),  # 4.2
        ([1, 0, 0, 0, 3], "4"),
    ],
)
def test_the_average_is_said_to_the_nearest_half(counts, average):
    assert Rating(counts).average == Decimal(average)


@pytest.mark.parametrize("counts", [[0] * 5, [0, 0, 0, 0, 2]])
def test_of_fewer_than_three_there_is_no_average(counts):
    rating = Rating(counts)

    assert (rating.average, rating.icons) == (None, [])


def test_halves_are_drawn_as_five_icons():
    assert icons_of(7) == ["star-fill", "star-fill", "star-fill", "star-half", "star"]


def test_shares_begin_with_the_most_stars():
    assert Rating([1, 0, 0, 0, 3]).shares[0] == (5, 3, 75)
    assert Rating([1, 0, 0, 0, 3]).shares[-1] == (1, 1, 25)
