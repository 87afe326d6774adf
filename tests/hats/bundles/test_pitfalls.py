"""What a HAT takes without a word and then answers oddly."""

import pytest

from hats import bundles
from tests.hats.bundles.writing import SEARCHABLE, query, where


@pytest.mark.parametrize(
    ("bundle", "said"),
    [
        (query({"a": "b-c"}), "mapping.a"),
        (query({"a": 1}), "every record would be empty"),
        (query([1]), "whole records"),
        (query(None, where("t", operator="find", search="x")), "filters[0]"),
        (query(None, where("a[0]", operator="in", value=[])), ".0."),
        (query(None, where("t", SEARCHABLE, operator="find", search="the")), "too common"),
    ],
)
def test_pitfalls_of_a_bundle_are_named(bundle, said):
    (pitfall,) = bundles.pitfalls_of(bundle)

    assert said in pitfall
