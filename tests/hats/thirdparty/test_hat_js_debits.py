"""Data debits through hat-js 0.5.0, which can only read them (contract checklist 90)."""

import pytest

from tests.hats.sandbox.conftest import debit_request
from tests.hats.thirdparty.conftest import Heard, platform_token, refused, speaker, step


@pytest.fixture(scope="module")
def proposed(alice):
    """A debit for two orders, proposed by the cluster's platform account."""
    request = debit_request("hatjs-1", requestDescription="Shoes that fit")
    request["bundle"]["bundle"]["orders"]["endpoints"] = [{"endpoint": "hatjs-debit/orders"}]
    alice.write("hatjs-debit/orders", {"id": 71}, {"id": 72})
    return speaker(alice).post("/api/v2.6/data-debit/hatjs-1", request, token=platform_token(alice))


@pytest.fixture(scope="module")
def before(play, owner, proposed):
    return play(
        owner,
        step("all", "dataDebits.getAllDefault"),
        step("with_options", "dataDebits.getAll", {"take": "5"}),
        step("one", "dataDebits.getById", "hatjs-1"),
        step("values", "dataDebits.getDataDebitValues", "hatjs-1"),
        step("unknown", "dataDebits.getById", "no-such-debit"),
        step("unknown_values", "dataDebits.getDataDebitValues", "no-such-debit"),
    )


@pytest.fixture(scope="module")
def enabled(play, owner, alice, before):
    alice.confirm("hatjs-1")
    return play(
        owner,
        step("one", "dataDebits.getById", "hatjs-1"),
        step("values", "dataDebits.getDataDebitValues", "hatjs-1"),
    )


def test_all_debits_are_listed(before, proposed):
    assert [debit["dataDebitKey"] for debit in before["all"].body] == ["hatjs-1"]
    assert before["with_options"] == before["all"]


def test_one_debit_is_what_its_proposer_was_answered(before, proposed):
    assert before["one"] == Heard(200, proposed.json)


def test_values_before_the_owner_enabled_are_a_400(before):
    assert before["values"] == refused(400)


def test_an_unknown_debit_is_a_404_and_so_are_its_values(before):
    assert (before["unknown"], before["unknown_values"]) == (refused(404), refused(404))


def test_an_enabled_debit_is_active(enabled):
    assert (enabled["one"].body["active"], enabled["one"].body["accepted"]) == (True, True)


def test_values_of_an_enabled_debit_are_its_bundle(enabled):
    values = enabled["values"]

    assert (values.status, list(values.body)) == (200, ["bundle"])
    orders = values.body["bundle"]["orders"]
    assert [record["data"] for record in orders] == [{"id": 71}, {"id": 72}]
    assert {record["endpoint"] for record in orders} == {"hatjs-debit/orders"}
