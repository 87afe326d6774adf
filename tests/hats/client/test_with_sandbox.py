"""Every kind of call against a real sandbox HAT, as owner, as platform and as an application."""

import uuid
from dataclasses import replace

import pytest

from hats.client import Proposed
from hats.errors import HatConflict, HatDuplicate, HatRefused, HatUnreachable, Unreachable
from hats.protocol import ApplicationState, NewRecord, Outcome, Page, Record
from tests.hats.client.talking import NOTES, a_request, as_owner, our_token


def data_of(records: list[Record]) -> list[object]:
    return [record["data"] for record in records]


class TestRecords:
    def test_what_is_written_is_read_replaced_and_deleted(self, alice):
        async def life_of_a_record(hats, hat, token):
            written = await hats.write_data(hat, token=token, endpoint=NOTES, data={"n": 1})
            changed = {**written, "data": {"n": 2}}
            await hats.replace_records(hat, token=token, records=[changed])
            replaced = await hats.data(hat, token=token, endpoint=NOTES)
            await hats.delete_records(hat, token=token, record_ids=[str(written["recordId"])])
            return replaced, await hats.data(hat, token=token, endpoint=NOTES)

        replaced, deleted = as_owner(alice, life_of_a_record)

        assert data_of(replaced) == [{"n": 2}]
        assert deleted == []

    def test_the_same_data_is_a_duplicate_at_whatever_endpoint(self, alice):
        async def twice(hats, hat, token):
            await hats.write_data(hat, token=token, endpoint=NOTES, data={"n": 1})
            with pytest.raises(HatDuplicate):
                await hats.write_data(hat, token=token, endpoint="market-test/other", data={"n": 1})
            with pytest.raises(HatDuplicate):
                await hats.write_batch(hat, token=token, records=[NewRecord(NOTES, {"n": 1})])
            return await hats.data(hat, token=token, endpoint="market-test/other")

        assert as_owner(alice, twice) == []

    def test_many_are_stored_together_or_those_that_are_missing(self, alice):
        async def many(hats, hat, token):
            await hats.write_data(hat, token=token, endpoint=NOTES, data=1)
            with pytest.raises(HatDuplicate):
                await hats.write_all(hat, token=token, endpoint=NOTES, items=[1, 2])
            before = await hats.data(hat, token=token, endpoint=NOTES)
            added = await hats.write_all(
                hat, token=token, endpoint=NOTES, items=[1, 2], skip_duplicates=True
            )
            return before, added

        before, added = as_owner(alice, many)

        assert (data_of(before), data_of(added)) == ([1], [2])

    def test_pages_are_read_to_their_end(self, alice):
        async def pages(hats, hat, token):
            await hats.write_all(hat, token=token, endpoint=NOTES, items=list(range(7)))
            return [r async for r in hats.all_data(hat, token=token, endpoint=NOTES, page=3)]

        assert data_of(as_owner(alice, pages)) == list(range(7))

    def test_of_records_that_are_not_all_there_none_is_deleted(self, alice):
        async def one_unknown(hats, hat, token):
            written = await hats.write_data(hat, token=token, endpoint=NOTES, data=1)
            ids = [str(written["recordId"]), str(uuid.uuid4())]
            with pytest.raises(HatRefused) as refusal:
                await hats.delete_records(hat, token=token, record_ids=ids)
            return refusal.value.reason, await hats.data(hat, token=token, endpoint=NOTES)

        reason, left = as_owner(alice, one_unknown)

        assert (reason, data_of(left)) == ("records_missing", [1])

    def test_an_endpoint_is_emptied_and_is_no_source_any_more(self, alice):
        async def emptied(hats, hat, token):
            await hats.write_data(hat, token=token, endpoint=NOTES, data=1)
            held = await hats.sources(hat, token=token)
            await hats.delete_endpoint(hat, token=token, endpoint=NOTES)
            return held, await hats.sources(hat, token=token)

        held, left = as_owner(alice, emptied)

        assert held - left == {NOTES}


