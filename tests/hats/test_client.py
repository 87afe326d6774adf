"""What we ask a HAT, byte by byte, and what we make of each answer."""

import asyncio
import json
from dataclasses import replace

import pytest

from hats.client import HatToken, Proposed
from hats.configured import converse
from hats.errors import (
    Broken,
    HatBroken,
    HatConflict,
    HatRefused,
    HatTokenExpired,
    HatUnreachable,
    Unreachable,
)
from hats.protocol import Outcome
from tests.hats.client.saying import say
from tests.hats.scripted import after, answer, raw
from tests.hats.test_answers import DEBIT, GOOD, PERMISSION
from tests.hats.test_protocol import BUNDLE, REQUEST

VALUES = "/api/v2.6/data-debit/d-1/values"
DEBIT_PATH = "/api/v2.6/data-debit/d-1"
OURS = {
    **DEBIT,
    "requestClientName": REQUEST.client_name,
    "requestClientUrl": REQUEST.client_url,
    "permissionsLatest": {**PERMISSION, "bundle": BUNDLE},
}
ENABLED_NOT = answer({"message": "Bad Request", "cause": "Data Debit d-1 not enabled"}, status=400)


def exists(what: str):
    cause = f"Data Debit request malformed: {what} with such ID already exists"
    return answer({"message": "Bad Request", "cause": cause}, status=400)


@pytest.fixture
def token() -> HatToken:
    return HatToken("aa.bb.cc")


class TestLoggingIn:
    def test_the_public_key_is_text(self, scripted, hat):
        scripted.on("/publickey", answer(b"-----BEGIN", content_type="text/plain; charset=UTF-8"))

        assert say(lambda hats: hats.public_key(hat)) == "-----BEGIN"
        assert scripted.heard[0].headers["accept"] == "text/plain"

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            (answer(b"<html>", content_type="text/html"), Broken.BAD_KEY),
            (answer("clé".encode(), content_type="text/plain"), Broken.BAD_KEY),
            (answer(b"k" * 8193, content_type="text/plain"), Broken.TOO_LARGE),
        ],
    )
    def test_what_is_no_key_is_broken(self, scripted, hat, script, reason):
        scripted.on("/publickey", script)

        with pytest.raises(HatBroken) as trouble:
            say(lambda hats: hats.public_key(hat))

        assert trouble.value.reason == reason

    def test_a_hat_that_does_not_exist_refuses(self, scripted, hat):
        scripted.on(
            "/publickey", answer({"error": "Not Found", "message": "HAT unavailable"}, status=404)
        )

        with pytest.raises(HatRefused) as refusal:
            say(lambda hats: hats.public_key(hat))

        assert (refusal.value.status, refusal.value.reason) == (404, "no_such_hat")

    def test_credentials_travel_percent_encoded(self, scripted, hat):
        scripted.on("/users/access_token", answer({"accessToken": "aa.bb.cc", "userId": "u"}))

        token = say(lambda hats: hats.access_token(hat, username="plat form", password="p%s+é"))

        heard = scripted.heard[0].headers
        assert token.value == "aa.bb.cc"
        assert (heard["username"], heard["password"]) == ("plat%20form", "p%25s%2B%C3%A9")

    def test_wrong_credentials_are_not_taken_for_an_expired_token(self, scripted, hat):
        scripted.on("*", answer({"error": "Not Authenticated"}, status=401))

        with pytest.raises(HatRefused) as refusal:
            say(lambda hats: hats.access_token(hat, username="u", password="p"))

        assert not isinstance(refusal.value, HatTokenExpired)
        assert refusal.value.reason == "credentials"

    def test_too_many_logins_are_worth_another_try(self, scripted, hat):
        scripted.on("*", answer({"message": "Request rate exceeded"}, status=400))

        with pytest.raises(HatUnreachable) as trouble:
            say(lambda hats: hats.access_token(hat, username="u", password="p"))

        assert trouble.value.reason is Unreachable.BUSY


class TestTokens:
    def test_the_token_is_sent_and_replaced_by_its_renewal(self, scripted, hat, token):
        scripted.on(
            "*",
            answer(DEBIT, headers={"X-Auth-Token": "dd.ee.ff"}),
            answer(DEBIT, headers={"X-Auth-Token": "not a token"}),
        )

        async def twice(hats):
            await hats.debit(hat, token=token, debit_id="d-1")
            await hats.debit(hat, token=token, debit_id="d-1")

        say(twice)

        sent = [heard.headers["x-auth-token"] for heard in scripted.heard]
        assert sent == ["aa.bb.cc", "dd.ee.ff"]
        assert (token.value, token.is_renewed) == ("dd.ee.ff", True)

    def test_a_renewal_comes_with_refusals_too(self, scripted, hat, token):
        scripted.on("*", answer({}, status=403, headers={"X-Auth-Token": "dd.ee.ff"}))

        with pytest.raises(HatRefused):
            say(lambda hats: hats.debit(hat, token=token, debit_id="d-1"))

        assert token.value == "dd.ee.ff"

    def test_an_expired_token_is_told_apart(self, scripted, hat, token):
        scripted.on("*", answer({"error": "Not Authenticated"}, status=401))

        with pytest.raises(HatTokenExpired):
            say(lambda hats: hats.debit(hat, token=token, debit_id="d-1"))
        with pytest.raises(HatTokenExpired):
            say(lambda hats: hats.values(hat, token=token, debit_id="d-1"))

    def test_a_token_is_never_shown(self, token):
        assert "aa.bb.cc" not in repr(token)
        assert not token.is_renewed


