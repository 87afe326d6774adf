"""What the client makes of answers that nobody would guess; docs/hat-protocol.md lists them.

The sandbox gives them as a real HAT does; where it never would, a script does.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hats.client import HatClient, HatToken
from hats.configured import converse, hat_at
from hats.errors import Broken, HatBroken, HatDuplicate, HatUnreachable, Unreachable
from hats.protocol import DebitRequest, DebitState, NewRecord, Outcome, Values
from tests.hats.scripted import answer
from tests.hats.test_answers import DEBIT, PERMISSION
from tests.sandbox import PLATFORM, Sandbox, SandboxHat

ORDERS = {"orders": {"endpoints": [{"endpoint": "shop/orders"}]}}
DAY = timedelta(days=1)
FRONT_PAGE = answer(b"<!doctype html><title>My HAT</title>", content_type="text/html")
REQUEST = DebitRequest(
    debit_id="offer-42",
    purpose="Recommend shoes",
    start=datetime.now(UTC).replace(microsecond=0) - 10 * DAY,
    period=30 * DAY,
    bundle={"name": "offer-42", "bundle": ORDERS},
    client_name="Shop",
    client_url="https://shop.example",
    client_logo_url="https://shop.example/l.png",
    terms_url="https://shop.example/terms",
)


class Market:
    """The market's side of one HAT, by its platform account."""

    def __init__(self, hat: SandboxHat) -> None:
        self.hat = hat_at(hat.domain)
        self.token = converse(self._log_in)

    async def _log_in(self, hats: HatClient) -> HatToken:
        return await hats.access_token(
            self.hat,
            username=PLATFORM["platform_username"],
            password=PLATFORM["platform_password"],
        )

    def propose(self, **changes) -> DebitState:
        request = replace(REQUEST, **changes)
        proposal = converse(
            lambda hats: hats.propose_debit(self.hat, token=self.token, request=request)
        )
        return proposal.state

    def debit(self) -> DebitState:
        return converse(lambda hats: hats.debit(self.hat, token=self.token, debit_id="offer-42"))

    def values(self) -> Values:
        return converse(lambda hats: hats.values(self.hat, token=self.token, debit_id="offer-42"))


@pytest.fixture
def alice(sandbox: Sandbox) -> SandboxHat:
    return sandbox.hat()


@pytest.fixture
def market(alice: SandboxHat) -> Market:
    return Market(alice)


def end_with_the_period(hat: SandboxHat) -> None:
    hat.call("GET", "/api/v2.6/data-debit/offer-42/disable?atPeriodEnd=true")


class TestNoSuchPath:
    """A HAT answers 200 and a page to every path that it does not know."""

    @pytest.fixture
    def front_page(self, scripted, hat):
        scripted.on("*", FRONT_PAGE)
        return hat

    @pytest.mark.parametrize(
        "call",
        [
            lambda hats, **on: hats.sources(**on),
            lambda hats, **on: hats.data(**on, endpoint="shop/orders"),
            lambda hats, **on: hats.debit(**on, debit_id="offer-42"),
            lambda hats, hat, token: hats.access_token(hat, username="platform", password="x"),
        ],
        ids=["sources", "data", "debit", "access_token"],
    )
    def test_a_page_is_never_taken_for_an_answer(self, front_page, call):
        with pytest.raises(HatBroken) as broken:
            converse(lambda hats: call(hats, hat=front_page, token=HatToken("aa.bb.cc")))

        assert (broken.value.reason, broken.value.status) == (Broken.HTML, 200)

    def test_a_page_instead_of_values_delivers_nothing(self, front_page):
        values = converse(
            lambda hats: hats.values(front_page, token=HatToken("a.b.c"), debit_id="offer-42")
        )

        assert (values.outcome, values.reason) == (Outcome.BROKEN, "html")

    def test_a_page_instead_of_a_key_is_no_key(self, scripted, hat):
        scripted.on("/publickey", FRONT_PAGE)

        with pytest.raises(HatBroken) as broken:
            converse(lambda hats: hats.public_key(hat))

        assert broken.value.reason == Broken.BAD_KEY


class TestSwitchingOff:
    def test_a_debit_switched_off_still_says_accepted(self, alice, market):
        market.propose()
        alice.confirm("offer-42")
        alice.switch_off("offer-42")

        state = market.debit()

        assert (state.accepted, state.active, state.running) == (True, False, None)
        assert market.values().outcome is Outcome.NOT_ENABLED

    def test_switching_off_at_once_forgets_that_the_debit_was_to_end_with_its_period(
        self, alice, market
    ):
        market.propose(cancel_at_period_end=True)
        alice.confirm("offer-42")
        alice.switch_off("offer-42")

        assert market.debit().latest.cancel_at_period_end is False

    def test_switching_it_on_again_after_that_lets_it_roll_for_ever(self, alice, market):
        assert market.propose(cancel_at_period_end=True).end == REQUEST.start + 30 * DAY
        alice.confirm("offer-42")
        alice.switch_off("offer-42")
        alice.confirm("offer-42")

        state = market.debit()

        assert (state.active, state.end) == (True, None)

    def test_a_rolling_debit_ended_with_its_period_and_enabled_again_may_be_over_already(
        self, alice, market
    ):
        """The HAT answers 200 to the owner, and still nothing may be read."""
        market.propose(cancel_at_period_end=False, period=3 * DAY)
        alice.confirm("offer-42")
        end_with_the_period(alice)
        assert market.debit().active is True
        alice.confirm("offer-42")

        state = market.debit()

        assert (state.accepted, state.active) == (True, False)
        assert state.end == REQUEST.start + 3 * DAY
        assert market.values().outcome is Outcome.NOT_ENABLED

    def test_ended_with_its_period_a_debit_gives_values_until_then(self, alice, market):
        market.propose(cancel_at_period_end=False, period=7 * DAY)
        alice.confirm("offer-42")
        end_with_the_period(alice)

        assert market.debit().end == REQUEST.start + 14 * DAY
        assert market.values().outcome is Outcome.EMPTY


