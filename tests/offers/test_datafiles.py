"""The data catalogue as a file: every fault has its place, and differences are all shown."""

import json
from copy import deepcopy
from dataclasses import replace

import pytest

from offers.datafiles import DataFileInvalid, compare, read_file, write_file
from offers.management.commands.seed_data_catalogue import FILE

TEXT = FILE.read_text(encoding="utf-8")
FIELD = {
    "path": "track.name",
    "column": "song",
    "name": "Song",
    "meaning": "Title of the track",
    "kind": "text",
    "examples": ["Paper Lanterns"],
    "filter_by": "words",
}
ENDPOINT = {
    "path": "spotify/feed",
    "name": "Songs played",
    "record": "One play",
    "table": "plays",
    "category": "music",
    "kind": "event",
    "volume": "5 to 60 a day",
    "freshness": "hours",
    "time_field": "played_at",
    "fields": [FIELD],
}
SMALL = {
    "format": 1,
    "sources": [
        {"namespace": "spotify", "name": "Spotify", "words": "Music.", "endpoints": [ENDPOINT]}
    ],
}


def faults_of(raw):
    with pytest.raises(DataFileInvalid) as refusal:
        read_file(json.dumps(raw))
    return refusal.value.faults


def with_field(**changes):
    raw = deepcopy(SMALL)
    raw["sources"][0]["endpoints"][0]["fields"][0] |= changes
    return raw


def test_the_catalogue_in_the_repository_is_read_without_a_fault():
    assert len(read_file(TEXT)) >= 14


def test_what_was_written_is_read_as_the_same_catalogue():
    sources = read_file(TEXT)

    assert read_file(write_file(sources)) == sources


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "number"}, "kind: must be one of"),
        ({"column": "person"}, "column: “person” cannot be used"),
        ({"column": "played_at"}, "bears the name of the field to sort by"),
        ({"path": "a-b c"}, "path: is none that a HAT can read."),
        ({"filter_by": "number"}, "filter_by: “number” does not fit text."),
        ({"filter_by": "choice"}, "values: are needed for a choice"),
        ({"examples": []}, "examples: at least one"),
        ({"is_special": "yes"}, "is_special: must be true or false."),
        ({"meaning": ""}, "meaning: must be text."),
        ({"name": "x" * 61}, "name: is too long."),
        ({"colour": "red"}, "colour: is not known."),
        ({"sensitivity": "PREF FOO"}, "sensitivity: must be one of TIME, LOC"),
        (
            {"kind": "whole number", "filter_by": "number", "examples": [3, "many"]},
            "examples: cannot be narrowed",
        ),
        (
            {"kind": "date and time", "filter_by": "moment", "examples": ["this morning"]},
            "examples: cannot be narrowed",
        ),
        (
            {"kind": "yes or no", "filter_by": "yes-no", "examples": ["yes"]},
            "examples: cannot be narrowed",
        ),
        ({"kind": "list", "filter_by": "element", "examples": ["a"]}, "examples: cannot be"),
    ],
)
def test_a_fault_of_a_field_is_said_with_its_place(changes, fault):
    (said,) = [one for one in faults_of(with_field(**changes)) if fault in one]

    assert said.startswith("sources[0].endpoints[0]")


def test_all_faults_are_said_at_once():
    raw = with_field(kind="number", examples=[])
    raw["sources"][0]["words"] = ""

    assert len(faults_of(raw)) >= 3


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", '{"format": 2}', "null", "[" * 100_000),
        *(TEXT.replace("Fitbit", sign, 1) for sign in ("\\u0000", "\\ud800")),
        *(TEXT.replace('"examples": [', f'"examples": [{none}, ', 1) for none in ("NaN", "1e999")),
    ],
    ids=["nothing", "half", "list", "other", "null", "deep", "nul", "surrogate", "nan", "infinite"],
)
def test_what_is_no_catalogue_at_all_is_refused(text):
    with pytest.raises(DataFileInvalid):
        read_file(text)


def test_a_path_and_a_table_may_stand_there_once():
    raw = deepcopy(SMALL)
    raw["sources"][0]["endpoints"].append(ENDPOINT)

    assert faults_of(raw) == [
        "path: spotify/feed stands there twice.",
        "table: plays stands there twice.",
    ]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"freshness": "soon"}, "freshness: must be one of minutes, hours, day, week, change."),
        ({"reaches_back_days": -1}, "reaches_back_days: must be a whole number from 0"),
        ({"reaches_back_days": True}, "reaches_back_days: must be a whole number from 0"),
        ({"records_a_month": 1.5}, "records_a_month: must be a whole number from 0"),
    ],
)
def test_coverage_and_freshness_of_a_record_are_read_strictly(changes, fault):
    raw = deepcopy(SMALL)
    raw["sources"][0]["endpoints"][0] |= changes

    (said,) = faults_of(raw)

    assert said.startswith(f"sources[0].endpoints[0].{fault}")


def test_an_endpoint_belongs_to_its_source():
    raw = deepcopy(SMALL)
    raw["sources"][0]["namespace"] = "monzo"

    assert "does not begin with monzo/" in faults_of(raw)[0]


def test_differences_name_the_field_and_both_values():
    old = read_file(json.dumps(SMALL))
    new = read_file(json.dumps(with_field(name="Track")))

    (difference,) = compare(old, new)
    assert difference.about == "spotify/feed · track.name: name"
    assert (difference.was, difference.now) == ("Song", "Track")


def test_what_a_file_leaves_out_is_a_difference_once():
    old = read_file(json.dumps(SMALL))
    (source,) = old
    (endpoint,) = source.endpoints
    another = replace(endpoint.fields[0], path="track.id", column="track")
    new = [replace(source, endpoints=(replace(endpoint, fields=(another,)),))]

    gone = [one for one in compare(old, new) if not one.now]
    assert [one.about for one in gone] == ["spotify/feed · track.name"]
    retired = replace(endpoint.fields[0], retired=True)
    as_kept = [replace(source, endpoints=(replace(endpoint, fields=(another, retired)),))]
    assert compare(as_kept, new) == []
