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


NESTED = {"source": "x", "mappings": {"y": "y"}}
LINKED = {"endpoint": "a/b", "mapping": {"x": "a b"}, "links": [{"endpoint": "c/d"}]}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"endpoints": []}, ["bundle.p.endpoints: is empty"]),
        ({"endpoints": [{"endpoint": "a/b", "mapping": {}}]}, ["endpoints[0].mapping: is empty"]),
        (
            {
                "endpoints": [{"endpoint": "a/b", "mapping": {"x": NESTED}}],
                "orderBy": "x",
            },
            ["bundle.p.orderBy: is no path in"],
        ),
        (
            {"endpoints": [{"endpoint": "a/b", "links": [LINKED]}]},
            ["endpoints[0].links[0].mapping.x", "endpoints[0].links[0].links: are ignored"],
        ),
        ({"endpoints": [{"endpoint": "a/b", "mapping": {"x": "y"}}], "orderBy": "x"}, []),
    ],
)
def test_pitfalls_of_properties_and_links_are_named(wanted, said):
    bundle = bundles.parse_bundle({"name": "b", "bundle": {"p": wanted}})

    found = bundles.pitfalls_of(bundle)

    assert len(found) == len(said)
    assert all(words in pitfall for words, pitfall in zip(said, found, strict=True))
