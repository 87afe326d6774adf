"""Bundles in German: every phrase, every sentence, and what changed."""

import dataclasses
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings

from hats import bundles
from hats.bundles import Filter, phrases
from hats.bundles import phrases as p
from hats.bundles.differences import condition_differences, differences
from hats.bundles.model import Contains
from hats.bundles.speech import FieldName, figure, name_from
from hats.bundles.words import condition_clauses, sentences
from tests.hats.bundles.strategies import BUNDLES
from tests.hats.bundles.test_words import FAR, NAMES, RUNS, SPORT, bundle, table
from tests.hats.bundles.writing import SEARCHABLE, where

FORM = bundles.Transformation.DATETIME_EXTRACT
KM = FieldName("Distance", unit="km")
DISTANCE, TAGS = FieldName("Distance"), FieldName("Tags", is_list=True)
LIVED = FieldName("Sleep", unit="minutes")

QUOTED = '{"operator": {"operator": "contains", "value": null}}'

SAID = [
    (p.Equals("f", "Run"), DISTANCE, "is “Run”", "„Run“ ist"),
    (p.Equals("f", 3), KM, "is 3 km", "3 km ist"),
    (p.Equals("f", "a"), TAGS, "includes “a”", "„a“ enthält"),
    (p.IsYes("f", is_yes=True), DISTANCE, "is yes", "zutrifft"),
    (p.IsYes("f", is_yes=False), DISTANCE, "is no", "nicht zutrifft"),
    (p.IsYes("f", is_yes=True), TAGS, "includes yes", "ein Ja enthält"),
    (p.IsYes("f", is_yes=False), TAGS, "includes no", "ein Nein enthält"),
    (p.OneOf("f", ("a", "b", "c")), DISTANCE, "is “a”, “b” or “c”", "„a“, „b“ oder „c“ ist"),
    (p.OneOf("f", ("a",)), TAGS, "holds nothing but “a”", "nichts als „a“ enthält"),
    (p.Includes("f", ("a", "b")), TAGS, "is a list with “a” and “b”",
     "eine Liste mit „a“ und „b“ ist"),
    (p.Range("f", 2.5, 10), KM, "is between 2.5 and 10 km", "zwischen 2,5 und 10 km liegt"),
    (p.Range("f", 5, 5), KM, "is exactly 5 km", "genau 5 km beträgt"),
    (p.Range("f", 1, 100_000), LIVED, "is between 1 and 100,000 minutes",
     "zwischen 1 und 100.000 Minuten liegt"),
    (p.Range("f", 1, 9), FieldName("Amount", unit="smallest unit"),
     "is between 1 and 9 (smallest unit)", "zwischen 1 und 9 (kleinste Einheit) liegt"),
    (p.AtLeast("f", 420), LIVED, "is 420 minutes or more", "mindestens 420 Minuten beträgt"),
    (p.AtMost("f", -2.5), KM, "is −2.5 km or less", "höchstens −2,5 km beträgt"),
    (p.Period("f", date(2025, 1, 1), date(2026, 3, 12)), DISTANCE,
     "is from 1 January 2025 up to 12 March 2026",
     "zwischen dem 1. Januar 2025 und dem 12. März 2026 liegt"),
    (p.Since("f", date(2026, 8, 28)), DISTANCE, "is 28 August 2026 or later",
     "am 28. August 2026 oder später liegt"),
    (p.HasWords("f", "the museum"), DISTANCE, "has the word “museum”", "das Wort „museum“ enthält"),
    (p.HasWords("f", "night museum"), DISTANCE, "has the words “night” and “museum”",
     "die Wörter „night“ und „museum“ enthält"),
    (p.Hours("f", FORM, 7, 8), DISTANCE, "is between 7 and 9 in the morning (UTC)",
     "zwischen 7 und 9 Uhr (UTC) liegt"),
    (p.Hours("f", FORM, 18, 23), DISTANCE, "is between 6 in the evening and midnight (UTC)",
     "zwischen 18 und 24 Uhr (UTC) liegt"),
    (p.Hours("f", FORM, 22, 5), DISTANCE,
     "is between 10 in the evening and 6 in the morning (UTC)",
     "zwischen 22 und 6 Uhr (UTC) liegt"),
    (p.Hours("f", FORM, 7, 8), FieldName("Fell asleep", unit="local time"),
     "is between 7 and 9 in the morning", "zwischen 7 und 9 Uhr liegt"),
    (p.Hours("f", FORM, 0, 23), DISTANCE, "is at any hour (UTC)",
     "zu einer beliebigen Stunde (UTC) liegt"),
    (p.Weekdays("f", FORM, (6, 7)), DISTANCE, "falls on a Saturday or a Sunday",
     "auf einen Samstag oder einen Sonntag fällt"),
    (p.Weekdays("f", FORM, (1, 2, 3, 4, 5)), DISTANCE, "falls on a day from Monday to Friday",
     "auf einen Tag von Montag bis Freitag fällt"),
    (p.Months("f", FORM, (3, 7)), DISTANCE, "is in March or July", "im März oder Juli liegt"),
    (p.Years("f", FORM, 2026, 2026), DISTANCE, "is in 2026", "im Jahr 2026 liegt"),
    (p.Years("f", FORM, 2024, 2026), DISTANCE, "is in the years 2024 to 2026",
     "in den Jahren 2024 bis 2026 liegt"),
    (p.Other(Filter("f", Contains(None))), DISTANCE,
     f"passes a test that has no plain words ({QUOTED})",
     f"eine Prüfung besteht, für die es keine einfachen Worte gibt ({QUOTED})"),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "name", "english", "german"), SAID)
