"""One hash for one meaning."""

import pytest
from hypothesis import given, settings

from hats import bundles
from hats.bundles import hashing
from tests.hats.bundles.strategies import BUNDLES
from tests.hats.bundles.test_against_naive import held_records, of_product
from tests.hats.bundles.writing import ENDPOINT, query, where


def test_equal_definitions_hash_alike_whatever_their_key_order_and_extra_keys():
    one = {"name": "b", "bundle": {"p": {"endpoints": [], "limit": 1}}}
    other = {"bundle": {"p": {"limit": 1.0, "colour": "red", "endpoints": []}}, "name": "b"}

    assert bundles.bundle_hash(one) == bundles.bundle_hash(other)


@pytest.mark.parametrize("value", [True, "1", 2, [1]])
def test_a_changed_filter_value_changes_the_hash(value):
    one = query(None, where("a", operator="contains", value=1))
    other = query(None, where("a", operator="contains", value=value))

    assert bundles.bundle_hash(one) != bundles.bundle_hash(other)


def test_half_a_character_in_a_bundle_can_be_hashed():
    assert (
        len(bundles.bundle_hash(query(None, where("a", operator="contains", value="\ud800")))) == 64
    )


def hash_of(mapping=None, *filters, links=None, **wanted):
    endpoint = {"endpoint": ENDPOINT, "mapping": mapping, "filters": list(filters), "links": links}
    return bundles.bundle_hash({"name": "b", "bundle": {"p": {"endpoints": [endpoint], **wanted}}})


EARLY = where("t", {"transformation": "datetimeExtract", "part": "hour"}, operator="in", value=[6])
EARLY_TOO = where(
    "t", {"transformation": "datetimeExtract", "part": "HOURS"}, operator="in", value=[6.0]
)
CHEAP = where("p", operator="between", lower=1, upper=5)
IDENTITY = {"transformation": "identity"}
IGNORED = where("t", operator="find", search="museum")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (hash_of(), hash_of(orderBy=None, ordering=None, limit=None)),
        (hash_of(None), hash_of(7)),
        (hash_of(ordering="ascending"), hash_of(ordering="upwards")),
        (hash_of(None, IGNORED), hash_of()),
        (hash_of(None, EARLY), hash_of(None, EARLY_TOO)),
        (hash_of(None, EARLY, CHEAP), hash_of(None, CHEAP, EARLY, CHEAP)),
        (
            hash_of(None, CHEAP),
            hash_of(None, {**CHEAP, "transformation": {"transformation": "identity"}}),
        ),
        (hash_of({"a": "b", "c": "d"}), hash_of({"c": "d", "a": "b"})),
        (
            hash_of(links=[{"endpoint": "a/b", "links": [{"endpoint": "c/d"}]}]),
            hash_of(links=[{"endpoint": "a/b"}]),
        ),
    ],
)
def test_spellings_of_one_meaning_have_one_hash(one, other):
    assert one == other


@pytest.mark.parametrize(
    "other",
    [
        hash_of({}),
        hash_of(None, CHEAP),
        hash_of(ordering="descending"),
        hash_of(limit=0),
        hash_of(orderBy="t"),
        hash_of(links=[{"endpoint": "a/b"}]),
    ],
)
def test_another_meaning_has_another_hash(other):
    assert hash_of() != other


@settings(max_examples=75, deadline=None)
@given(raw=BUNDLES, held=held_records())
def test_the_canonical_form_has_the_same_hash_and_the_same_answer(raw, held):
    spelt = hashing.canonical(bundles.parse_bundle(raw))

    assert bundles.bundle_hash(spelt) == bundles.bundle_hash(raw)
    if not any(query.filters for p in spelt.properties.values() for query in p.endpoints):
        assert of_product(bundles.bundle_to_json(spelt), held) == of_product(raw, held)
