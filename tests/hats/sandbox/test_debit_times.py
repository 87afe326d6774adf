"""What enabling, disabling and proposing again do to the times of a debit (contract 4.3)."""

from datetime import timedelta

import pytest

from tests.hats.sandbox.conftest import debit_request

DEBIT = "/api/v2.6/data-debit/d-1"
DAY = 86_400_000
LIST = "/api/v2.6/data-debit"


@pytest.fixture
def owner(hat):
    return hat.owner


@pytest.fixture
def platform(hat):
    return hat.platform


@pytest.fixture
def propose(sandbox, hat, owner, platform):
    """Propose and enable a debit of ten days from now."""

    def propose(**changed):
        start = sandbox.clock.now().isoformat()
        request = debit_request("b-1", start=start, period=10 * DAY, **changed)
        hat.post(DEBIT, request, token=platform)
        return enable(hat, owner)

    return propose


def enable(hat, owner):
    return hat.get(f"{DEBIT}/enable", token=owner).json


def disable(hat, owner, *, at_period_end):
    flag = "true" if at_period_end else "false"
    return hat.get(f"{DEBIT}/disable?atPeriodEnd={flag}", token=owner).json


def update(hat, token, name, **changed):
    return hat.call("PUT", DEBIT, body=debit_request(name, **changed), token=token).json


def values(hat, platform):
    return hat.get(f"{DEBIT}/values", token=platform).status


def test_disabling_overwrites_how_every_permission_ends(hat, owner, platform, propose):
    propose(cancelAtPeriodEnd=True)
    update(hat, platform, "b-2", cancelAtPeriodEnd=True)

    disabled = disable(hat, owner, at_period_end=False)["permissions"]

    assert [one["cancelAtPeriodEnd"] for one in disabled] == [False, False]
    assert len({one["canceledAt"] for one in disabled}) == 1


def test_a_disabled_debit_that_is_enabled_again_rolls_for_ever(
    sandbox, hat, owner, platform, propose
):
    propose(cancelAtPeriodEnd=True)
    disable(hat, owner, at_period_end=False)

    again = enable(hat, owner)
    sandbox.clock.skipped = timedelta(days=400)
    platform = hat.platform

    assert again["end"] is None
    assert "canceledAt" not in again["permissionsLatest"]
    assert values(hat, platform) == 200


def test_a_rolling_debit_disabled_at_its_end_and_enabled_again_has_an_end(
    sandbox, hat, owner, propose
):
    propose(cancelAtPeriodEnd=False)
    sandbox.clock.skipped = timedelta(days=2)
    disable(hat, owner, at_period_end=True)

    again = enable(hat, owner)
    sandbox.clock.skipped = timedelta(days=10, minutes=1)

    assert again["permissionsLatest"]["cancelAtPeriodEnd"] is True
    assert values(hat, hat.platform) == 400


def test_enabling_again_after_the_period_gives_nothing(sandbox, hat, propose):
    propose(cancelAtPeriodEnd=False)
    sandbox.clock.skipped = timedelta(days=12)
    owner = hat.owner
    disable(hat, owner, at_period_end=True)

    again = enable(hat, owner)

    assert (again["accepted"], again["active"]) == (True, False)


def test_a_debit_disabled_at_its_end_gives_values_until_the_period_is_over(
    sandbox, hat, owner, propose
):
    propose(cancelAtPeriodEnd=False)
    sandbox.clock.skipped = timedelta(days=14)
    disabled = disable(hat, hat.owner, at_period_end=True)
    sandbox.clock.skipped = timedelta(days=19, hours=23)
    before = values(hat, hat.platform)
    sandbox.clock.skipped = timedelta(days=20, minutes=1)

    assert disabled["active"] is True
    assert (before, values(hat, hat.platform)) == (200, 400)


