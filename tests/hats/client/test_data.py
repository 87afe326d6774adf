"""Records are read page by page, written, replaced and deleted."""

import asyncio
import json

import pytest

from hats.errors import (
    HatBroken,
    HatDuplicate,
    HatOutcomeUnknown,
    HatRefused,
    HatTokenExpired,
    HatUnreachable,
    Unreachable,
)
from hats.protocol import NewRecord, Page
from tests.hats.client.saying import say
from tests.hats.scripted import answer, raw
from tests.hats.test_answers import GOOD

ORDERS = "/api/v2.6/data/shop/orders"
ONE, TWO = "0f6b8a52-9d1e-4a5c-8a53-5d0c8e3f9a11", "1f6b8a52-9d1e-4a5c-8a53-5d0c8e3f9a11"
DUPLICATE = answer(
    {"message": "Bad Request", "cause": "Duplicate data - Duplicate data"}, status=400
)
DELETED = answer({"message": "All records deleted"})


def records(*numbers: int) -> list[dict[str, object]]:
    return [{**GOOD, "recordId": f"r-{n}", "data": {"n": n}} for n in numbers]


def refused_by(cause: str, status: int = 400):
    return answer({"message": "Data Missing", "cause": cause}, status=status)


class TestReadingPages:
    def read(self, hat, token, **options):
        async def every(hats):
            pages = hats.all_data(hat, token=token, endpoint="shop/orders", **options)
            return [record async for record in pages]

        return say(every)

    def asked(self, scripted) -> list[str]:
        return [heard.path.partition("?")[2] for heard in scripted.heard]

    def test_pages_are_read_oldest_first_until_a_short_one(self, scripted, hat, token):
        scripted.on(ORDERS, answer(records(1, 2)), answer(records(3)))

        assert self.read(hat, token, page=2) == records(1, 2, 3)
        assert self.asked(scripted) == [
            "take=2&skip=0&ordering=ascending",
            "take=2&skip=2&ordering=ascending",
        ]

    def test_an_odd_record_does_not_end_the_reading(self, scripted, hat, token):
        scripted.on(ORDERS, answer([*records(1), {"odd": True}]), answer(records(3)))

        assert self.read(hat, token, page=2) == records(1, 3)

    def test_an_empty_page_ends_it(self, scripted, hat, token):
        scripted.on(ORDERS, answer(records(1, 2)), answer([]))

        assert self.read(hat, token, page=2) == records(1, 2)

    def test_no_more_is_asked_for_than_wanted(self, scripted, hat, token):
        scripted.on(ORDERS, answer(records(1, 2)), answer(records(3)), answer(records(4)))

        assert self.read(hat, token, page=2, most=3) == records(1, 2, 3)
        assert self.asked(scripted)[-1] == "take=1&skip=2&ordering=ascending"

    def test_more_than_asked_for_is_not_taken(self, scripted, hat, token):
        scripted.on(ORDERS, answer(records(1, 2, 3)))

        assert self.read(hat, token, page=2, most=2) == records(1, 2)

    def test_a_hat_that_sends_the_same_page_for_ever_is_broken(self, scripted, hat, token):
        scripted.on(ORDERS, answer(records(1, 2)))

        with pytest.raises(HatBroken) as trouble:
            self.read(hat, token, page=2)

        assert trouble.value.detail == "same_page"
        assert len(scripted.heard) == 2

    def test_a_token_that_ends_between_two_pages_is_told(self, scripted, hat, token):
        scripted.on(ORDERS, answer(records(1, 2)), answer({"error": "x"}, status=401))
        seen = []

        async def three(hats):
            pages = hats.all_data(hat, token=token, endpoint="shop/orders", page=2)
            seen.extend([await anext(pages), await anext(pages)])
            await anext(pages)

        with pytest.raises(HatTokenExpired):
            say(three)

        assert seen == records(1, 2)

    def test_records_may_be_ordered_by_a_field_of_theirs(self, scripted, hat, token):
        scripted.on(ORDERS, answer([]))

        say(
            lambda hats: hats.data(
                hat, token=token, endpoint="shop/orders", order_by="a.b c", newest_first=True
            )
        )

        assert self.asked(scripted) == ["take=1000&skip=0&ordering=descending&orderBy=a.b+c"]


