"""The order and the containment of jsonb."""

from hypothesis import given
from hypothesis import strategies as st

from hats.bundles.jsonb import contains, sort_key
from tests.hats.bundles.strategies import JSON


@given(values=st.lists(JSON, max_size=6))
def test_any_values_have_one_order(values):
    once = sorted(values, key=sort_key)
    backwards = once[::-1]

    assert [sort_key(v) for v in once] == sorted(sort_key(v) for v in backwards)


@given(value=JSON)
def test_every_value_contains_itself(value):
    assert contains(value, value)