class TestEnabling:
    def test_a_debit_enabled_before_its_start_is_accepted_and_gives_nothing_yet(
        self, alice, market
    ):
        market.propose(start=datetime.now(UTC) + DAY)
        alice.confirm("offer-42")

        state = market.debit()

        assert (state.accepted, state.active) == (True, False)
        assert market.values().outcome is Outcome.NOT_ENABLED


class TestConditions:
    ADULT = {
        "name": "offer-42-adult",
        "bundle": {"adult": {"endpoints": [{"endpoint": "shop/proofs"}]}},
    }

    def test_unmet_conditions_are_a_200_that_gives_nothing(self, alice, market):
        alice.write("shop/orders", {"id": 7})
        market.propose(conditions=self.ADULT)
        alice.confirm("offer-42")

        values = market.values()

        assert values.outcome is Outcome.CONDITIONS_UNMET
        assert (values.conditions, values.record_count) == ({"adult": False}, 0)

    def test_conditions_are_judged_anew_at_every_reading(self, alice, market):
        alice.write("shop/orders", {"id": 7})
        market.propose(conditions=self.ADULT)
        alice.confirm("offer-42")
        assert market.values().outcome is Outcome.CONDITIONS_UNMET
        alice.write("shop/proofs", {"age": 30})

        assert market.values().outcome is Outcome.DELIVERED


class TestDuplicates:
    """The same JSON may stand once on a whole HAT."""

    @pytest.fixture
    def owner(self, alice):
        return converse(lambda hats: self.log_in(hats, alice))

    async def log_in(self, hats: HatClient, alice: SandboxHat) -> HatToken:
        return await hats.access_token(
            hat_at(alice.domain), username=alice.username, password=alice.password
        )

    def test_the_same_data_on_another_endpoint_is_a_duplicate(self, alice, owner):
        alice.write("shop/orders", {"id": 7})

        with pytest.raises(HatDuplicate):
            converse(
                lambda hats: hats.write_data(
                    hat_at(alice.domain), token=owner, endpoint="shop/other", data={"id": 7}
                )
            )

        assert alice.call("GET", "/api/v2.6/data/shop/other") == []

    def test_a_batch_tells_a_duplicate_in_other_words_and_writes_nothing(self, alice, owner):
        alice.write("shop/orders", {"id": 7})
        records = [NewRecord("shop/other", {"id": 8}), NewRecord("shop/other", {"id": 7})]

        with pytest.raises(HatDuplicate):
            converse(
                lambda hats: hats.write_batch(hat_at(alice.domain), token=owner, records=records)
            )

        assert alice.call("GET", "/api/v2.6/data/shop/other") == []


class TestNames:
    def test_a_bundles_name_taken_by_another_debit_looks_like_a_role_that_comes_late(self, market):
        """Reading back is refused with 403 in both cases: only waiting tells them apart."""
        market.propose()

        with pytest.raises(HatUnreachable) as busy:
            market.propose(debit_id="offer-43")

        assert busy.value.reason is Unreachable.BUSY

    def test_a_debit_changed_under_its_old_bundle_name_keeps_the_old_bundle(self, alice, market):
        market.propose()
        changed = {"name": "offer-42", "bundle": {"more": {"endpoints": [{"endpoint": "a/b"}]}}}
        request = replace(REQUEST, bundle=changed)
        alice.call("PUT", "/api/v2.6/data-debit/offer-42", request.to_json())

        state = market.debit()

        assert state.latest.bundle["bundle"] == ORDERS
        assert not state.is_as_proposed(request)


class TestOrder:
    def test_the_order_of_permissions_means_nothing(self, scripted, hat):
        older = {**PERMISSION, "purpose": "older", "active": False}
        states = []
        for permissions in ([PERMISSION, older], [older, PERMISSION]):
            scripted.on("/api/v2.6/data-debit/d-1", answer({**DEBIT, "permissions": permissions}))
            states.append(
                converse(lambda hats: hats.debit(hat, token=HatToken("a.b.c"), debit_id="d-1"))
            )

        assert (states[0].latest, states[0].running) == (states[1].latest, states[1].running)