class TestWriting:
    def write(self, hat, token, data=None):
        return say(
            lambda hats: hats.write_data(
                hat, token=token, endpoint="shop/orders", data=data or {"n": 1}
            )
        )

    def test_a_record_is_written_and_returned_with_its_id(self, scripted, hat, token):
        scripted.on(ORDERS, answer({**GOOD, "links": []}, status=201))

        assert self.write(hat, token)["recordId"] == GOOD["recordId"]
        assert json.loads(scripted.heard[0].body) == {"n": 1}

    @pytest.mark.parametrize(
        "cause", ["Duplicate data - Duplicate data", "Could not insert data - Duplicate data"]
    )
    def test_both_texts_of_a_duplicate_are_known(self, scripted, hat, token, cause):
        scripted.on(ORDERS, answer({"message": "Bad Request", "cause": cause}, status=400))

        with pytest.raises(HatDuplicate) as refusal:
            self.write(hat, token)

        assert refusal.value.sentence == "The HAT holds this very data already."

    def test_a_trouble_that_only_begins_like_a_duplicate_is_none(self, scripted, hat, token):
        cause = "Duplicate data - Unexpected issue with inserting data"
        scripted.on(ORDERS, answer({"message": "Bad Request", "cause": cause}, status=400))

        with pytest.raises(HatRefused) as refusal:
            self.write(hat, token)

        assert not isinstance(refusal.value, HatDuplicate)
        assert refusal.value.reason == "not_stored"

    def test_after_a_lost_answer_a_duplicate_says_that_it_arrived(self, scripted, hat, token):
        scripted.on(ORDERS, raw(b""), DUPLICATE)

        with pytest.raises(HatOutcomeUnknown):
            self.write(hat, token)
        with pytest.raises(HatDuplicate):
            self.write(hat, token)

    def test_a_list_is_not_one_record(self, scripted, hat, token):
        with pytest.raises(TypeError, match="write_all"):
            self.write(hat, token, data=[1])

        assert scripted.heard == []

    @pytest.mark.parametrize(("skips", "query"), [(False, ""), (True, "?skipErrors=true")])
    def test_many_are_written_at_once(self, scripted, hat, token, skips, query):
        scripted.on(ORDERS, answer(records(2), status=201))

        written = say(
            lambda hats: hats.write_all(
                hat, token=token, endpoint="shop/orders", items=[1, 2], skip_duplicates=skips
            )
        )

        assert written == records(2)
        assert scripted.heard[0].path == ORDERS + query

    def test_a_batch_carries_its_links(self, scripted, hat, token):
        scripted.on("/api/v2.6/data-batch", answer(records(1), status=201))
        linked = NewRecord("shop/orders", {"n": 1}, (NewRecord("shop/reviews", "good"),))

        say(lambda hats: hats.write_batch(hat, token=token, records=[linked]))

        assert json.loads(scripted.heard[0].body) == [
            {
                "endpoint": "shop/orders",
                "data": {"n": 1},
                "links": [{"endpoint": "shop/reviews", "data": "good"}],
            }
        ]

    def test_an_empty_batch_is_not_sent(self, scripted, hat, token):
        assert say(lambda hats: hats.write_batch(hat, token=token, records=[])) == []
        assert scripted.heard == []

    def test_a_batch_to_a_namespace_not_ours_is_forbidden(self, scripted, hat, token):
        cause = "Access Denied - No rights to insert some or all of the data in the batch"
        scripted.on("*", answer({"message": "Forbidden", "cause": cause}, status=403))

        with pytest.raises(HatRefused) as refusal:
            say(lambda hats: hats.write_batch(hat, token=token, records=[NewRecord("a/b", 1)]))

        assert refusal.value.reason == "forbidden"


class TestReplacing:
    def replace(self, hat, token):
        return say(lambda hats: hats.replace_records(hat, token=token, records=records(1)))

    def test_replaced_records_come_back_with_201(self, scripted, hat, token):
        scripted.on("/api/v2.6/data", answer(records(1), status=201))

        assert self.replace(hat, token) == records(1)
        assert scripted.heard[0].method == "PUT"

    def test_a_hat_that_fails_once_is_asked_once_more(self, scripted, hat, token):
        scripted.on("/api/v2.6/data", answer(b"", status=500), answer(records(1), status=201))

        assert self.replace(hat, token) == records(1)

    def test_a_hat_that_fails_twice_refuses(self, scripted, hat, token):
        scripted.on("/api/v2.6/data", answer(b"", status=500))

        with pytest.raises(HatRefused) as refusal:
            self.replace(hat, token)

        assert (refusal.value.status, refusal.value.reason) == (500, "server_error")
        assert len(scripted.heard) == 2

    def test_a_lost_answer_is_not_repeated_by_itself(self, scripted, hat, token):
        scripted.on("/api/v2.6/data", raw(b""))

        with pytest.raises(HatUnreachable) as trouble:
            self.replace(hat, token)

        assert (trouble.value.reason, len(scripted.heard)) == (Unreachable.RESET, 1)

    def test_missing_records_are_refused(self, scripted, hat, token):
        cause = "Could not update records: Records missing for updating"
        scripted.on("/api/v2.6/data", refused_by(cause))

        with pytest.raises(HatRefused) as refusal:
            self.replace(hat, token)

        assert refusal.value.reason == "records_missing"


