"""Links, single records, status, profile, version and debits of API 2 on a sandbox HAT."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hats.client import HatClient, HatToken
from hats.clusters import Hat
from hats.errors import HatConflict, HatRefused
from hats.protocol import Api, NewRecord, Outcome
from tests.hats.client.talking import NOTES, a_request, as_owner, our_token


def test_one_record_is_read_by_its_id_and_a_missing_one_refused(alice):
    async def one(hats, hat, token):
        written = await hats.write_data(hat, token=token, endpoint=NOTES, data={"n": 1})
        record_id = str(written["recordId"])
        found = await hats.record(hat, token=token, record_id=record_id)
        await hats.delete_records(hat, token=token, record_ids=[record_id])
        with pytest.raises(HatRefused) as refusal:
            await hats.record(hat, token=token, record_id=record_id)
        return found["data"], refusal.value.reason

    assert as_owner(alice, one) == ({"n": 1}, "no_such_record")


def test_linked_records_are_found_together(alice):
    query = {"endpoint": NOTES, "links": [{"endpoint": "market-test/reviews"}]}

    async def linked(hats, hat, token):
        review = NewRecord("market-test/reviews", {"stars": 5})
        await hats.write_batch(hat, token=token, records=[NewRecord(NOTES, {"n": 1}, (review,))])
        first = await hats.write_data(hat, token=token, endpoint=NOTES, data={"n": 2})
        second = await hats.write_data(
            hat, token=token, endpoint="market-test/reviews", data={"stars": 1}
        )
        ids = [str(record["recordId"]) for record in (first, second)]
        await hats.link_records(hat, token=token, record_ids=ids)
        properties = {"notes": {"endpoints": [query]}}
        await hats.put_bundle(hat, token=token, name="linked", properties=properties)
        return (await hats.bundle(hat, token=token, name="linked"))["notes"]

    notes = as_owner(alice, linked)

    stars = [link["data"]["stars"] for note in notes for link in note["links"]]
    assert stars == [5, 1]


def test_a_hat_tells_its_status_profile_and_version(alice):
    async def told(hats, hat, token):
        return (
            [item.title for item in await hats.status(hat, token=token)],
            await hats.public_profile(hat),
            await hats.version(hat),
            await hats.api_of(hat),
        )

    titles, profile, version, api = as_owner(alice, told)

    assert "Database Storage" in titles
    assert set(profile) == {"notables", "profile"}
    assert (version.startswith("v2."), api) == (True, Api.V2_6)


class TestOldDebits:
    def test_a_debit_is_proposed_once_enabled_read_and_switched_off(self, alice):
        request = a_request()

        async def trade(hats: HatClient, hat: Hat, owner: HatToken):
            ours, debit_id = await our_token(hats, hat), request.debit_id
            await hats.write_data(hat, token=owner, endpoint=NOTES, data={"n": 1})
            for _ in range(2):
                debit = await hats.propose_old_debit(hat, token=ours, request=request)
            before = await hats.old_values(hat, token=ours, debit_id=debit_id)
            await hats.enable_old_debit(
                hat, token=owner, debit_id=debit_id, bundle_name=str(request.bundle["name"])
            )
            values = await hats.old_values(hat, token=ours, debit_id=debit_id)
            await hats.disable_old_debit(hat, token=owner, debit_id=debit_id)
            after = await hats.old_values(hat, token=ours, debit_id=debit_id)
            return debit, [one.outcome for one in (before, values, after)]

        debit, outcomes = as_owner(alice, trade)

        assert len(debit.permissions) == 1
        assert outcomes == [Outcome.NOT_ENABLED, Outcome.DELIVERED, Outcome.NOT_ENABLED]

    def test_an_update_adds_a_version_that_is_off(self, alice):
        request = a_request()
        other = a_request(debit_id=request.debit_id)

        async def updated(hats, hat, owner):
            ours = await our_token(hats, hat)
            await hats.propose_old_debit(hat, token=ours, request=request)
            await hats.enable_old_debit(hat, token=owner, debit_id=request.debit_id)
            return await hats.update_old_debit(hat, token=ours, request=other)

        debit = as_owner(alice, updated)

        assert [one.enabled for one in debit.permissions] == [False, True]
        running = debit.running(datetime.now(UTC))
        assert running is not None
        assert running.bundle["name"] == request.bundle["name"]

    def test_another_debit_of_that_id_is_a_conflict(self, alice):
        request = a_request()
        other = a_request(debit_id=request.debit_id)

        async def twice(hats, hat, owner):
            await hats.propose_old_debit(hat, token=owner, request=request)
            await hats.propose_old_debit(hat, token=owner, request=other)

        with pytest.raises(HatConflict):
            as_owner(alice, twice)

    def test_the_two_kinds_do_not_see_each_other_but_share_names(self, alice):
        request = a_request()

        async def both(hats, hat, owner):
            await hats.propose_debit(hat, token=owner, request=request)
            with pytest.raises(HatRefused) as unknown:
                await hats.old_debit(hat, token=owner, debit_id=request.debit_id)
            with pytest.raises(HatRefused) as taken:
                await hats.propose_old_debit(hat, token=owner, request=request)
            return unknown.value.status, taken.value.reason

        assert as_owner(alice, both) == (404, "bundle_exists")

    def test_conditions_travel_and_are_compared(self, alice):
        request = a_request()
        unmet = {
            "name": f"{request.bundle['name']}-if",
            "bundle": {"never": {"endpoints": [{"endpoint": "market-test/never"}]}},
        }
        conditional = replace(request, conditions=unmet)

        async def asked(hats, hat, owner):
            await hats.propose_old_debit(hat, token=owner, request=conditional)
            await hats.enable_old_debit(hat, token=owner, debit_id=request.debit_id)
            return await hats.old_values(hat, token=owner, debit_id=request.debit_id)

        assert as_owner(alice, asked).outcome is Outcome.CONDITIONS_UNMET
