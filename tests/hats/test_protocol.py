"""What we propose to a HAT, and whether what it stored is what we meant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hats.protocol import (
    DebitRequest,
    DebitState,
    OldDebit,
    OldPermission,
    Permission,
    Values,
    old_request,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BUNDLE = {"name": "mk-1", "bundle": {"orders": {"endpoints": [{"endpoint": "shop/orders"}]}}}
CONDITIONS = {"name": "mk-1-if", "bundle": {"adult": {"endpoints": [{"endpoint": "me/age"}]}}}
REQUEST = DebitRequest(
    debit_id="d-1",
    purpose="Audience research",
    start=NOON,
    period=timedelta(days=30),
    bundle=BUNDLE,
    client_name="HAT Market",
    client_url="https://market.example",
    client_logo_url="https://market.example/l.png",
    terms_url="https://market.example/terms",
)
PERMISSION = Permission(
    purpose="Audience research",
    start=NOON,
    period=timedelta(days=30),
    cancel_at_period_end=True,
    terms_url="https://market.example/terms",
    bundle=BUNDLE,
    conditions=None,
    accepted=False,
    active=False,
    end=None,
)
STATE = DebitState(
    debit_id="d-1",
    client_name="HAT Market",
    client_url="https://market.example",
    active=False,
    accepted=False,
    start=NOON,
    end=None,
    latest=PERMISSION,
    running=None,
)


def test_a_request_is_written_in_the_hats_own_form():
    assert REQUEST.to_json() == {
        "dataDebitKey": "d-1",
        "purpose": "Audience research",
        "start": "2026-03-01T12:00:00.000Z",
        "period": 2_592_000_000,
        "cancelAtPeriodEnd": True,
        "requestClientName": "HAT Market",
        "requestClientUrl": "https://market.example",
        "requestClientLogoUrl": "https://market.example/l.png",
        "termsUrl": "https://market.example/terms",
        "bundle": BUNDLE,
    }


def test_optional_parts_are_sent_when_given():
    full = replace(
        REQUEST,
        description="Why",
        callback_url="https://market.example/cb",
        application_id="hat-market",
        conditions=CONDITIONS,
    )

    added = {key: full.to_json()[key] for key in full.to_json().keys() - REQUEST.to_json().keys()}
    assert added == {
        "requestDescription": "Why",
        "requestClientCallbackUrl": "https://market.example/cb",
        "requestApplicationId": "hat-market",
        "conditions": CONDITIONS,
    }


def test_a_debit_stored_as_we_meant_it_is_recognised():
    assert STATE.is_as_proposed(REQUEST)


def test_what_a_hat_leaves_out_of_a_bundle_makes_no_difference():
    query = {"endpoint": "shop/orders", "mapping": None, "unknown": 1}
    sent = {"name": "mk-1", "bundle": {"orders": {"endpoints": [query]}}}

    assert STATE.is_as_proposed(replace(REQUEST, bundle=sent))


@pytest.mark.parametrize(
    "request_",
    [
        replace(REQUEST, debit_id="d-2"),
        replace(REQUEST, client_name="Another"),
        replace(REQUEST, client_url="https://another.example"),
        replace(REQUEST, bundle={**BUNDLE, "name": "mk-2"}),
        replace(REQUEST, bundle={"name": "mk-1", "bundle": {"orders": {"endpoints": []}}}),
        replace(REQUEST, bundle={"name": "mk-1"}),
        replace(REQUEST, conditions=CONDITIONS),
    ],
)
def test_any_difference_that_matters_is_seen(request_):
    assert not STATE.is_as_proposed(request_)


def test_a_debit_without_permissions_is_not_ours():
    assert not replace(STATE, latest=None).is_as_proposed(REQUEST)


def test_values_do_not_show_records_when_printed():
    record = {"endpoint": "me/name", "recordId": "1", "data": "Alice Smith"}
    values = Values(outcome="delivered", properties={"p": [record]}, raw=b"Alice Smith")

    assert "Alice" not in repr(values)
    assert values.record_count == 1


def test_an_update_is_recognised_by_what_it_asks_and_what_for():
    asked = replace(REQUEST, client_name="Another", cancel_at_period_end=False)

    assert STATE.is_as_updated(asked)
    for changed in (
        replace(REQUEST, debit_id="d-2"),
        replace(REQUEST, purpose="Something else"),
        replace(REQUEST, terms_url="https://market.example/other"),
        replace(REQUEST, bundle={**BUNDLE, "name": "mk-2"}),
        replace(REQUEST, conditions=CONDITIONS),
    ):
        assert not STATE.is_as_updated(changed)
    assert not replace(STATE, latest=None).is_as_updated(REQUEST)


def test_names_of_bundles_and_of_conditions_are_remembered_over_all_versions():
    older = replace(PERMISSION, bundle={**BUNDLE, "name": "mk-0"}, conditions=CONDITIONS)
    state = replace(STATE, permissions=(PERMISSION, older))

    for name, is_used in (("mk-0", True), ("mk-1", True), ("mk-1-if", True), ("mk-2", False)):
        request = replace(REQUEST, bundle={**BUNDLE, "name": name})
        assert state.has_used_a_name_of(request) is is_used


def test_an_old_request_says_what_the_older_api_can_say():
    rolling = replace(REQUEST, cancel_at_period_end=False, conditions=CONDITIONS)

    assert old_request(rolling) == {
        "bundle": BUNDLE,
        "conditions": CONDITIONS,
        "startDate": "2026-03-01T12:00:00+0000",
        "endDate": "2026-03-31T12:00:00+0000",
        "rolling": True,
    }


def test_an_old_debit_is_held_against_what_was_proposed():
    asked = OldPermission(
        created_at=NOON,
        start=NOON,
        end=NOON + timedelta(days=30),
        rolling=False,
        enabled=False,
        bundle=BUNDLE,
        conditions=None,
    )
    debit = OldDebit(debit_id="d-1", client_name="Shop", created_at=NOON, permissions=(asked,))
    conditional = replace(REQUEST, conditions=CONDITIONS)

    assert debit.is_as_proposed(REQUEST)
    assert not debit.is_as_proposed(replace(REQUEST, debit_id="d-2"))
    assert not debit.is_as_proposed(replace(REQUEST, bundle={**BUNDLE, "name": "mk-2"}))
    assert not debit.is_as_proposed(conditional)
    assert not replace(debit, permissions=()).is_as_proposed(REQUEST)
    assert replace(debit, permissions=(asked, asked)).is_as_proposed(conditional)