class TestDeleting:
    def test_the_parameter_is_repeated_not_joined(self, scripted, hat, token):
        scripted.on("/api/v2.6/data", DELETED)

        say(lambda hats: hats.delete_records(hat, token=token, record_ids=[ONE, TWO.upper()]))

        (heard,) = scripted.heard
        assert (heard.method, heard.path) == (
            "DELETE",
            f"/api/v2.6/data?records={ONE}&records={TWO}",
        )

    def test_no_ids_delete_nothing_and_are_not_sent(self, scripted, hat, token):
        say(lambda hats: hats.delete_records(hat, token=token, record_ids=[]))

        assert scripted.heard == []

    def test_what_is_no_id_is_not_sent(self, scripted, hat, token):
        with pytest.raises(ValueError, match="UUID"):
            say(lambda hats: hats.delete_records(hat, token=token, record_ids=[ONE, "a,b"]))

        assert scripted.heard == []

    def test_missing_records_are_refused(self, scripted, hat, token):
        scripted.on("*", refused_by("Could not delete records: Records missing for deleting"))

        with pytest.raises(HatRefused) as refusal:
            say(lambda hats: hats.delete_records(hat, token=token, record_ids=[ONE]))

        assert refusal.value.reason == "records_missing"

    def test_a_whole_endpoint_is_deleted(self, scripted, hat, token):
        scripted.on(ORDERS, DELETED)

        say(lambda hats: hats.delete_endpoint(hat, token=token, endpoint="shop/orders"))

        assert scripted.heard[0].method == "DELETE"

    def test_an_acknowledgement_of_another_shape_is_broken(self, scripted, hat, token):
        scripted.on(ORDERS, answer([]))

        with pytest.raises(HatBroken):
            say(lambda hats: hats.delete_endpoint(hat, token=token, endpoint="shop/orders"))


def test_one_record_is_read_by_its_id(scripted, hat, token):
    scripted.on(f"/api/v2.6/data-record/{ONE}", answer(GOOD))

    assert say(lambda hats: hats.record(hat, token=token, record_id=ONE)) == GOOD


def test_what_is_no_record_is_broken(scripted, hat, token):
    scripted.on("*", answer({"recordId": ONE}))

    with pytest.raises(HatBroken):
        say(lambda hats: hats.record(hat, token=token, record_id=ONE))


def test_a_record_that_is_not_there_is_refused_although_the_status_is_400(scripted, hat, token):
    cause = "Could not find unique record: No single record found for provided ID"
    scripted.on("*", refused_by(cause))

    with pytest.raises(HatRefused) as refusal:
        say(lambda hats: hats.record(hat, token=token, record_id=ONE))

    assert refusal.value.reason == "no_such_record"


def test_records_are_linked(scripted, hat, token):
    scripted.on("/api/v2.6/data-link", answer({"message": "Grouping registered"}, status=201))

    say(lambda hats: hats.link_records(hat, token=token, record_ids=[ONE, TWO]))

    assert scripted.heard[0].path == f"/api/v2.6/data-link?records={ONE}&records={TWO}"


def test_a_page_says_where_it_begins_and_in_which_order():
    assert Page(take=5, skip=10, newest_first=True, order_by="a").to_query() == {
        "take": "5",
        "skip": "10",
        "ordering": "descending",
        "orderBy": "a",
    }


def test_one_endpoint_of_html_spoils_nothing_for_the_others(scripted, hat, token):
    scripted.on(ORDERS, answer(records(1)))
    scripted.on("/api/v2.6/data/shop/odd", answer(b"<html>", content_type="text/html"))

    async def both(hats):
        asked = (hats.data(hat, token=token, endpoint=name) for name in ("shop/orders", "shop/odd"))
        return await asyncio.gather(*asked, return_exceptions=True)

    found, odd = say(both)

    assert found == records(1)
    assert isinstance(odd, HatBroken)
