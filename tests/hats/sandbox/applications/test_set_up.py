"""Applications set up on the sandbox HAT, and how they say they are."""

import pytest

from tests.hats.sandbox.applications.asking import (
    APPLICATIONS,
    BUNDLE,
    DENIED,
    MANAGERS,
    SHOP,
    claims,
    flags,
    set_up,
    state,
)
from tests.hats.sandbox.conftest import debit_request


def test_an_application_never_set_up_says_no_more_than_that(hat, owner):
    assert list(state(hat, owner)) == ["application", "setup", "enabled", "active"]
    assert flags(state(hat, owner)) == [False, False, False]


def test_set_up_enables_a_debit_of_the_applications_own(hat, owner):
    set_up(hat, owner)

    debit = hat.get(f"/api/v2.6/data-debit/app-{SHOP}", token=owner).json
    permission = debit["permissionsActive"]
    assert debit["requestApplicationId"] == SHOP
    assert debit["requestClientUrl"].endswith("/base")
    assert permission["bundle"] == {"name": "shop-bundle", "bundle": BUNDLE}
    assert (permission["period"], permission["cancelAtPeriodEnd"]) == (2_592_000_000, False)
    assert permission["end"] is None


def test_set_up_tells_whether_all_it_depends_on_is_enabled(hat, owner):
    answer = set_up(hat, owner).json

    assert flags(answer) == [True, True, True]
    assert answer["dependenciesEnabled"] is True
    assert state(hat, owner, MANAGERS)["enabled"] is True
    assert "dependenciesEnabled" not in state(hat, owner)


def test_set_up_goes_on_without_an_unknown_dependency_and_says_so(hat, owner):
    answer = set_up(hat, owner, "broken").json

    assert (answer["enabled"], answer["dependenciesEnabled"]) == (True, False)


def test_set_up_twice_keeps_one_debit_and_adds_a_permission(hat, owner):
    set_up(hat, owner)
    answer = set_up(hat, owner)

    debit = hat.get(f"/api/v2.6/data-debit/app-{SHOP}", token=owner).json
    assert flags(answer.json) == [True, True, True]
    assert len(debit["permissions"]) == 2


def test_a_clash_of_bundles_is_a_server_error_and_sets_nothing_up(hat, owner):
    hat.post("/api/v2.6/data-debit/d-1", debit_request("shop-bundle"), token=hat.platform)

    answer = set_up(hat, owner)

    cause = f"Application {SHOP} bundle shop-bundle clashes with one already setup"
    assert (answer.status, answer.json) == (
        500,
        {"message": "Application malformed", "cause": cause},
    )
    assert flags(state(hat, owner)) == [False, False, False]


def test_disabling_an_application_ends_its_debit_at_once(hat, owner):
    set_up(hat, owner)

    disabled = hat.get(f"{APPLICATIONS}/{SHOP}/disable", token=owner).json

    debit = hat.get(f"/api/v2.6/data-debit/app-{SHOP}", token=owner).json
    assert flags(disabled) == [True, False, False]
    assert "needsUpdating" not in disabled
    assert debit["active"] is False


def test_an_application_whose_debit_was_switched_off_is_not_active(hat, owner):
    set_up(hat, owner)
    hat.get(f"/api/v2.6/data-debit/app-{SHOP}/disable?atPeriodEnd=false", token=owner)

    assert flags(state(hat, owner)) == [True, True, False]


def test_an_application_whose_debit_serves_another_bundle_is_not_active(hat, owner):
    set_up(hat, owner)
    debit = f"/api/v2.6/data-debit/app-{SHOP}"
    hat.call("PUT", debit, body=debit_request("another-bundle"), token=owner)
    hat.get(f"{debit}/enable", token=owner)

    assert hat.get(debit, token=owner).json["active"] is True
    assert flags(state(hat, owner)) == [True, True, False]


def test_an_application_reads_its_own_debit_and_no_other(hat, owner):
    token = hat.application(owner, SHOP)
    hat.post("/api/v2.6/data-debit/d-1", debit_request(), token=hat.platform)

    assert hat.get(f"/api/v2.6/data-debit/app-{SHOP}/values", token=token).status == 200
    assert hat.get("/api/v2.6/data-debit/d-1", token=token).json == DENIED
    assert hat.get(f"/api/v2.6/data-debit/app-{SHOP}/enable", token=token).json == DENIED


def test_an_application_set_up_before_it_changed_needs_updating(hat, owner):
    assert set_up(hat, owner, "old").json["needsUpdating"] is True
    assert set_up(hat, owner).json["needsUpdating"] is False


def test_the_newest_data_of_an_application_is_dated(shared, hat, owner):
    assert "mostRecentData" not in set_up(hat, owner).json
    hat.post("/api/v2.6/data/shop/orders", {"id": 1}, token=owner)

    newest = state(hat, owner)["mostRecentData"]

    assert newest[:10] == shared.clock.now().date().isoformat()
    assert newest.endswith("Z")


@pytest.mark.parametrize(("status", "is_active"), [(200, True), (503, False)])
def test_an_external_application_is_asked_how_it_is(hat, owner, peer, status, is_active):
    peer.status = status

    answer = set_up(hat, owner, "checked").json

    (asked,) = peer.asked
    assert answer["active"] is is_active
    assert asked["path"] == "/status"
    assert claims(asked["token"])["application"] == "checked"


def test_applications_on_other_machines_are_never_asked(hat, owner):
    assert set_up(hat, owner, "faraway").json["active"] is True
