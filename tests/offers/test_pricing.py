import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import Money
from offers.pricing import quote

amounts = st.integers(0, 100_000)


def test_a_quote_splits_into_reward_fee_and_tax_on_the_fee():
    price = quote(Money(180), Money(40), places=200, tax_percent=20)

    assert (price.reward, price.fee, price.tax) == (Money(36_000), Money(8_000), Money(1_600))
    assert price.total == Money(45_600)
    assert price.per_person == Money(228)


def test_tax_is_rounded_up_for_one_person_so_that_places_split_without_a_rest():
    price = quote(Money(80), Money(16), places=3, tax_percent=20)

    assert price.tax_each == Money(4)
    assert price.tax == Money(12)


@given(reward=amounts, fee=amounts, places=st.integers(1, 5_000), percent=st.integers(0, 100))
def test_the_total_is_the_sum_of_its_parts_and_of_its_places(reward, fee, places, percent):
    price = quote(Money(reward), Money(fee), places=places, tax_percent=percent)

    assert price.total == price.reward + price.fee + price.tax == price.per_person.times(places)


def test_no_places_have_no_price():
    with pytest.raises(ValueError, match="one place or more"):
        quote(Money(80), Money(16), places=0, tax_percent=20)
