"""Data plugs are connected and disconnected; what they brought stays."""

from datetime import UTC, datetime, timedelta

import pytest

from hats.sandbox.handmade import Wish
from tests.hats.sandbox.conftest import debit_request, serving

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
RIDES = "/api/v2.6/data/uber/rides"


@pytest.fixture
def empty(sandbox):
    """A HAT by hand, with nothing on it."""
    return sandbox.made_by_hand()


@pytest.fixture
def holdings(sandbox, empty):
    return sandbox.world.hat(empty.domain).holdings


def middle(records):
    """A moment before which some of them were written, and some at or after it."""
    return sorted(record.written_at for record in records)[len(records) // 2]


def test_a_hat_made_by_hand_starts_empty(empty):
    assert empty.get("/api/v2.6/data/sources", token=empty.owner).json == {}


def test_a_plug_connected_with_history_brings_all_of_it(holdings):
    holdings.connect("uber", since=None)

    assert len(holdings["uber/rides"]) > 5
    assert "uber/rides" in list(holdings)


def test_a_plug_connected_from_a_day_on_brings_what_came_later(holdings):
    holdings.connect("uber", since=None)
    everything = holdings["uber/rides"]
    holdings.plugs.clear()
    day = middle(everything)

    holdings.connect("uber", since=day)

    assert holdings["uber/rides"] == [r for r in everything if r.written_at >= day]
    assert 0 < len(holdings["uber/rides"]) < len(everything)


def test_a_disconnected_plug_brings_no_more_and_takes_nothing_away(holdings):
    holdings.connect("uber", since=None)
    everything = holdings["uber/rides"]
    day = middle(everything)

    holdings.disconnect("uber", at=day)

    assert holdings["uber/rides"] == [r for r in everything if r.written_at < day]
    assert holdings["uber/rides"]


def test_a_plug_connected_again_catches_up(holdings):
    holdings.connect("uber", since=None)
    everything = holdings["uber/rides"]
    day = middle(everything)
    holdings.disconnect("uber", at=day)

    holdings.connect("uber", since=day + timedelta(days=3))

    assert holdings["uber/rides"] == everything


def test_an_endpoint_whose_only_record_is_deleted_is_named_no_more(holdings):
    holdings.connect("databuyer", since=None)
    assert list(holdings) == ["dex/databuyer"]

    holdings.discard(holdings["dex/databuyer"], at=NOON)

    assert list(holdings) == []


def test_a_plug_that_found_nothing_names_no_endpoint(holdings):
    holdings.connect("insights", since=None)

    assert "she/insights/emotions" not in list(holdings)
    holdings.connect("twitter", since=None)
    assert "she/insights/emotions" in list(holdings)


def test_connections_outlive_the_process(data_folder):
    with serving(data_folder) as first:
        hat = first.world.make_hat(Wish(name="robin"))
        hat.holdings.connect("uber", since=None)
        hat.holdings.disconnect("uber", at=NOON)
        port, held = first.port, hat.holdings["uber/rides"]
    with serving(data_folder, port=port) as second:
        assert second.world.hat(hat.domain).holdings["uber/rides"] == held


def test_an_answer_to_a_debit_follows_the_plug(empty, holdings):
    bundle = {"name": "b", "bundle": {"rides": {"endpoints": [{"endpoint": "uber/rides"}]}}}
    empty.post("/api/v2.6/data-debit/d-1", debit_request(bundle=bundle), token=empty.platform)
    empty.get("/api/v2.6/data-debit/d-1/enable", token=empty.owner)
    values = "/api/v2.6/data-debit/d-1/values"

    before = empty.get(values, token=empty.platform).json["bundle"]["rides"]
    holdings.connect("uber", since=None)
    after = empty.get(values, token=empty.platform).json["bundle"]["rides"]

    assert before == []
    assert len(after) == len(holdings["uber/rides"]) > 0


def test_a_day_later_there_is_a_day_more(data_folder):
    with serving(data_folder, today=None) as running:
        hat = running.world.hat(running.world.domains[0])
        hat.holdings.connect("locations", since=None)
        before = {r.record_id for r in hat.holdings["rumpel/locations/ios"]}

        running.clock.skipped += timedelta(days=1)
        after = {r.record_id for r in hat.holdings["rumpel/locations/ios"]}
        running.clock.skipped = timedelta(0)

    assert after - before
    assert len(after & before) > len(before) / 2
