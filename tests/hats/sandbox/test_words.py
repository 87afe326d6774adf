"""What a bundle asks for, as its owner reads it."""

from datetime import UTC, datetime, timedelta

import pytest

from hats.bundles import parse_bundle
from hats.sandbox.debits import Permission
from hats.sandbox.words import conditions_in_words, data_in_words, period_end

RIDES = "uber/rides"


def bundle(*, endpoint=RIDES, limit=None, **query):
    wanted = {"endpoints": [{"endpoint": endpoint} | query]}
    return parse_bundle(
        {"name": "b", "bundle": {"trips": wanted | ({"limit": limit} if limit else {})}}
    )


def between(field, lower, upper, **more):
    return {
        "field": field,
        "operator": {"operator": "between", "lower": lower, "upper": upper},
    } | more


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (bundle(), "Everything from your rides with Uber"),
        (bundle(endpoint="shop/orders"), "Everything from shop/orders"),
        (bundle(mapping={}), "Only how many there are, from your rides with Uber"),
        (bundle(mapping={"miles": "distance"}, limit=1_000),
         "The field “distance” from your rides with Uber; at most the oldest 1,000"),
        (bundle(mapping={"miles": "distance", "start.city": "x", "all_tags[]": "y[]"}),
         "The fields “distance”, “x” and “y” from your rides with Uber"),
        (bundle(filters=[between("distance", 1, 10)]),
         "Everything from your rides with Uber; only where “distance” is between 1 and 10"),
        (bundle(filters=[between("start_time", 6, 8, transformation={
            "transformation": "timestampExtract", "part": "hour"})]),
         ("Everything from your rides with Uber; "
         "only where “start time” is between 6 and 9 in the morning (UTC)")),
        (bundle(filters=[{"field": "city", "operator": {"operator": "in", "value": ["A", "B"]}}]),
         "Everything from your rides with Uber; only where “city” is “A” or “B”"),
    ],
)  # fmt: skip
def test_what_would_leave_is_one_sentence(asked, words):
    assert data_in_words(asked) == [words]


def test_what_is_linked_is_said_too():
    asked = bundle(links=[{"endpoint": "spotify/feed"}])

    assert data_in_words(asked) == [
        (
            "Everything from your rides with Uber; "
            "with what is linked to it in what you played on Spotify"
        )
    ]


def test_a_condition_says_what_the_records_must_be():
    asked = bundle(filters=[between("distance", 1, 10)])

    assert conditions_in_words(asked) == [
        "there is something in your rides with Uber where “distance” is between 1 and 10"
    ]


def test_conditions_name_what_must_be_there():
    asked = parse_bundle(
        {
            "name": "c",
            "bundle": {
                "moves": {"endpoints": [{"endpoint": RIDES}, {"endpoint": "fitbit/activity"}]},
                "nights": {"endpoints": [{"endpoint": "fitbit/sleep"}]},
            },
        }
    )

    assert conditions_in_words(asked) == [
        (
            "there is something in your rides with Uber "
            "or there is something in your exercise on Fitbit"
        ),
        "there is something in your sleep on Fitbit",
    ]


START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        (START - timedelta(days=3), START + timedelta(days=30)),
        (START, START + timedelta(days=30)),
        (START + timedelta(days=29), START + timedelta(days=30)),
        (START + timedelta(days=61), START + timedelta(days=90)),
    ],
)
def test_a_period_ends_after_whole_periods(at, end):
    permission = Permission(
        created_at=START, purpose="", start=START, period=timedelta(days=30),
        cancel_at_period_end=False, terms_url="", bundle=bundle(),
    )  # fmt: skip

    assert period_end(permission, at=at) == end
    permission.cancel_at_period_end, permission.canceled_at = True, max(at, START + timedelta(1))
    assert permission.end == end
