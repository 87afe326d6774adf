"""Filters in plain words: built, recognised, said."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hats import bundles
from hats.bundles import Bundle, EndpointQuery, EvaluationFailed, Filter, PropertyQuery, Record
from hats.bundles import phrases as p
from hats.bundles.hashing import canonical_text
from hats.bundles.parsing import filter_to_json
from hats.bundles.recognising import read
from hats.bundles.speech import FieldName
from tests.hats.bundles.strategies import FILTERS, RECORD_DATA
from tests.hats.bundles.writing import query, where

TEXT, SECONDS = bundles.Transformation.DATETIME_EXTRACT, bundles.Transformation.TIMESTAMP_EXTRACT
FIELDS = st.sampled_from(["distance", "place.name", "lines.0.sku"])
FORMS = st.sampled_from([TEXT, SECONDS])
FIGURES = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
SCALARS = st.text(st.characters(exclude_characters="{"), max_size=5) | FIGURES
WORDS = st.lists(st.sampled_from(["museum", "night", "fees", "the"]), min_size=1, max_size=3)

CLOCK = [(0, 23)] + [(a, b) for a in range(24) for b in range(24) if a != (b + 1) % 24]


def pair_of(values):
    return st.lists(values, min_size=2, max_size=2).map(sorted)


def some_of(first, last):
    days = st.sets(st.integers(first, last), min_size=1)
    return days.map(lambda numbers: tuple(sorted(numbers)))


PHRASES = st.one_of(
    st.builds(p.Equals, FIELDS, SCALARS),
    st.builds(p.IsYes, FIELDS, st.booleans()),
    st.builds(p.OneOf, FIELDS, st.lists(SCALARS, min_size=1, max_size=3).map(tuple)),
    st.builds(p.Includes, FIELDS, st.lists(SCALARS, min_size=1, max_size=3).map(tuple)),
    st.builds(lambda field, ends: p.Range(field, *ends), FIELDS, pair_of(FIGURES)),
    st.builds(p.AtLeast, FIELDS, FIGURES),
    st.builds(p.AtMost, FIELDS, FIGURES),
    st.builds(
        lambda field, days: p.Period(field, *days),
        FIELDS,
        pair_of(st.dates(max_value=date(9000, 1, 1))).filter(lambda days: days[0] < days[1]),
    ),
    st.builds(p.Since, FIELDS, st.dates(max_value=date(9000, 1, 1))),
    st.builds(p.HasWords, FIELDS, WORDS.filter(lambda words: set(words) != {"the"}).map(" ".join)),
    st.builds(lambda f, form, ends: p.Hours(f, form, *ends), FIELDS, FORMS, st.sampled_from(CLOCK)),
    st.builds(p.Weekdays, FIELDS, FORMS, some_of(1, 7)),
    st.builds(p.Months, FIELDS, FORMS, some_of(1, 12)),
    st.builds(
        lambda f, form, ends: p.Years(f, form, *ends),
        FIELDS,
        FORMS,
        pair_of(st.integers(1990, 2040)),
    ),
)


@given(phrase=PHRASES)
def test_every_phrase_that_can_be_built_is_read_back_as_the_same_phrase(phrase):
    assert read(phrase.to_filter()) == phrase


@given(phrase=PHRASES)
def test_every_phrase_survives_the_way_over_json(phrase):
    travelled = json.loads(json.dumps(filter_to_json(phrase.to_filter())))
    (query_,) = query(None, travelled).properties["found"].endpoints

    assert read(query_.filters[0]) == phrase


@given(phrase=PHRASES)
def test_every_phrase_has_words_of_one_line_in_which_nothing_is_quoted_as_json(phrase):
    words = phrase.words(FieldName("Field"))

    assert words.split(" ")[0] in {"is", "has", "falls"}
    assert "plain words" not in words
    assert "{" not in words.replace("“{", "")


def passes(condition: Filter, data: object) -> bool | str:
    wanted = PropertyQuery((EndpointQuery("a/b", filters=(condition,)),))
    try:
        answer = bundles.evaluate(Bundle("b", {"f": wanted}), {"a/b": [Record("a/b", "1", data)]})
    except EvaluationFailed:
        return "fails"
    return bool(answer["f"])


@given(raw=FILTERS, data=RECORD_DATA)
def test_reading_a_filter_as_a_phrase_never_changes_what_passes(raw, data):
    (query_,) = query(None, raw).properties["found"].endpoints
    (condition,) = query_.filters

    assert passes(read(condition).to_filter(), data) == passes(condition, data)


DISTANCE = FieldName("Distance")


def said(raw: dict[str, object], name: FieldName = DISTANCE) -> str:
    (query_,) = query(None, raw).properties["found"].endpoints
    return f"{name} {read(query_.filters[0]).words(name)}"


KM = FieldName("Distance", unit="km")


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (where("d", operator="between", lower=5, upper=10), KM,
         "“Distance” is between 5 and 10 km"),
        (where("d", operator="between", lower=5, upper=5.0), KM, "“Distance” is exactly 5 km"),
        (where("d", operator="between", lower=5, upper=p.BEYOND), KM, "“Distance” is 5 km or more"),
        (where("d", operator="between", lower=-p.BEYOND, upper=-2.5), KM,
         "“Distance” is −2.5 km or less"),
        (where("d", operator="between", lower=1, upper=100_000), FieldName("Steps", unit="steps"),
         "“Steps” is between 1 and 100,000"),
        (where("d", operator="between", lower=1, upper=9),
         FieldName("Amount", unit="smallest unit"),
         "“Amount” is between 1 and 9 (smallest unit)"),
        (where("s", operator="in", value=["Run", "Walk"]), FieldName("Sport"),
         "“Sport” is “Run” or “Walk”"),
        (where("s", operator="in", value=["a"]), FieldName("Tags", is_list=True),
         "“Tags” holds nothing but “a”"),
        (where("s", operator="contains", value="a"), FieldName("Tags", is_list=True),
         "“Tags” includes “a”"),
        (where("s", operator="contains", value=["a", "b"]), FieldName("Tags"),
         "“Tags” is a list with “a” and “b”"),
        (where("s", operator="contains", value="confirmed"), FieldName("Status"),
         "“Status” is “confirmed”"),
        (where("s", operator="contains", value=False), FieldName("Retweet"), "“Retweet” is no"),
        (where("s", operator="contains", value=3), KM, "“Distance” is 3 km"),
        (where("t", {"transformation": "searchable"}, operator="find", search="the museum"),
         FieldName("Title"), "“Title” has the word “museum”"),
        (where("t", {"transformation": "searchable"}, operator="find", search="night museum"),
         FieldName("Title"), "“Title” has the words “night” and “museum”"),
        (where("t", operator="between", lower="2025-01-01", upper="2027-01-01"),
         FieldName("Date"), "“Date” is from 1 January 2025 up to 1 January 2027"),
        (where("t", operator="between", lower="2026-08-28", upper="9999-12-31"),
         FieldName("Date"), "“Date” is 28 August 2026 or later"),
    ],
)  # fmt: skip
def test_filters_are_said_in_plain_words(raw, name, words):
    assert said(raw, name) == words


def moment(part: str, **operator: object) -> dict[str, object]:
    return where("t", {"transformation": "datetimeExtract", "part": part}, **operator)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (moment("hour", operator="between", lower=7, upper=8), "between 7 and 9 in the morning"),
        (moment("hour", operator="between", lower=18, upper=23),
         "between 6 in the evening and midnight"),
        (moment("hour", operator="between", lower=0, upper=5),
         "between midnight and 6 in the morning"),
        (moment("hours", operator="between", lower=11, upper=12),
         "between 11 in the morning and 1 in the afternoon"),
        (moment("hour", operator="in", value=[12]), "between noon and 1 in the afternoon"),
        (moment("hour", operator="between", lower=9, upper=11),
         "between 9 in the morning and noon"),
        (moment("hour", operator="between", lower=0, upper=23), "at any hour"),
        (moment("hour", operator="in", value=[0, 1, 2, 22, 23]),
         "between 10 in the evening and 3 in the morning"),
        (moment("hour", operator="in", value=[6, 7, 8]), "between 6 and 9 in the morning"),
        (moment("hour", operator="in", value=[*range(23), 23]), "at any hour"),
        (moment("hour", operator="in", value=[*range(22), 23]),
         "between 11 in the evening and 10 in the evening"),
    ],
)  # fmt: skip
def test_hours_are_said_as_people_say_them(raw, words):
    assert said(raw) == f"“Distance” is {words} (UTC)"


def test_hours_of_a_person_s_own_clock_are_said_without_a_zone():
    raw = moment("hour", operator="between", lower=6, upper=8)

    words = said(raw, FieldName("Fell asleep", unit="local time"))

    assert words == "“Fell asleep” is between 6 and 9 in the morning"


def test_hours_apart_from_each_other_are_no_span():
    raw = moment("hour", operator="in", value=[1, 5])

    assert said(raw).startswith("“Distance” passes")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (moment("isodow", operator="in", value=[6, 7]), "falls on a Saturday or a Sunday"),
        (moment("dow", operator="in", value=[0, 6]), "falls on a Saturday or a Sunday"),
        (moment("isodow", operator="between", lower=1, upper=5),
         "falls on a day from Monday to Friday"),
        (moment("dow", operator="contains", value=0), "falls on a Sunday"),
        (moment("month", operator="in", value=[7, 6]), "is in June or July"),
        (moment("year", operator="contains", value=2026), "is in 2026"),
        (moment("year", operator="between", lower=2024, upper=2026),
         "is in the years 2024 to 2026"),
    ],
)  # fmt: skip
def test_days_months_and_years_are_named(raw, words):
    assert said(raw) == f"“Distance” {words}"


@pytest.mark.parametrize(
    "raw",
    [
        where("t", operator="contains", value={"a": 1}),
        where("t", operator="contains", value=None),
        where("t", operator="in", value=[True]),
        where("t", operator="in", value="EUR"),
        where("t", operator="between", lower="a", upper="b"),
        where("t", operator="between", lower="2025-02-30", upper="2026-01-01"),
        where("t", operator="between", lower=9, upper=1),
        where("t", operator="between", lower=1, upper=True),
        moment("hour", operator="between", lower=20, upper=26),
        moment("hour", operator="in", value=[1, 2.5]),
        moment("isodow", operator="in", value=[0, 1]),
        moment("epoch", operator="between", lower=0, upper=1),
        where("t", {"transformation": "searchable"}, operator="find", search="the"),
    ],
)
def test_what_has_no_plain_words_says_so_and_is_quoted_whole(raw):
    (query_,) = query(None, raw).properties["found"].endpoints
    (condition,) = query_.filters
    phrase = read(condition)

    assert phrase == p.Other(condition)
    words = phrase.words(FieldName("Field"))
    assert words.startswith("passes a test that has no plain words (")
    quoted = json.loads(words.removeprefix("passes a test that has no plain words (")[:-1])
    assert canonical_text(quoted | {"field": "t"}) == canonical_text(filter_to_json(condition))


def test_a_period_takes_what_lies_in_its_days():
    phrase = p.Period("t", date(2026, 1, 1), date(2026, 2, 1))

    assert passes(phrase.to_filter(), {"t": "2026-01-31T23:59:59Z"}) is True
    assert passes(phrase.to_filter(), {"t": "2026-02-01T00:00:00Z"}) is False
    assert passes(replace(phrase, since=date(2026, 1, 2)).to_filter(), {"t": "2026-01-01"}) is False
