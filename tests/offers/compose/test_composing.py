"""Whatever can be composed is a bundle that a HAT reads, and that says in words what was chosen."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from hats import bundles
from hats.bundles import Record, parse_bundle
from hats.bundles.recognising import read
from hats.bundles.speech import FieldName
from hats.bundles.words import explain, filter_path
from hats.sandbox.people import name_of, person_named
from hats.sandbox.plugs import SOURCES
from offers import eligibility
from offers.composing.narrowing import phrases_of
from offers.composing.offer import answers_of, compose
from tests.offers.compose.strategies import ENDPOINTS, TODAY, answers, composed_endpoints

PEOPLE = [person_named(name_of(index, seed="hat-market"), seed="hat-market") for index in range(4)]
NEWEST = 40  # records of a person and source: enough to meet every branch of its plug


def composed(given_answers):
    return compose(composed_endpoints(given_answers), given_answers, today=TODAY)


@pytest.fixture(scope="module")
def held():
    """What some sandbox people hold, by endpoint."""
    everything = []
    for person in PEOPLE:
        records = {}
        for endpoint, source in SOURCES.items():
            items = list(source.generate(person, TODAY))[-NEWEST:]
            records[endpoint] = [Record(endpoint, key, data) for key, _at, data in items]
        everything.append(records)
    return everything


@settings(deadline=None)
@given(chosen=answers())
def test_a_composed_bundle_is_read_without_a_trap_and_described_field_by_field(chosen):
    offer = composed(chosen)
    raw = json.loads(json.dumps(offer.to_json("composed-1")))

    assert eligibility.bundle_problems(raw) == []
    bundle = parse_bundle(raw)
    assert eligibility.field_problems(bundle, offer.columns()) == []


@settings(deadline=None)
@given(chosen=answers())
def test_the_invented_sample_could_have_come_from_the_bundle(chosen):
    offer = composed(chosen)
    bundle = parse_bundle(offer.to_json("composed-1"))

    assert eligibility.sample_problems(bundle, offer.sample()) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=answers())
def test_the_invented_sample_passes_its_own_filters(chosen):
    for wish in composed(chosen).wishes:
        for record in composed(chosen).sample()[0][wish.endpoint.table]:
            for field, phrases in wish.fields:
                for phrase in phrases:
                    condition = phrase.to_filter()
                    query = bundles.EndpointQuery("a/b", filters=(condition,))
                    bundle = bundles.Bundle("b", {"f": bundles.PropertyQuery((query,))})
                    data = _nested(filter_path(field.path), record[field.column])
                    found = bundles.evaluate(bundle, {"a/b": [Record("a/b", "1", data)]})
                    assert found["f"], (phrase, record)


def _nested(path, value):
    for segment in reversed(path.split(".")):
        value = [value] if segment == "0" else {segment: value}
        if segment.isdigit() and segment != "0":
            inner = value[segment]
            value = [None] * int(segment) + [inner]
    return value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=answers())
def test_it_evaluates_on_the_sandbox_people_without_an_error(held, chosen):
    bundle = parse_bundle(composed(chosen).to_json("composed-1"))

    for records in held:
        answer = bundles.evaluate(bundle, records)
        assert set(answer) == set(bundle.properties)


@given(chosen=answers())
def test_the_bundle_says_in_words_what_the_form_said(chosen):
    offer = composed(chosen)
    bundle = parse_bundle(json.loads(json.dumps(offer.to_json("composed-1"))))
    names = {
        wish.endpoint.path: {
            filter_path(field.path): FieldName(field.name, unit=field.unit)
            for field, _ in wish.fields
        }
        for wish in offer.wishes
    }

    for wish, table in zip(offer.wishes, explain(bundle, names=names), strict=True):
        said = [
            f"“{field.name}” {phrase.words(names[wish.endpoint.path][filter_path(field.path)])}"
            for field, phrases in wish.fields
            for phrase in phrases
        ]
        assert list(table.sources[0].tests) == said
        assert list(table.sources[0].fields) == [f"“{field.name}”" for field, _ in wish.fields]
        assert "plain words" not in "".join(said)


@given(chosen=answers())
def test_words_become_a_bundle_and_the_bundle_the_same_words(chosen):
    offer = composed(chosen)
    again = answers_of(
        parse_bundle(json.loads(json.dumps(offer.to_json("composed-1")))), ENDPOINTS.values()
    )

    assert composed(again).to_json("composed-1") == offer.to_json("composed-1")


@given(chosen=answers())
def test_every_filter_is_one_that_has_plain_words(chosen):
    for wanted in composed(chosen).to_bundle("composed-1").properties.values():
        for condition in wanted.endpoints[0].filters:
            assert read(condition).to_filter() == condition


@pytest.mark.parametrize(
    ("endpoint", "path", "held", "said"),
    [
        ("fitbit/activity", "distance", {"low": 5}, ["is 5 km or more"]),
        ("fitbit/activity", "distance", {"high": 10}, ["is 10 km or less"]),
        ("fitbit/activity", "distance", {"low": 5, "high": 10}, ["is between 5 and 10 km"]),
        ("fitbit/activity", "activityName", {"values": ["Run", "Walk"]}, ["is “Run” or “Walk”"]),
        ("fitbit/activity", "activityName", {"values": ["Chess"]}, []),
        ("facebook/events", "name", {"text": "museum"}, ["has the word “museum”"]),
        ("twitter/tweets", "retweeted", {"yes": False}, ["is no"]),
        ("dex/databuyer", "merchants[]", {"text": "cafe"}, ["is “cafe”"]),
        (
            "spotify/feed",
            "played_at",
            {"hours": [6, 8]},
            ["is between 6 and 9 in the morning (UTC)"],
        ),
        ("uber/rides", "start_time", {"weekdays": [6, 7]}, ["falls on a Saturday or a Sunday"]),
        (
            "fitbit/weight",
            "date",
            {"since": "2026-01-01", "until": "2026-07-01"},
            ["is from 1 January 2026 up to 1 July 2026"],
        ),
        ("spotify/feed", "played_at", {"low": 5}, []),
    ],
)  # fmt: skip
def test_what_the_form_holds_is_said_so(endpoint, path, held, said):
    field = next(field for field in ENDPOINTS[endpoint].fields if field.path == path)
    name = FieldName(field.name, unit=field.unit)

    assert [phrase.words(name) for phrase in phrases_of(field, held, today=TODAY)] == said


def test_the_last_ninety_days_become_a_day_that_stays():
    field = next(f for f in ENDPOINTS["spotify/feed"].fields if f.path == "played_at")

    (phrase,) = phrases_of(field, {"days": 90}, today=date(2026, 11, 23))

    assert phrase.words(FieldName("Played at")) == "is 25 August 2026 or later"


def test_what_is_not_taken_is_not_filtered_by():
    chosen = {
        "records": {"endpoints": ["spotify/feed"]},
        "fields": {"spotify/feed": ["track.name"]},
        "filters": {"spotify/feed": {"by": {"played_at": {"days": 90}}}},
    }

    (wanted,) = composed(chosen).to_bundle("b").properties.values()

    assert wanted.endpoints[0].filters == ()


def test_of_a_state_only_the_newest_record_is_taken_unless_one_says_otherwise():
    chosen = {
        "records": {"endpoints": ["fitbit/profile"]},
        "fields": {"fitbit/profile": ["age"]},
    }

    (wanted,) = composed(chosen).to_bundle("b").properties.values()

    assert (wanted.limit, wanted.ordering) == (1, "descending")


def test_the_moments_of_an_invented_record_move_together():
    narrowed = {"dateOfSleep": {"days": 90}, "startTime": {"hours": [6, 13]}}
    chosen = {
        "records": {"endpoints": ["fitbit/sleep"]},
        "fields": {"fitbit/sleep": ["dateOfSleep", "startTime", "endTime"]},
        "filters": {"fitbit/sleep": {"by": narrowed}},
    }

    nights = [person["nights"][0] for person in composed(chosen).sample()]

    for night in nights:
        began, ended = (datetime.fromisoformat(night[name]) for name in ("fell_asleep", "woke_up"))
        assert timedelta(0) < ended - began < timedelta(hours=10)
        assert abs(began.date() - date.fromisoformat(night["date"])) <= timedelta(days=1)


def test_invented_records_are_the_newest_first_also_where_days_are_chosen():
    chosen = {
        "records": {"endpoints": ["fitbit/sleep"]},
        "fields": {"fitbit/sleep": ["dateOfSleep"]},
        "filters": {"fitbit/sleep": {"by": {"dateOfSleep": {"days": 90}}}},
    }

    for person in composed(chosen).sample():
        days = [night["date"] for night in person["nights"]]
        assert days == sorted(days, reverse=True)