class TestProposing:
    def propose(self, hat, token):
        return say(lambda hats: hats.propose_debit(hat, token=token, request=REQUEST))

    def test_a_debit_is_posted_once(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(OURS, status=201))

        proposal = self.propose(hat, token)

        assert proposal.proposed is Proposed.NOW
        (heard,) = scripted.heard
        assert (heard.method, heard.headers["content-type"]) == ("POST", "application/json")
        assert json.loads(heard.body) == REQUEST.to_json()

    @pytest.mark.parametrize("what", ["Data Debit", "Data bundle"])
    def test_a_repeated_proposal_is_read_back_and_recognised(self, scripted, hat, token, what):
        scripted.on(DEBIT_PATH, exists(what), answer(OURS))

        proposal = self.propose(hat, token)

        assert proposal.proposed is Proposed.ALREADY
        assert [heard.method for heard in scripted.heard] == ["POST", "GET"]

    def test_another_debit_of_that_id_is_a_conflict(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, exists("Data Debit"), answer(DEBIT))

        with pytest.raises(HatConflict) as conflict:
            self.propose(hat, token)

        assert conflict.value.reason == "debit_exists"

    def test_a_bundle_name_taken_by_something_else_is_a_conflict(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, exists("Data bundle"), answer({"message": "x"}, status=404))

        with pytest.raises(HatConflict) as conflict:
            self.propose(hat, token)

        assert conflict.value.reason == "bundle_exists"

    def test_a_role_not_yet_granted_is_worth_another_try(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, exists("Data Debit"), answer({}, status=403))

        with pytest.raises(HatUnreachable) as trouble:
            self.propose(hat, token)

        assert (trouble.value.reason, trouble.value.retry_after) == (Unreachable.BUSY, 5.0)

    def test_a_hat_that_stores_something_else_is_found_out(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(DEBIT, status=201))

        with pytest.raises(HatConflict) as conflict:
            self.propose(hat, token)

        assert conflict.value.reason == "stored_differently"

    @pytest.mark.parametrize(
        ("script", "status", "reason"),
        [
            (
                answer({"error": "Forbidden", "message": "Access Denied"}, status=403),
                403,
                "forbidden",
            ),
            (answer(b"<html>", status=415, content_type="text/html"), 415, "wrong_content_type"),
            (answer(OURS), 200, "refused"),
            (answer(b"<html>", status=201, content_type="text/html"), 201, "html"),
        ],
    )
    def test_a_refused_proposal_says_why_in_our_words(
        self, scripted, hat, token, script, status, reason
    ):
        scripted.on(DEBIT_PATH, script)

        with pytest.raises(HatRefused) as refusal:
            self.propose(hat, token)

        assert (refusal.value.status, refusal.value.reason) == (status, reason)

    def test_a_proposal_cut_off_is_not_repeated_by_the_client(self, scripted, hat, token):
        scripted.on("*", raw(b""))

        with pytest.raises(HatUnreachable):
            self.propose(hat, token)

        assert len(scripted.heard) == 1