def test_each_phrase_is_said_in_both_languages(phrase, name, english, german):
    assert phrase.words(name) == english
    with translation.override("de"):
        assert phrase.words(name) == german


def test_no_class_of_phrases_is_left_out_above():
    known = {
        one
        for one in vars(phrases).values()
        if dataclasses.is_dataclass(one) and hasattr(one, "to_filter")
    }

    assert {type(phrase) for phrase, *_ in SAID} == known


@pytest.fixture
def german():
    with translation.override("de"):
        yield


def runs(**wanted):
    return bundle(runs=table(RUNS, **wanted))


@pytest.mark.usefixtures("german")
def test_filters_and_limit_become_one_sentence():
    narrowed = table(
        RUNS | {"filters": [FAR, SPORT]}, orderBy="originalStartTime", ordering="descending",
        limit=2_000,
    )  # fmt: skip

    assert sentences(bundle(runs=narrowed), names=NAMES) == [
        (
            "Ihr HAT gibt nur Einträge heraus, bei denen „Distance“ zwischen 5 und 10 km liegt,"
            " und „activity name“ „Run“ oder „Walk“ ist; davon höchstens die neuesten 2.000."
        )
    ]


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"ordering": "descending", "limit": 1}, "nur den neuesten Eintrag"),
        ({"limit": 2_000}, "höchstens die ältesten 2.000 Einträge"),
        ({"orderBy": "km", "ordering": "descending", "limit": 3},
         "höchstens die 3 Einträge mit dem höchsten Wert bei „Distance“"),
        ({"orderBy": "km", "limit": 1}, "nur den Eintrag mit dem niedrigsten Wert bei „Distance“"),
        ({"limit": 0}, "keine Einträge"),
    ],
)  # fmt: skip
def test_a_limit_says_how_many_and_which(wanted, words):
    assert sentences(runs(**wanted), names=NAMES) == [f"Ihr HAT gibt {words} heraus."]


@pytest.mark.usefixtures("german")
def test_several_tables_begin_with_a_capital_behind_the_colon():
    said = sentences(bundle(runs=table(RUNS, limit=1), bank_fees=table(RUNS, limit=0)))

    assert said == [
        "Runs: Ihr HAT gibt nur den ältesten Eintrag heraus.",
        "Bank fees: Ihr HAT gibt keine Einträge heraus.",
    ]