class TestDefinitions:
    def test_a_bundle_is_kept_read_and_described(self, alice):
        wanted = {"notes": {"endpoints": [{"endpoint": NOTES, "mapping": {"number": "n"}}]}}

        async def kept(hats, hat, token):
            await hats.write_data(hat, token=token, endpoint=NOTES, data={"n": 1, "x": 2})
            await hats.put_bundle(hat, token=token, name="my-notes", properties=wanted)
            found = await hats.bundle(hat, token=token, name="my-notes")
            return found, await hats.bundle_structure(hat, token=token, name="my-notes")

        found, structure = as_owner(alice, kept)

        assert data_of(found["notes"]) == [{"number": 1}]
        assert structure["name"] == "my-notes"

    def test_a_bundle_the_hat_cannot_read_is_malformed_where_it_says(self, alice):
        wrong = {"notes": {"endpoints": [{"endpoint": "No Endpoint"}]}}

        with pytest.raises(HatRefused) as refusal:
            as_owner(
                alice,
                lambda hats, hat, token: hats.put_bundle(
                    hat, token=token, name="wrong", properties=wrong
                ),
            )

        assert refusal.value.reason == "malformed"
        assert all("Endpoint" not in field for field in refusal.value.fields)

    def test_a_combinator_is_kept_and_read(self, alice):
        async def kept(hats, hat, token):
            await hats.write_all(hat, token=token, endpoint=NOTES, items=[{"n": 1}, {"n": 2}])
            queries = [{"endpoint": NOTES}]
            await hats.put_combinator(hat, token=token, name="all-notes", queries=queries)
            page = Page(take=1, newest_first=True, order_by="n")
            return await hats.combinator(hat, token=token, name="all-notes", page=page)

        assert data_of(as_owner(alice, kept)) == [{"n": 2}]

    @pytest.mark.parametrize("kind", ["bundle", "combinator"])
    def test_what_was_never_kept_is_unknown(self, alice, kind):
        with pytest.raises(HatRefused) as refusal:
            as_owner(alice, lambda h, hat, token: getattr(h, kind)(hat, token=token, name="none"))

        assert (refusal.value.status, refusal.value.reason) == (404, f"no_such_{kind}")


class TestDebits:
    def test_an_update_waits_for_the_owner_while_the_version_before_it_is_read(self, alice):
        request = a_request()
        newer = {"endpoints": [{"endpoint": NOTES}], "limit": 1}
        changed = replace(
            request, bundle={"name": f"mk-{uuid.uuid4()}", "bundle": {"notes": newer}}
        )

        async def updated(hats, hat, owner):
            await hats.write_all(hat, token=owner, endpoint=NOTES, items=[1, 2])
            ours = await our_token(hats, hat)
            await hats.propose_debit(hat, token=ours, request=request)
            await hats.enable_debit(hat, token=owner, debit_id=request.debit_id)
            proposed = [await hats.update_debit(hat, token=ours, request=changed) for _ in range(2)]
            before = await hats.values(hat, token=ours, debit_id=request.debit_id)
            await hats.enable_debit(hat, token=owner, debit_id=request.debit_id)
            after = await hats.values(hat, token=ours, debit_id=request.debit_id)
            return proposed, before.record_count, after.record_count

        proposed, before, after = as_owner(alice, updated)

        assert [one.proposed for one in proposed] == [Proposed.NOW, Proposed.ALREADY]
        assert len(proposed[1].state.permissions) == 2
        assert (before, after) == (2, 1)

    def test_an_update_under_a_known_name_never_reaches_the_hat(self, alice):
        request = a_request()

        async def same_name(hats, hat, owner):
            ours = await our_token(hats, hat)
            await hats.propose_debit(hat, token=ours, request=request)
            other = replace(request, purpose="Something else")
            with pytest.raises(HatConflict):
                await hats.update_debit(hat, token=ours, request=other)
            return await hats.debit(hat, token=ours, debit_id=request.debit_id)

        assert len(as_owner(alice, same_name).permissions) == 1

    def test_only_the_owner_lists_enables_and_disables(self, alice):
        request = a_request()

        async def everybody(hats, hat, owner):
            ours = await our_token(hats, hat)
            await hats.propose_debit(hat, token=ours, request=request)
            debit_id, refused = request.debit_id, []
            for call in (
                hats.debits(hat, token=ours),
                hats.enable_debit(hat, token=ours, debit_id=debit_id),
                hats.disable_debit(hat, token=ours, debit_id=debit_id, at_period_end=False),
            ):
                with pytest.raises(HatRefused) as refusal:
                    await call
                refused.append(refusal.value.status)
            listed = await hats.debits(hat, token=owner)
            return refused, [debit.debit_id for debit in listed]

        refused, listed = as_owner(alice, everybody)

        assert refused == [403, 403, 403]
        assert request.debit_id in listed

    def test_a_debit_switched_off_is_still_accepted_but_not_active(self, alice):
        request = a_request()

        async def switched_off(hats, hat, owner):
            ours, debit_id = await our_token(hats, hat), request.debit_id
            await hats.propose_debit(hat, token=ours, request=request)
            await hats.enable_debit(hat, token=owner, debit_id=debit_id)
            await hats.disable_debit(hat, token=owner, debit_id=debit_id, at_period_end=False)
            state = await hats.debit(hat, token=ours, debit_id=debit_id)
            return state, await hats.values(hat, token=ours, debit_id=debit_id)

        state, values = as_owner(alice, switched_off)

        assert (state.active, state.accepted, values.outcome) == (False, True, Outcome.NOT_ENABLED)
        assert state.latest is not None
        assert state.latest.canceled_at is not None

    def test_a_name_of_another_debit_is_a_conflict(self, alice):
        request = a_request()
        other = a_request(bundle=request.bundle)

        async def taken(hats, hat, owner):
            await hats.propose_debit(hat, token=owner, request=request)
            await hats.propose_debit(hat, token=owner, request=other)

        with pytest.raises(HatConflict) as conflict:
            as_owner(alice, taken)

        assert conflict.value.reason == "bundle_exists"

    def test_to_others_it_looks_like_a_role_not_yet_granted(self, alice):
        """A HAT hides from all but its owner whether a debit is unknown or not theirs yet."""
        request = a_request()
        other = a_request(bundle=request.bundle)

        async def taken(hats, hat, owner):
            ours = await our_token(hats, hat)
            await hats.propose_debit(hat, token=ours, request=request)
            await hats.propose_debit(hat, token=ours, request=other)

        with pytest.raises(HatUnreachable) as trouble:
            as_owner(alice, taken)

        assert trouble.value.reason is Unreachable.BUSY

    def test_an_unknown_debit_cannot_be_enabled(self, alice):
        with pytest.raises(HatRefused) as refusal:
            as_owner(
                alice,
                lambda hats, hat, token: hats.enable_debit(hat, token=token, debit_id="nobody"),
            )

        assert (refusal.value.status, refusal.value.reason) == (400, "no_such_debit")


