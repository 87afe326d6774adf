"""Invented people and data: believable, different, and the same again for the same seed."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hats import bundles
from hats.sandbox.holdings import stored
from hats.sandbox.people import PLUGS, name_of, person_named
from hats.sandbox.plugs import SOURCES
from tests.hats.sandbox.conftest import TODAY, debit_request

OFFERS = json.loads(Path(__file__).with_name("twelve_offers.json").read_text(encoding="utf-8"))
PEOPLE = [person_named(name_of(n, seed="s"), seed="s") for n in range(300)]
WITH_ALL_PLUGS = replace(PEOPLE[1], plugs=frozenset(PLUGS))


def generated(person, endpoint, today=TODAY):
    return {key: data for key, _, data in SOURCES[endpoint].generate(person, today)}


@pytest.fixture(scope="module")
def everything() -> dict[str, list[Any]]:
    """All data of a person who has every plug, by endpoint."""
    return {endpoint: list(generated(WITH_ALL_PLUGS, endpoint).values()) for endpoint in SOURCES}


def test_names_are_different_and_do_not_depend_on_how_many_there_are():
    names = [name_of(n, seed="s") for n in range(10_000)]

    assert len(set(names)) == 10_000
    assert all(re.fullmatch(r"[a-z]+-[a-z]+(-\d+)?", name) for name in names)


def test_the_same_seed_makes_the_same_person_and_another_seed_another():
    name = name_of(3, seed="s")

    assert person_named(name, seed="s") == person_named(name, seed="s")
    assert person_named(name, seed="s") != person_named(name, seed="t")


def test_each_plug_is_found_on_some_hats_and_missing_on_others():
    found = Counter(plug for person in PEOPLE for plug in person.plugs)

    shares = {plug: count / len(PEOPLE) for plug, count in found.items()}
    assert shares.keys() == PLUGS.keys()
    assert all(0.03 < share < 0.9 for share in shares.values()), shares


@pytest.mark.parametrize("endpoint", SOURCES)
def test_records_stay_the_same_when_the_day_moves_on(endpoint):
    before = generated(WITH_ALL_PLUGS, endpoint)
    after = generated(WITH_ALL_PLUGS, endpoint, TODAY + timedelta(days=1))

    both = before.keys() & after.keys()
    assert len(both) > 0.8 * len(before) > 0
    assert {key: before[key] for key in both} == {key: after[key] for key in both}


@pytest.mark.parametrize("endpoint", SOURCES)
def test_nothing_is_written_after_today(endpoint):
    records = SOURCES[endpoint].generate(WITH_ALL_PLUGS, TODAY)
    times = [written_at for _, written_at, _ in records]

    assert max(times).date() <= TODAY + timedelta(days=1)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer["name"])
def test_every_offer_can_be_filled_by_some_people_and_not_by_others(offer):
    bundle = bundles.parse_bundle(offer)
    people = PEOPLE[:12]
    filled = []
    for person in people:
        records = {
            endpoint: [
                bundles.Record(endpoint, key, data)
                for key, data in generated(person, endpoint).items()
                if SOURCES[endpoint].plug in person.plugs
            ]
            for endpoint in bundles.endpoints_of(bundle)
        }
        filled.append(all(bundles.conditions_met(bundle, records).values()))

    assert bundles.pitfalls_of(bundle) == []
    assert 0 < sum(filled) < len(people)


def test_an_offer_is_answered_over_http_with_exactly_its_fields(hat):
    owner, platform = hat.owner, hat.platform
    offer = next(o for o in OFFERS if o["name"] == "evening-plays-1")
    if "spotify" not in hat.person.plugs:
        hat.post("/api/v2.6/data/spotify/feed", [song(18), song(9)], token=owner)
    hat.post("/api/v2.6/data-debit/d-1", debit_request(bundle=offer), token=platform)
    hat.get("/api/v2.6/data-debit/d-1/enable", token=owner)

    plays = hat.get("/api/v2.6/data-debit/d-1/values", token=platform).json["bundle"]["plays"]

    assert plays
    assert {field for play in plays for field in play["data"]} == {"at", "song", "artist", "album"}
    assert {18 <= int(play["data"]["at"][11:13]) <= 23 for play in plays} == {True}


def song(hour):
    track = {"name": "Spore", "artists": [{"name": "Moss Theory"}], "album": {"name": "Bryology"}}
    return {"played_at": f"2026-02-11T{hour:02}:14:52.331Z", "track": track}


def test_shapes_have_the_quirks_of_the_real_plugs(everything):
    sleep, day = everything["fitbit/sleep"][0], everything["fitbit/activity/day/summary"][0]
    tweets, pictures = everything["twitter/tweets"], everything["instagram/feed"]

    assert not re.search(r"Z|[+]", sleep["startTime"])
    assert sleep["duration"] == sleep["timeInBed"] * 60_000
    assert day["distances"][0]["activity"] == "total"
    assert {type(tweet["id"]) for tweet in tweets} == {int, str}
    assert {type(tweet["retweet_count"]) for tweet in tweets} == {int, str}
    assert all(type(p.get("created_time", p.get("ds_created_time"))) is str for p in pictures)
    assert all(
        type(event["place"]["location"]["latitude"]) is str
        for event in everything["facebook/events"]
        if "location" in event.get("place", {})
    )


def test_calendar_entries_have_either_a_time_or_a_day(everything):
    entries = everything["calendar/google/events"]
    starts = [set(entry["start"]) - {"timeZone"} for entry in entries if "start" in entry]

    assert {frozenset(start) for start in starts} == {frozenset({"dateTime"}), frozenset({"date"})}


def test_an_edited_entry_is_a_new_record_of_the_same_id(everything):
    ids = Counter(entry["id"] for entry in everything["calendar/google/events"])

    assert max(ids.values()) == 2


def test_a_bank_transaction_has_a_merchant_or_a_counterparty(everything):
    for transaction in everything["monzo/transactions"]:
        assert bool(transaction["merchant"]) != ("counterparty" in transaction)


def test_no_contact_leads_to_a_real_person(everything):
    text = json.dumps(everything)

    assert set(re.findall(r"@([a-z.]+\.[a-z]+)", text)) <= {
        "example.org",
        "group.example.org",
        "google.com",
    }
    assert all(".example" in url for url in re.findall(r"https?://[^\"\s/]+", text))


def test_keys_are_kept_in_the_order_of_jsonb():
    kept = stored({"bb": 1, "a": {"ccc": 1, "b\0": 2}, "c": 3})

    assert json.dumps(kept) == '{"a": {"b": 2, "ccc": 1}, "c": 3, "bb": 1}'
    assert stored({"a": "x\0y"}) == {"a": "xy"}
