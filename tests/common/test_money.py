import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import CurrencyMismatch, Money


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (51240, "GBP", "£512.40"),
        (5, "GBP", "£0.05"),
        (-150, "EUR", "−€1.50"),
        (1234567, "GBP", "£12,345.67"),
        (500, "JPY", "¥500"),
        (1500, "KWD", "1.500 KWD"),
    ],
)
def test_money_is_shown_with_its_currency_and_digits(minor, currency, words):
    assert str(Money(minor, currency)) == words


def test_money_of_two_currencies_does_not_add():
    with pytest.raises(CurrencyMismatch):
        Money(1, "GBP") + Money(1, "EUR")


@pytest.mark.parametrize("wrong", [1.5, True, "1"])
def test_money_takes_whole_minor_units_only(wrong):
    with pytest.raises(TypeError):
        Money(wrong, "GBP")


@given(st.integers(0, 10**12), st.integers(1, 500))
def test_the_parts_of_a_split_sum_to_the_whole_and_differ_by_one_at_most(minor, parts):
    shares = [share.minor_units for share in Money(minor).split(parts)]

    assert sum(shares) == minor
    assert max(shares) - min(shares) <= 1
    assert min(shares) >= 0


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_a_percentage_is_rounded_up_to_a_whole_minor_unit(minor, percent):
    part = Money(minor).percent_rounded_up(percent).minor_units

    assert 0 <= part * 100 - minor * percent < 100
