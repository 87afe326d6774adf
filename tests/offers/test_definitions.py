"""What a version's definition says, with the names of its own dictionary."""

import copy

import pytest

from hats.bundles import parse_bundle
from offers.models import OfferField
from offers.queries import definitions
from tests import factories

LATE = {
    "field": "played_at",
    "transformation": {"transformation": "datetimeExtract", "part": "hour"},
    "operator": {"operator": "between", "lower": 18, "upper": 23},
}


def with_filter(condition, **parts):
    bundle = copy.deepcopy(factories.BUNDLE)
    bundle["bundle"]["plays"]["endpoints"][0]["filters"] = [condition]
    return bundle | parts


@pytest.fixture
def version(db):
    return factories.make_version()


def test_filters_are_said_with_the_names_of_the_dictionary(version):
    version.bundle = with_filter(LATE)

    assert definitions.data_words(version, version.fields.all()) == [
        (
            "Your HAT hands over only records in which “Time” is between 6 in the evening and"
            " midnight (UTC); of these, at most the newest 50."
        )
    ]


def test_without_conditions_nothing_is_said_of_them(version):
    assert definitions.condition_words(version, version.fields.all()) == []


def test_conditions_use_the_dictionary_too(version):
    version.conditions = with_filter(LATE, name="c-1")

    assert definitions.condition_words(version, version.fields.all()) == [
        (
            "at least one record of “Spotify feed” in"
            " which “Time” is between 6 in the evening and midnight (UTC)"
        )
    ]


def test_fields_are_known_by_the_path_a_filter_uses(version):
    names = definitions.field_names(parse_bundle(version.bundle), version.fields.all())

    assert str(names["spotify/feed"]["track.artists.0.name"]) == "“Artist”"
    assert names["spotify/feed"]["played_at"].is_moment


def test_tables_are_said_in_the_order_of_the_dictionary(version):
    plays = factories.BUNDLE["bundle"]["plays"]
    version.bundle = {"name": "b-1", "bundle": {"a": plays | {"limit": 1}, "plays": plays}}
    fields = [OfferField(table="plays", path="at", name="Time"), OfferField(table="a", path="at")]

    said = definitions.data_words(version, fields)

    assert [sentence.split(":")[0] for sentence in said] == ["Plays", "A"]


def test_two_versions_are_compared_with_the_names_of_both(version):
    second = factories.make_version(offer=version.offer, bundle=with_filter(LATE))
    fields = version.fields.all()

    found = definitions.definition_differences(version, second, fields=fields, former_fields=fields)

    assert [one.sentence for one in found] == [
        (
            "Plays: now only where “Time” is between 6 in the evening and midnight (UTC)."
            " That takes less."
        )
    ]
