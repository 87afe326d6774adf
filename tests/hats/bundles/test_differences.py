"""What changed between two definitions, in sentences."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hats import bundles
from hats.bundles.differences import condition_differences, differences
from hats.bundles.speech import FieldName
from tests.hats.bundles.strategies import BUNDLES
from tests.hats.bundles.writing import where

NAMES = {"fitbit/activity": {"distance": FieldName("Distance", unit="km")}}


def runs(*filters: object, links: object = None, **wanted: object) -> bundles.Bundle:
    query = {
        "endpoint": "fitbit/activity",
        "mapping": wanted.pop("mapping", {"km": "distance"}),
        "filters": list(filters),
        "links": links,
    }
    return bundles.parse_bundle({"name": "b", "bundle": {"runs": {"endpoints": [query], **wanted}}})


def far(lower: float, upper: float) -> dict[str, object]:
    return where("distance", operator="between", lower=lower, upper=upper)


def said(old: bundles.Bundle, new: bundles.Bundle) -> list[str]:
    return [one.sentence for one in differences(old, new, names=NAMES)]


def test_nothing_is_said_of_two_spellings_or_of_another_name():
    one = bundles.renamed(runs(far(5, 10), ordering="up"), name="other")

    assert differences(one, runs(far(5.0, 10), ordering=None)) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (runs(), runs(mapping={"km": "distance", "steps": "steps"}),
         "Runs: now also the field “steps” (steps, read from steps). That takes more."),
        (runs(mapping={"km": "distance", "steps": "steps"}), runs(),
         "Runs: no longer the field “steps” (steps, read from steps). That takes less."),
        (runs(), runs(mapping={"km": "length"}),
         ("Runs: now the field “km” is read from length; before, the field “km” was read from"
         " distance.")),
        (runs(), runs(mapping=None),
         ("Runs: now whole records, with every field; before, only the fields “Distance”."
         " That takes more.")),
        (runs(), runs(far(5, 10)),
         "Runs: now only where “Distance” is between 5 and 10 km. That takes less."),
        (runs(far(5, 10)), runs(),
         "Runs: no longer only where “Distance” is between 5 and 10 km. That takes more."),
        (runs(far(5, 10)), runs(far(0, 10)),
         ("Runs: now only where “Distance” is between 0 and 10 km; before, only where “Distance”"
         " is between 5 and 10 km. That takes more.")),
        (runs(far(5, 10)), runs(far(6, 12)),
         ("Runs: now only where “Distance” is between 6 and 12 km; before, only where “Distance”"
         " is between 5 and 10 km.")),
        (runs(where("s", operator="in", value=["a", "b"])),
         runs(where("s", operator="in", value=["a"])),
         ("Runs: now only where “s” is “a”; before, only where “s” is “a” or “b”."
         " That takes less.")),
        (runs(limit=5), runs(limit=9),
         ("Runs: now at most the oldest 9 records; before, at most the oldest 5 records."
         " That takes more.")),
        (runs(limit=5), runs(),
         "Runs: now all records; before, at most the oldest 5 records. That takes more."),
        (runs(), runs(limit=0), "Runs: now no records; before, all records. That takes less."),
        (runs(), runs(orderBy="distance", ordering="descending"),
         ("Runs: now those with the highest “Distance” first, by “Distance” (distance); before,"
         " the oldest written first.")),
        (runs(), runs(links=[{"endpoint": "rumpel/notes"}]),
         "Runs, linked records: now also records of “Rumpel notes”. That takes more."),
        (runs(where("s", operator="contains", value=1)),
         runs(where("s", operator="contains", value=True)),
         "Runs: now only where “s” is yes; before, only where “s” is 1."),
    ],
)  # fmt: skip
def test_one_change_is_one_sentence(old, new, sentence):
    assert said(old, new) == [sentence]


def test_tables_and_endpoints_that_come_and_go_are_named():
    weigh = {"endpoints": [{"endpoint": "fitbit/weight"}]}
    more = {"endpoints": [{"endpoint": "fitbit/weight"}, {"endpoint": "scale/weight"}]}
    old = bundles.parse_bundle({"name": "b", "bundle": {"gone": weigh, "kept": more}})
    new = bundles.parse_bundle({"name": "b", "bundle": {"kept": weigh, "come": weigh}})

    assert said(old, new) == [
        "Kept: no longer records of “Scale weight”. That takes less.",
        "Come: now also a table from “Fitbit weight”. That takes more.",
        "Gone: no longer a table from “Fitbit weight”. That takes less.",
    ]


def test_a_change_without_words_is_not_passed_over():
    one, other = {"endpoint": "a/a"}, {"endpoint": "b/b"}
    old = bundles.parse_bundle({"name": "b", "bundle": {"p": {"endpoints": [one, other]}}})
    new = bundles.parse_bundle({"name": "b", "bundle": {"p": {"endpoints": [other, one]}}})

    (sentence,) = said(old, new)
    assert "no plain words (compare the definitions)" in sentence


def test_conditions_added_dropped_and_changed_are_said():
    old, new = runs(far(5, 10)), runs(far(0, 10))

    assert [one.sentence for one in condition_differences(None, old, names=NAMES)] == [
        (
            "Conditions: now only if the HAT holds at least one record of “Fitbit activity” in"
            " which “Distance” is between 5 and 10 km."
        )
    ]
    assert condition_differences(old, None, names=NAMES)[0].now == ""
    assert [one.about for one in condition_differences(old, new)] == ["Condition “Runs”"]
    assert condition_differences(old, old) == condition_differences(None, None) == []


def _hash(raw: object) -> str:
    return bundles.bundle_hash(raw)


@settings(max_examples=75, deadline=None)
@given(old=BUNDLES, new=BUNDLES)
def test_a_change_of_meaning_gives_a_sentence_and_no_change_gives_none(old, new):
    found = differences(bundles.parse_bundle(old), bundles.parse_bundle(new))

    assert bool(found) == (_hash(old) != _hash(new))
    assert all(one.sentence and one.was != one.now for one in found)


CHANGES = st.sampled_from(["limit", "ordering", "orderBy", "mapping", "filters", "links"])


@settings(max_examples=75, deadline=None)
@given(raw=BUNDLES, part=CHANGES, data=st.data())
def test_changing_one_part_gives_a_sentence_whenever_the_hash_changes(raw, part, data):
    changed = copy.deepcopy(raw)
    donor = data.draw(BUNDLES)
    for name, wanted in changed["bundle"].items():
        other = donor["bundle"].get(name, {"endpoints": [{}]})
        target, source = (wanted, other)
        if part in {"mapping", "filters", "links"}:
            target, source = wanted["endpoints"][0], other["endpoints"][0]
        target[part] = source.get(part)

    found = differences(bundles.parse_bundle(raw), bundles.parse_bundle(changed))

    assert bool(found) == (_hash(raw) != _hash(changed))
