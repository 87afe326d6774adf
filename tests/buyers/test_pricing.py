from hypothesis import given
from hypothesis import strategies as st

from buyers.pricing import quote
from common.money import Money

amounts = st.integers(min_value=0, max_value=100_000)
currencies = st.sampled_from(["GBP", "EUR", "JPY", "KWD"])


def test_quote_of_two_hundred_people_at_two_pounds_twenty_eight():
    price = quote(Money(180), Money(40), places=200, tax_percent=20)

    assert (str(price.per_person), str(price.total)) == ("£2.28", "£456.00")


@given(amounts, amounts, st.integers(1, 5_000), st.integers(0, 30), currencies)
def test_the_parts_of_a_quote_always_sum_to_the_whole(reward, fee, places, percent, currency):
    price = quote(Money(reward, currency), Money(fee, currency), places=places, tax_percent=percent)

    assert price.reward + price.fee + price.tax == price.total
    assert price.per_person.times(places) == price.total
    assert not any(part < Money(0, currency) for part in (price.reward, price.fee, price.tax))