@pytest.mark.usefixtures("german")
def test_several_endpoints_whole_records_and_links():
    songs = {"endpoint": "spotify/feed", "mapping": {"song": "track.name"}}
    link = {
        "endpoint": "rumpel/notes",
        "mapping": {"t": "text"},
        "filters": [where("text", SEARCHABLE, operator="find", search="race")],
    }

    assert sentences(bundle(all=table(RUNS | {"filters": [FAR]}, songs)), names=NAMES) == [
        (
            "Ihr HAT gibt heraus: aus „Fitbit activity“ nur Einträge, bei denen „Distance“ zwischen"
            " 5 und 10 km liegt, und aus „Spotify feed“ alle Einträge."
        )
    ]
    assert sentences(bundle(all=table({"endpoint": "a/b", "links": [link]}))) == [
        "Einträge aus „A b“ werden vollständig herausgegeben, mit allen Feldern.",
        (
            "Mit jedem Eintrag kommen die mit ihm verknüpften Einträge aus „Rumpel notes“, bei"
            " denen „text“ das Wort „race“ enthält, davon nur „text“."
        ),
    ]


@pytest.mark.usefixtures("german")
def test_conditions_are_clauses_in_the_case_their_sentence_wants():
    adults = where("age", operator="between", lower=18, upper=30)
    conditions = bundle(
        adult=table({"endpoint": "rumpel/profile", "filters": [adults]}),
        active=table(RUNS, {"endpoint": "fitbit/sleep"}),
    )

    assert condition_clauses(conditions) == [
        "mindestens einen Eintrag aus „Rumpel profile“, bei dem „age“ zwischen 18 und 30 liegt",
        (
            "mindestens einen Eintrag aus „Fitbit activity“ oder mindestens einen Eintrag aus"
            " „Fitbit sleep“"
        ),
    ]


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (runs(), runs(limit=10_000),
         ("Runs: jetzt höchstens die ältesten 10.000 Einträge; vorher alle Einträge."
         " Damit wird weniger gelesen.")),
        (bundle(runs=table(RUNS)), bundle(runs=table(RUNS | {"filters": [FAR]})),
         ("Runs: jetzt nur Einträge, bei denen „Distance“ zwischen 5 und 10 km liegt."
         " Damit wird weniger gelesen.")),
        (bundle(runs=table(RUNS | {"filters": [FAR]})), bundle(runs=table(RUNS)),
         ("Runs: nicht mehr nur Einträge, bei denen „Distance“ zwischen 5 und 10 km liegt."
         " Damit wird mehr gelesen.")),
        (runs(), runs(orderBy="km", ordering="descending"),
         ("Runs: jetzt die mit dem höchsten Wert bei „Distance“ zuerst, nach „Distance“ (km);"
         " vorher die zuerst geschriebenen zuerst.")),
    ],
)  # fmt: skip
def test_a_change_is_a_german_sentence(old, new, sentence):
    assert [one.sentence for one in differences(old, new, names=NAMES)] == [sentence]


@pytest.mark.usefixtures("german")
def test_new_conditions_are_a_german_sentence():
    (change,) = condition_differences(None, runs())

    assert change.sentence == (
        "Bedingungen: jetzt nur, wenn der HAT Folgendes enthält: mindestens einen Eintrag aus"
        " „Fitbit activity“."
    )


@pytest.mark.usefixtures("german")
def test_figures_keep_up_to_four_digits_together_as_years_do():
    assert [figure(number) for number in (2026, 10_000, -3, 0.5)] == ["2026", "10.000", "−3", "0,5"]
    assert name_from("").text == "(ohne Namen)"


@settings(deadline=None)
@given(raw=BUNDLES)
def test_whatever_is_said_in_english_is_said_in_german_too(raw):
    parsed = bundles.parse_bundle(raw)
    english, conditions = sentences(parsed), condition_clauses(parsed)

    with translation.override("de"):
        german = sentences(parsed)
        assert len(condition_clauses(parsed)) == len(conditions)

    assert len(german) == len(english)
    assert all(sentence.endswith(".") for sentence in german)
    assert not any("Your HAT" in sentence or " record" in sentence.split("“")[0]
                   for sentence in german)  # fmt: skip