class TestApplications:
    def test_an_application_is_set_up_speaks_and_is_switched_off(self, alice):
        async def life(hats, hat, owner):
            name = {"application_id": "hat-market"}
            states = [(await hats.application(hat, token=owner, **name)).state]
            states.append((await hats.set_up_application(hat, token=owner, **name)).state)
            token = await hats.application_token(hat, token=owner, **name)
            accepted = await hats.accepts(hat, token=token)
            states.append((await hats.disable_application(hat, token=owner, **name)).state)
            return states, accepted

        states, accepted = as_owner(alice, life)

        assert states == [
            ApplicationState.UNTOUCHED,
            ApplicationState.RUNNING,
            ApplicationState.DISABLED,
        ]
        assert accepted

    def test_a_login_page_knows_what_is_registered_and_nothing_else(self, alice):
        async def both(hats, hat, _):
            known = await hats.application_for_login(hat, application_id="hat-market")
            return known, await hats.application_for_login(hat, application_id="nobody")

        known, unknown = as_owner(alice, both)

        assert known is not None
        assert (known.name, unknown) == ("HAT Market", None)

    def test_an_unknown_application_is_refused(self, alice):
        with pytest.raises(HatRefused) as refusal:
            as_owner(
                alice,
                lambda h, hat, token: h.set_up_application(
                    hat, token=token, application_id="nobody"
                ),
            )

        assert (refusal.value.status, refusal.value.reason) == (400, "no_such_application")


class TestIdentity:
    def test_a_service_token_names_the_hat_and_may_read_nothing(self, alice):
        async def for_a_service(hats, hat, owner):
            token = await hats.service_token(
                hat, token=owner, name="shop", resource="https://shop.example"
            )
            accepted = await hats.accepts(hat, token=token)
            with pytest.raises(HatRefused) as refusal:
                await hats.data(hat, token=token, endpoint=NOTES)
            return accepted, refusal.value.status

        assert as_owner(alice, for_a_service) == (True, 403)

    def test_the_older_login_leads_back_with_a_token(self, alice):
        address = as_owner(
            alice,
            lambda hats, hat, token: hats.service_login(
                hat, token=token, name="shop", redirect="https://shop.example/back?x=1"
            ),
        )

        assert address.startswith("https://shop.example/back?x=1&token=")

    def test_a_hat_says_that_it_works(self, alice):
        assert as_owner(alice, lambda hats, hat, _: hats.is_healthy(hat))
