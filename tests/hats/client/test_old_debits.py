"""Debits of API 2, for HATs that have nothing newer."""

import json
from dataclasses import replace

import pytest

from hats.errors import HatConflict, HatOutcomeUnknown, HatRefused, HatUnreachable
from hats.protocol import Outcome
from tests.hats.client.saying import say
from tests.hats.scripted import answer, raw
from tests.hats.test_answers import GOOD, NOON, OLD_DEBIT, OLD_PERMISSION
from tests.hats.test_protocol import BUNDLE, CONDITIONS, REQUEST

PATH = "/api/v2/data-debit/d-1"
OURS = {**OLD_DEBIT, "bundles": [{**OLD_PERMISSION, "bundle": BUNDLE}]}
TAKEN = answer({"message": "Bad Request", "cause": "Data Debit request malformed: x"}, status=400)


def propose(hat, token, request=REQUEST):
    return say(lambda hats: hats.propose_old_debit(hat, token=token, request=request))


def test_a_proposal_says_what_the_older_api_can_say(scripted, hat, token):
    scripted.on(PATH, answer(OURS, status=201))

    debit = propose(hat, token)

    assert debit.debit_id == "d-1"
    assert json.loads(scripted.heard[0].body) == {
        "bundle": BUNDLE,
        "startDate": "2026-03-01T12:00:00+0000",
        "endDate": "2026-03-31T12:00:00+0000",
        "rolling": False,
    }


def test_a_repeated_proposal_is_read_back_whatever_the_hat_says(scripted, hat, token):
    scripted.on(PATH, TAKEN, answer(OURS))

    assert propose(hat, token).is_as_proposed(REQUEST)
    assert [heard.method for heard in scripted.heard] == ["POST", "GET"]


def test_another_debit_of_that_id_is_a_conflict(scripted, hat, token):
    scripted.on(PATH, TAKEN, answer(OLD_DEBIT))

    with pytest.raises(HatConflict) as conflict:
        propose(hat, token)

    assert conflict.value.reason == "debit_exists"


def test_a_refusal_for_another_reason_stays_what_it_is(scripted, hat, token):
    scripted.on(PATH, TAKEN, answer({"message": "x"}, status=404))

    with pytest.raises(HatRefused) as refusal:
        propose(hat, token)

    assert not isinstance(refusal.value, HatConflict)
    assert (refusal.value.status, refusal.value.reason) == (400, "malformed")


@pytest.mark.parametrize(
    "script",
    [
        answer({"error": "Forbidden", "message": "Access Denied"}, status=403),
        answer({"error": "Bad Request", "message": {"obj.rolling": []}}, status=400),
    ],
)
def test_what_the_hat_does_not_take_is_not_read_back(scripted, hat, token, script):
    scripted.on(PATH, script)

    with pytest.raises(HatRefused):
        propose(hat, token)

    assert [heard.method for heard in scripted.heard] == ["POST"]


def test_a_role_not_yet_granted_is_worth_another_try(scripted, hat, token):
    scripted.on(PATH, TAKEN, answer({}, status=403))

    with pytest.raises(HatUnreachable) as trouble:
        propose(hat, token)

    assert trouble.value.retry_after == 5.0


def test_a_lost_answer_is_an_unknown_outcome(scripted, hat, token):
    scripted.on(PATH, raw(b""))

    with pytest.raises(HatOutcomeUnknown):
        propose(hat, token)


def test_an_update_that_would_lose_its_conditions_is_not_sent(scripted, hat, token):
    request = replace(REQUEST, conditions=CONDITIONS)

    with pytest.raises(ValueError, match="loses its conditions"):
        say(lambda hats: hats.update_old_debit(hat, token=token, request=request))

    assert scripted.heard == []


def test_an_update_is_put_and_compared(scripted, hat, token):
    newer = {**OLD_PERMISSION, "bundle": BUNDLE, "dateCreated": "2026-03-02T10:00:00+0000"}
    scripted.on(PATH, answer({**OLD_DEBIT, "bundles": [OLD_PERMISSION, newer]}))

    debit = say(lambda hats: hats.update_old_debit(hat, token=token, request=REQUEST))

    assert scripted.heard[0].method == "PUT"
    assert debit.permissions[0].bundle == BUNDLE


def test_values_are_read_as_with_the_newer_api(scripted, hat, token):
    scripted.on(f"{PATH}/values", answer({"bundle": {"orders": [GOOD]}}))

    values = say(lambda hats: hats.old_values(hat, token=token, debit_id="d-1"))

    assert values.outcome is Outcome.DELIVERED


@pytest.mark.parametrize(("name", "path"), [("", "/enable"), ("mk-1", "/enable/mk-1")])
def test_an_owner_enables_the_newest_or_a_named_version(scripted, hat, token, name, path):
    enabled = {**OLD_PERMISSION, "enabled": True}
    scripted.on(f"{PATH}{path}", answer({**OLD_DEBIT, "bundles": [enabled]}))

    debit = say(
        lambda hats: hats.enable_old_debit(hat, token=token, debit_id="d-1", bundle_name=name)
    )

    assert debit.running(NOON) is not None


def test_an_owner_disables_without_a_parameter_and_lists(scripted, hat, token):
    scripted.on(f"{PATH}/disable", answer(OLD_DEBIT))
    scripted.on("/api/v2/data-debit", answer([OLD_DEBIT]))

    debit = say(lambda hats: hats.disable_old_debit(hat, token=token, debit_id="d-1"))
    listed = say(lambda hats: hats.old_debits(hat, token=token))

    assert listed == [debit]
    assert scripted.heard[0].path == f"{PATH}/disable"


@pytest.mark.parametrize("name", ["../x", "a b", "a/b"])
def test_only_names_of_bundles_are_enabled(scripted, hat, token, name):
    with pytest.raises(ValueError, match="not the name"):
        say(lambda hats: hats.enable_old_debit(hat, token=token, debit_id="d-1", bundle_name=name))

    assert scripted.heard == []