def test_permissions_of_one_bundle_name_are_accepted_together(hat, owner, platform, propose):
    propose()
    update(hat, platform, "b-1", purpose="Another purpose")

    both = enable(hat, owner)["permissions"]

    assert [one["accepted"] for one in both] == [True, True]
    assert [one["purpose"] for one in both] == ["Another purpose", "Recommend shoes"]


def test_enabling_a_newer_bundle_ends_the_acceptance_of_the_older(hat, owner, platform, propose):
    propose()
    update(hat, platform, "b-2")

    newer, older = enable(hat, owner)["permissions"]

    assert (newer["accepted"], older["accepted"]) == (True, False)


def test_a_debit_shows_the_times_of_what_is_active_not_of_what_is_asked(
    hat, owner, platform, propose
):
    before = propose()

    changed = update(hat, platform, "b-2", start="2030-01-01T00:00:00.000Z")

    assert (changed["start"], changed["end"]) == (before["start"], before["end"])
    assert changed["permissionsLatest"]["start"] == "2030-01-01T00:00:00.000Z"


def test_nothing_is_ever_taken_out_of_the_history(hat, owner, platform, propose):
    propose()
    for name in ("b-2", "b-3"):
        update(hat, platform, name)
        enable(hat, owner)
    disable(hat, owner, at_period_end=False)

    history = hat.get(DEBIT, token=owner).json["permissions"]

    assert [one["bundle"]["name"] for one in history] == ["b-3", "b-2", "b-1"]


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        ("2026-03-01", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T01:30:00+0130", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T00:00:00", "2026-03-01T00:00:00.000Z"),
        (1_772_323_200_123, "2026-03-01T00:00:00.123Z"),
    ],
)
def test_a_start_is_understood_in_every_form(hat, platform, start, shown):
    answer = hat.post(DEBIT, debit_request("b-1", start=start), token=platform)

    assert answer.json["start"] == shown


@pytest.mark.parametrize("start", ["soon", True, [], "2026-13-01"])
def test_a_start_that_is_no_time_is_refused(hat, owner, platform, start):
    answer = hat.post(DEBIT, debit_request("b-1", start=start), token=platform)

    assert (answer.status, list(answer.json["message"])) == (400, ["obj.start"])
    assert hat.get(LIST, token=owner).json == []


def test_a_list_fills_in_who_asks_for_debits_of_a_format_that_had_no_name(hat, owner, platform):
    hat.post(DEBIT, debit_request("b-1", requestClientName="", purpose=""), token=platform)

    (listed,) = hat.get(LIST, token=owner).json

    assert listed["requestClientName"] == "Data Exchange"
    assert listed["requestClientUrl"].startswith("https://")
    assert "legacy format" in listed["permissionsLatest"]["purpose"]
    assert hat.get(DEBIT, token=owner).json["requestClientName"] == ""


def test_a_bundle_and_its_conditions_need_two_names(hat, owner, platform):
    conditions = {"name": "b-1", "bundle": {}}

    answer = hat.post(DEBIT, debit_request("b-1", conditions=conditions), token=platform)

    assert answer.json["cause"].endswith("Data bundle with such ID already exists")
    assert hat.get(LIST, token=owner).json == []


def test_an_owner_may_propose_to_himself(hat, owner):
    assert hat.post(DEBIT, debit_request("b-1"), token=owner).status == 201


@pytest.mark.parametrize("name", ["with space", "a/b", "dot.ted", ""])
def test_a_bundle_name_of_other_signs_is_refused(hat, owner, platform, name):
    answer = hat.post(DEBIT, debit_request(name), token=platform)

    assert answer.json["message"] == {
        "obj.bundle.name": [{"msg": ["Bundle name invalid"], "args": []}]
    }
    assert hat.get(LIST, token=owner).json == []


def test_values_without_conditions_do_not_speak_of_any(hat, platform, propose):
    propose()

    assert list(hat.get(f"{DEBIT}/values", token=platform).json) == ["bundle"]
