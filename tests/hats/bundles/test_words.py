"""Bundles and conditions in plain words."""

import pytest
from hypothesis import given, settings

from hats import bundles
from hats.bundles.speech import FieldName, figure, listed, name_from, title_from
from hats.bundles.words import condition_clauses, explain, sentences
from tests.hats.bundles.strategies import BUNDLES
from tests.hats.bundles.writing import SEARCHABLE, where

FAR = where("distance", operator="between", lower=5, upper=10)
SPORT = where("activityName", operator="in", value=["Run", "Walk"])
NAMES = {
    "fitbit/activity": {
        "distance": FieldName("Distance", unit="km"),
        "originalStartTime": FieldName("Start", is_moment=True),
        "legs.0.mode": FieldName("First leg"),
    }
}
RUNS = {"endpoint": "fitbit/activity", "mapping": {"km": "distance", "sport": "activityName"}}


def bundle(**tables: object) -> bundles.Bundle:
    return bundles.parse_bundle({"name": "b", "bundle": tables})


def table(*queries: dict[str, object], **wanted: object) -> dict[str, object]:
    return {"endpoints": list(queries), **wanted}


def test_nothing_is_said_of_all_records_with_named_fields():
    assert sentences(bundle(runs=table(RUNS, orderBy="distance"))) == []


def test_filters_and_limit_become_one_sentence():
    runs = table(
        RUNS | {"filters": [FAR, SPORT]},
        orderBy="originalStartTime", ordering="descending", limit=20,
    )  # fmt: skip

    assert sentences(bundle(runs=runs), names=NAMES) == [
        (
            "Your HAT hands over only records in which “Distance” is between 5 and 10 km,"
            " and “activity name” is “Run” or “Walk”; of these, at most the newest 20."
        )
    ]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"orderBy": "originalStartTime", "ordering": "descending", "limit": 1},
         "only the newest record"),
        ({"orderBy": "originalStartTime", "limit": 2_000}, "at most the oldest 2,000 records"),
        ({"orderBy": "km", "ordering": "descending", "limit": 3},
         "at most the 3 records with the highest “Distance”"),
        ({"orderBy": "distance", "limit": 1}, "only the record with the lowest “Distance”"),
        ({"ordering": "descending", "limit": 5}, "at most the newest 5 records"),
        ({"limit": 0}, "no records"),
    ],
)  # fmt: skip
def test_a_limit_says_how_many_and_which(wanted, words):
    (sentence,) = sentences(bundle(runs=table(RUNS, **wanted)), names=NAMES)

    assert sentence == f"Your HAT hands over {words}."


def test_each_of_several_tables_is_named():
    said = sentences(bundle(runs=table(RUNS, limit=1), bank_fees=table(RUNS, limit=0)))

    assert said == [
        "Runs: your HAT hands over only the oldest record.",
        "Bank fees: your HAT hands over no records.",
    ]


def test_several_endpoints_are_told_apart():
    songs = {"endpoint": "spotify/feed", "mapping": {"song": "track.name"}}

    assert sentences(bundle(all=table(RUNS | {"filters": [FAR]}, songs)), names=NAMES) == [
        (
            "Your HAT hands over from “Fitbit activity” only records in which “Distance” is between"
            " 5 and 10 km, and from “Spotify feed” all records."
        )
    ]


def test_a_filter_that_a_hat_ignores_is_not_said():
    ignored = where("distance", operator="find", search="far")

    assert sentences(bundle(runs=table(RUNS | {"filters": [ignored]}))) == []


def test_whole_records_are_called_whole():
    assert sentences(bundle(runs=table({"endpoint": "fitbit/activity"}))) == [
        "Records of “Fitbit activity” are handed over whole, with every field."
    ]


def test_linked_records_are_said_with_their_fields_and_filters():
    link = {
        "endpoint": "rumpel/notes",
        "mapping": {"t": "text"},
        "filters": [where("text", SEARCHABLE, operator="find", search="race")],
    }

    assert sentences(bundle(runs=table(RUNS | {"links": [link]}))) == [
        (
            "With each record comes what is linked to it in “Rumpel notes” in which “text” has the"
            " word “race”, only their “text”."
        )
    ]


def test_conditions_are_said_one_by_one():
    adults = where("age", operator="between", lower=18, upper=30)
    conditions = bundle(
        adult=table({"endpoint": "rumpel/profile", "filters": [adults]}),
        active=table(RUNS, {"endpoint": "fitbit/sleep"}),
        never=table(RUNS, limit=0),
    )

    assert condition_clauses(conditions) == [
        "at least one record of “Rumpel profile” in which “age” is between 18 and 30",
        "at least one record of “Fitbit activity” or at least one record of “Fitbit sleep”",
        "what no HAT can hold",
    ]


def test_a_name_is_found_however_its_path_is_written():
    mapping = {"mode": "legs[0].mode", "all": "legs[]"}
    (source,) = explain(
        bundle(runs=table({"endpoint": "fitbit/activity", "mapping": mapping})), names=NAMES
    )[0].sources

    assert source.fields == ("“First leg”", "“legs”")


@pytest.mark.parametrize(
    ("path", "text", "is_moment"),
    [
        ("horizontalAccuracy", "horizontal accuracy", False),
        ("place.location.city", "place location city", False),
        ("distances.0.distance", "distances distance", False),
        ("ds_created_time", "ds created time", True),
        ("dateOfSleep", "date of sleep", True),
        ("update", "update", False),
        ("userID", "user ID", False),
        ("", "(no name)", False),
    ],
)
def test_a_path_without_a_name_is_made_readable(path, text, is_moment):
    name = name_from(path)

    assert (name.text, name.is_moment) == (text, is_moment)


def test_small_english():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], last="or") == "a, b or c"
    assert [figure(number) for number in (2026, 10_000, -3, 2.0, 0.5)] == [
        "2026", "10,000", "−3", "2", "0.5",
    ]  # fmt: skip
    assert title_from("fitbit/activity/day/summary") == "Fitbit activity day summary"


@settings(deadline=None)
@given(raw=BUNDLES)
def test_every_bundle_can_be_said_and_every_sentence_ends(raw):
    parsed = bundles.parse_bundle(raw)

    assert len(condition_clauses(parsed)) == len(parsed.properties)
    for sentence in sentences(parsed):
        assert sentence.endswith(".")
        assert "  " not in sentence.replace("“", "").split("(")[0]