class TestReading:
    def values(self, hat, token):
        return say(lambda hats: hats.values(hat, token=token, debit_id="d-1"))

    @pytest.mark.parametrize(
        ("script", "outcome", "reason"),
        [
            (answer({"bundle": {"orders": [GOOD]}}), Outcome.DELIVERED, ""),
            (answer({"bundle": {"orders": []}}), Outcome.EMPTY, ""),
            (answer({"conditions": {"a": False}, "bundle": {}}), Outcome.CONDITIONS_UNMET, ""),
            (ENABLED_NOT, Outcome.NOT_ENABLED, "not_enabled"),
            (
                answer({"message": "Bad Request", "cause": "?"}, status=400),
                Outcome.BROKEN,
                "bad_request",
            ),
            (answer({}, status=403), Outcome.FORBIDDEN, "forbidden"),
            (answer({"message": "Not Found"}, status=404), Outcome.UNKNOWN, "unknown"),
            (answer(b"<html>", content_type="text/html"), Outcome.BROKEN, "html"),
            (answer(b"", status=204), Outcome.BROKEN, "refused"),
            (answer(b"{}", content_type="text/plain"), Outcome.BROKEN, "wrong_shape:content_type"),
            (answer([1]), Outcome.BROKEN, "wrong_shape:not_an_object"),
            (answer(b"[" * 99 + b"]" * 99), Outcome.BROKEN, "bad_json:too_deep"),
            (answer(b"x" * 6_000_000), Outcome.BROKEN, "too_large"),
            (answer(b"", status=302, headers={"Location": "/"}), Outcome.BROKEN, "redirect"),
            (answer(headers={"Content-Encoding": "gzip"}), Outcome.BROKEN, "encoded"),
        ],
    )
    def test_every_answer_is_an_outcome(self, scripted, hat, token, script, outcome, reason):
        scripted.on(VALUES, script)

        values = self.values(hat, token)

        assert (values.outcome, values.reason) == (outcome, reason)

    def test_a_reading_cut_off_is_asked_once_more(self, scripted, hat, token):
        scripted.on(VALUES, raw(b""), answer({"bundle": {"orders": [GOOD]}}))

        assert self.values(hat, token).outcome is Outcome.DELIVERED

    def test_a_reading_cut_off_twice_is_left_to_the_caller(self, scripted, hat, token):
        scripted.on(VALUES, raw(b""))

        with pytest.raises(HatUnreachable):
            self.values(hat, token)

        assert len(scripted.heard) == 2

    def test_a_slow_reading_is_not_repeated(self, scripted, hat, token):
        scripted.on(VALUES, after(3, answer()))

        with pytest.raises(HatUnreachable) as trouble:
            self.values(hat, token)

        assert (trouble.value.reason, len(scripted.heard)) == (Unreachable.TIMEOUT, 1)

    def test_one_bad_hat_spoils_nothing_for_the_others_in_its_batch(self, scripted, hat, token):
        names = ["d-1", "bad", "slow", "cut"]
        scripted.on(VALUES, answer({"bundle": {"orders": [GOOD]}}))
        scripted.on("/api/v2.6/data-debit/bad/values", answer(b"\x00" * 50))
        scripted.on("/api/v2.6/data-debit/slow/values", after(3, answer()))
        scripted.on("/api/v2.6/data-debit/cut/values", raw(b""))

        async def batch(hats):
            asked = (hats.values(hat, token=token, debit_id=name) for name in names)
            return await asyncio.gather(*asked, return_exceptions=True)

        delivered, bad, slow, cut = say(batch)

        assert delivered.outcome is Outcome.DELIVERED
        assert bad.outcome is Outcome.BROKEN
        assert (slow.reason, cut.reason) == (Unreachable.TIMEOUT, Unreachable.RESET)

    def test_sources_and_records_are_read(self, scripted, hat, token):
        scripted.on("/api/v2.6/data/sources", answer({"shop": ["orders"]}))
        scripted.on("/api/v2.6/data/shop/orders", answer([GOOD]))

        async def both(hats):
            sources = await hats.sources(hat, token=token)
            return sources, await hats.data(hat, token=token, endpoint="shop/orders", take=1)

        assert say(both) == ({"shop/orders"}, [GOOD])
        assert (
            scripted.heard[1].path == "/api/v2.6/data/shop/orders?take=1&skip=0&ordering=ascending"
        )

    @pytest.mark.parametrize("endpoint", ["shop", "Shop/Orders", "../users", "shop/orders?x", ""])
    def test_only_names_of_endpoints_are_asked_for(self, scripted, hat, token, endpoint):
        with pytest.raises(ValueError, match="not an endpoint"):
            say(lambda hats: hats.data(hat, token=token, endpoint=endpoint))

        assert scripted.heard == []

    @pytest.mark.parametrize("debit_id", ["../x", "", "a/b", "d 1", "x" * 65])
    def test_only_ids_of_debits_are_asked_for(self, scripted, hat, token, debit_id):
        with pytest.raises(ValueError, match="not the id"):
            say(lambda hats: hats.debit(hat, token=token, debit_id=debit_id))

        assert scripted.heard == []


def test_no_text_of_an_answer_reaches_an_exception(scripted, hat, token):
    secret = "Alice Smith, 1 High Street"
    scripted.on("*", answer({"message": secret, "cause": secret}, status=400))

    with pytest.raises(HatRefused) as refusal:
        say(lambda hats: hats.debit(hat, token=token, debit_id="d-1"))

    assert "Alice" not in f"{refusal.value!r} {refusal.value} {refusal.value.sentence}"


def test_converse_speaks_from_synchronous_code(scripted, hat):
    scripted.on("/publickey", answer(b"key", content_type="text/plain"))

    assert converse(lambda hats: hats.public_key(hat)) == "key"


def test_a_request_with_conditions_is_posted_with_them(scripted, hat, token):
    conditions = {"name": "c", "bundle": {"adult": {"endpoints": [{"endpoint": "me/age"}]}}}
    stored = {**OURS["permissionsLatest"], "conditions": conditions}
    scripted.on("*", answer({**OURS, "permissionsLatest": stored}, status=201))
    request = replace(REQUEST, conditions=conditions)

    proposal = say(lambda hats: hats.propose_debit(hat, token=token, request=request))

    assert proposal.state.latest is not None
    assert proposal.state.latest.conditions == conditions
