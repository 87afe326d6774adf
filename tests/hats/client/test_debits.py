"""Updates, lists and switches of debits; what is done when an answer does not come."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hats.client import HatToken, Proposed
from hats.errors import (
    HatConflict,
    HatOutcomeUnknown,
    HatRefused,
    HatSpeaksOldApi,
    HatTokenExpired,
    HatUnreachable,
    Unreachable,
)
from hats.protocol import Outcome
from tests.hats.client.saying import say
from tests.hats.scripted import after, answer, raw
from tests.hats.test_answers import DEBIT, GOOD, PERMISSION
from tests.hats.test_client import OURS, exists
from tests.hats.test_protocol import BUNDLE, REQUEST

DEBIT_PATH = "/api/v2.6/data-debit/d-1"
NEW_BUNDLE = {**BUNDLE, "name": "mk-2"}
CHANGED = replace(REQUEST, bundle=NEW_BUNDLE)
AS_PROPOSED = {**PERMISSION, "purpose": REQUEST.purpose, "termsUrl": REQUEST.terms_url}
FIRST = {**AS_PROPOSED, "bundle": BUNDLE}
SECOND = {
    **AS_PROPOSED,
    "bundle": NEW_BUNDLE,
    "dateCreated": "2026-03-05T10:00:00+0000",
    "accepted": False,
    "active": False,
}
BEFORE = {**OURS, "permissions": [FIRST], "permissionsLatest": FIRST, "permissionsActive": FIRST}
AFTER = {**BEFORE, "permissions": [FIRST, SECOND], "permissionsLatest": SECOND}
NO_SUCH_DEBIT = answer(
    {"message": "Not Found", "cause": "Data Debit with this ID does not exist"}, status=400
)


def malformed(words: str):
    cause = f"Data Debit request malformed: {words}"
    return answer({"message": "Bad Request", "cause": cause}, status=400)


def methods(scripted) -> list[str]:
    return [heard.method for heard in scripted.heard]


class TestProposing:
    def propose(self, hat, token):
        return say(lambda hats: hats.propose_debit(hat, token=token, request=REQUEST))

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            (raw(b""), Unreachable.RESET),
            (after(3, answer()), Unreachable.TIMEOUT),
            (answer(b"", status=500), Unreachable.SERVER_ERROR),
            (answer(b"", status=504), Unreachable.SERVER_ERROR),
        ],
    )
    def test_without_an_answer_it_is_not_known_whether_it_arrived(
        self, scripted, hat, token, script, reason
    ):
        scripted.on(DEBIT_PATH, script)

        with pytest.raises(HatOutcomeUnknown) as trouble:
            self.propose(hat, token)

        assert trouble.value.reason is reason
        assert methods(scripted) == ["POST"]

    def test_a_hat_that_asks_for_patience_has_done_nothing(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(b"", status=503, headers={"Retry-After": "7"}))

        with pytest.raises(HatUnreachable) as trouble:
            self.propose(hat, token)

        assert not isinstance(trouble.value, HatOutcomeUnknown)
        assert trouble.value.retry_after == 7.0

    def test_after_a_lost_answer_the_same_proposal_is_recognised(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, raw(b""), exists("Data Debit"), answer(OURS))

        with pytest.raises(HatOutcomeUnknown):
            self.propose(hat, token)
        proposal = self.propose(hat, token)

        assert proposal.proposed is Proposed.ALREADY
        assert methods(scripted) == ["POST", "POST", "GET"]

    def test_a_reading_back_that_fails_otherwise_says_so(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, exists("Data Debit"), answer({"cause": "?"}, status=400))

        with pytest.raises(HatRefused) as refusal:
            self.propose(hat, token)

        assert not isinstance(refusal.value, HatConflict)
        assert refusal.value.reason == "bad_request"

    def test_what_the_hat_could_not_read_is_named(self, scripted, hat, token):
        message = {"obj.bundle.name": [{"msg": ["error.path.missing"], "args": []}]}
        scripted.on(DEBIT_PATH, answer({"error": "Bad Request", "message": message}, status=400))

        with pytest.raises(HatRefused) as refusal:
            self.propose(hat, token)

        assert (refusal.value.reason, refusal.value.fields) == ("malformed", ("bundle.name",))
        assert methods(scripted) == ["POST"]

    def test_a_hat_that_knows_only_the_older_api_is_told_apart(self, scripted, hat, token):
        message = f"Request handler at POST:{DEBIT_PATH} does not exist"
        scripted.on(
            DEBIT_PATH, answer({"error": "Handler Not Found", "message": message}, status=404)
        )

        with pytest.raises(HatSpeaksOldApi) as refusal:
            self.propose(hat, token)

        assert refusal.value.sentence == "This HAT does not know this kind of request."

    def test_a_period_of_no_length_is_never_proposed(self):
        with pytest.raises(ValueError, match="longer than nothing"):
            replace(REQUEST, period=timedelta(0))

    def test_the_period_travels_in_milliseconds(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(OURS, status=201))

        self.propose(hat, token)

        assert json.loads(scripted.heard[0].body)["period"] == 30 * 24 * 60 * 60 * 1000

    @pytest.mark.parametrize(
        "written", ["2026-03-01T12:00:00+0000", "2026-03-01T12:00:00.000Z", 1_772_366_400_000]
    )
    def test_a_debit_is_recognised_whatever_form_its_dates_have(
        self, scripted, hat, token, written
    ):
        latest = {**OURS["permissionsLatest"], "start": written, "dateCreated": written}
        stored = {**OURS, "dateCreated": written, "start": written, "permissionsLatest": latest}
        scripted.on(DEBIT_PATH, answer(stored, status=201))

        state = self.propose(hat, token).state

        assert state.latest is not None
        assert {state.start, state.created_at, state.latest.start} == {REQUEST.start}


class TestUpdating:
    def update(self, hat, token, request=CHANGED):
        return say(lambda hats: hats.update_debit(hat, token=token, request=request))

    def test_an_update_is_put_and_the_permission_before_it_keeps_running(
        self, scripted, hat, token
    ):
        scripted.on(DEBIT_PATH, answer(BEFORE), answer(AFTER))

        proposal = self.update(hat, token)

        assert proposal.proposed is Proposed.NOW
        assert methods(scripted) == ["GET", "PUT"]
        assert json.loads(scripted.heard[1].body) == CHANGED.to_json()
        state = proposal.state
        assert state.latest is not None
        assert state.running is not None
        assert (state.latest.bundle, state.running.bundle) == (NEW_BUNDLE, BUNDLE)

    def test_an_update_that_is_there_is_not_put_again(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(AFTER))

        assert self.update(hat, token).proposed is Proposed.ALREADY
        assert methods(scripted) == ["GET"]

    def test_after_a_lost_answer_the_same_update_is_recognised(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(BEFORE), raw(b""), answer(AFTER))

        with pytest.raises(HatOutcomeUnknown):
            self.update(hat, token)
        proposal = self.update(hat, token)

        assert proposal.proposed is Proposed.ALREADY
        assert methods(scripted) == ["GET", "PUT", "GET"]

    @pytest.mark.parametrize(
        "request_",
        [
            replace(REQUEST, purpose="Something else"),
            replace(REQUEST, bundle={"name": "mk-1", "bundle": {}}),
            replace(CHANGED, conditions=BUNDLE),
        ],
    )
    def test_a_name_that_the_debit_has_used_is_never_sent_again(
        self, scripted, hat, token, request_
    ):
        scripted.on(DEBIT_PATH, answer(BEFORE))

        with pytest.raises(HatConflict) as conflict:
            self.update(hat, token, request_)

        assert conflict.value.reason == "bundle_name_used"
        assert methods(scripted) == ["GET"]

    def test_a_name_of_an_older_version_is_not_sent_again_either(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(AFTER))

        with pytest.raises(HatConflict):
            self.update(hat, token, replace(REQUEST, purpose="Something else"))

        assert methods(scripted) == ["GET"]

    @pytest.mark.parametrize(
        "words",
        [
            "Bundle mk-2 already linked and could not be reassigned to a different data debit",
            "Condition Bundle Some(c1) already linked and could not be reassigned",
        ],
    )
    def test_a_bundle_of_another_debit_is_a_conflict(self, scripted, hat, token, words):
        scripted.on(DEBIT_PATH, answer(BEFORE), malformed(words))

        with pytest.raises(HatConflict) as conflict:
            self.update(hat, token)

        assert conflict.value.reason == "bundle_of_another_debit"

    def test_a_hat_that_keeps_the_old_definition_is_found_out(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer(BEFORE))

        with pytest.raises(HatConflict) as conflict:
            self.update(hat, token)

        assert conflict.value.reason == "stored_differently"
        assert methods(scripted) == ["GET", "PUT"]

    def test_a_debit_of_somebody_else_is_refused(self, scripted, hat, token):
        scripted.on(DEBIT_PATH, answer({"error": "Forbidden", "message": "x"}, status=403))

        with pytest.raises(HatRefused) as refusal:
            self.update(hat, token)

        assert (refusal.value.status, refusal.value.reason) == (403, "forbidden")
        assert methods(scripted) == ["GET"]

    def test_a_debit_that_vanished_meanwhile_is_unknown(self, scripted, hat, token):
        scripted.on(
            DEBIT_PATH, answer(BEFORE), malformed("Data Debit being updated does not exist")
        )

        with pytest.raises(HatRefused) as refusal:
            self.update(hat, token)

        assert refusal.value.reason == "no_such_debit"


class TestTheOwnersOwn:
    def test_an_owner_lists_every_debit(self, scripted, hat, token):
        scripted.on("/api/v2.6/data-debit", answer([DEBIT, {**DEBIT, "dataDebitKey": "d-2"}]))

        debits = say(lambda hats: hats.debits(hat, token=token))

        assert [debit.debit_id for debit in debits] == ["d-1", "d-2"]

    def test_an_owner_enables(self, scripted, hat, token):
        scripted.on(f"{DEBIT_PATH}/enable", answer(DEBIT))

        assert say(lambda hats: hats.enable_debit(hat, token=token, debit_id="d-1")).active

    @pytest.mark.parametrize(("at_period_end", "sent"), [(True, "true"), (False, "false")])
    def test_an_owner_disables_now_or_at_the_end_of_the_period(
        self, scripted, hat, token, at_period_end, sent
    ):
        scripted.on(f"{DEBIT_PATH}/disable", answer({**DEBIT, "active": False}))

        state = say(
            lambda hats: hats.disable_debit(
                hat, token=token, debit_id="d-1", at_period_end=at_period_end
            )
        )

        assert (state.active, state.accepted) == (False, True)
        assert scripted.heard[0].path == f"{DEBIT_PATH}/disable?atPeriodEnd={sent}"

    @pytest.mark.parametrize("verb", ["enable", "disable"])
    def test_switching_an_unknown_debit_is_refused_although_the_status_is_400(
        self, scripted, hat, token, verb
    ):
        scripted.on(f"{DEBIT_PATH}/{verb}", NO_SUCH_DEBIT)
        more = {"at_period_end": False} if verb == "disable" else {}

        with pytest.raises(HatRefused) as refusal:
            say(
                lambda hats: getattr(hats, f"{verb}_debit")(
                    hat, token=token, debit_id="d-1", **more
                )
            )

        assert (refusal.value.status, refusal.value.reason) == (400, "no_such_debit")


class TestReading:
    def test_a_token_that_ends_in_a_batch_concerns_its_own_hat_alone(self, scripted, hat):
        tokens = {name: HatToken(f"{name}.b.c") for name in ("one", "ended", "three")}
        for name in tokens:
            scripted.on(
                f"/api/v2.6/data-debit/{name}/values",
                answer({"bundle": {"orders": [GOOD]}}, headers={"X-Auth-Token": f"{name}.b.new"}),
            )
        scripted.on(
            "/api/v2.6/data-debit/ended/values",
            answer({"error": "Not Authenticated", "message": "Not Authenticated"}, status=401),
        )

        async def batch(hats):
            asked = (hats.values(hat, token=one, debit_id=name) for name, one in tokens.items())
            return await asyncio.gather(*asked, return_exceptions=True)

        one, ended, three = say(batch)

        assert isinstance(ended, HatTokenExpired)
        assert one.outcome is three.outcome is Outcome.DELIVERED
        renewed = [token.is_renewed for token in tokens.values()]
        assert renewed == [True, False, True]

    def test_not_enabled_is_an_outcome_and_no_failure(self, scripted, hat, token):
        cause = "Data Debit d-1 not enabled"
        scripted.on(
            f"{DEBIT_PATH}/values", answer({"message": "Bad Request", "cause": cause}, status=400)
        )

        values = say(lambda hats: hats.values(hat, token=token, debit_id="d-1"))

        assert (values.outcome, values.record_count) == (Outcome.NOT_ENABLED, 0)

    def test_a_bundle_that_cannot_be_evaluated_says_so(self, scripted, hat, token):
        cause = "Data Debit d-1 active bundle malformed: Invalid bundle format - cannot cast"
        scripted.on(
            f"{DEBIT_PATH}/values",
            answer({"message": "Data Debit Bundle malformed", "cause": cause}, status=400),
        )

        values = say(lambda hats: hats.values(hat, token=token, debit_id="d-1"))

        assert (values.outcome, values.reason) == (Outcome.BROKEN, "bundle_cannot_be_evaluated")
