"""Records through hat-js 0.5.0 (contract checklist 90)."""

import pytest

from tests.hats.thirdparty.conftest import Heard, refused, result, step

OUT = {"message": "All records deleted"}


@pytest.fixture(scope="module")
def told(play, owner):
    return play(
        owner,
        step("empty", "hatData.getAllDefault", "hatjs", "orders"),
        step("made", "hatData.create", "hatjs", "orders", {"id": 7, "sku": "b-1"}),
        step("twice", "hatData.create", "hatjs", "other", {"id": 7, "sku": "b-1"}),
        step("other", "hatData.create", "hatjs", "orders", {"id": 8}),
        step("third", "hatData.create", "hatjs", "orders", {"id": 9}),
        step("all", "hatData.getAllDefault", "hatjs", "orders"),
        step("newest", "hatData.getAll", "hatjs", "orders",
             {"take": "1", "orderBy": "id", "ordering": "descending"}),
        step("changed", "hatData.update", [
            {"endpoint": "hatjs/orders", "recordId": result("made.recordId"),
             "data": {"id": 7, "seen": True}}]),
        step("after_change", "hatData.getAll", "hatjs", "orders",
             {"orderBy": "id", "take": "1"}),
        step("change_unknown", "hatData.update", [
            {"endpoint": "hatjs/orders", "recordId": "00000000-0000-4000-8000-000000000000",
             "data": {"id": 1}}]),
        step("deleted", "hatData.delete", [result("made.recordId")]),
        step("deleted_two", "hatData.delete",
             [result("other.recordId"), result("third.recordId")]),
        step("gone", "hatData.getAllDefault", "hatjs", "orders"),
        step("delete_again", "hatData.delete", [result("made.recordId")]),
        step("upper_case", "hatData.getAllDefault", "HatJs", "orders"),
    )  # fmt: skip


def test_an_endpoint_without_data_is_an_empty_list(told):
    assert told["empty"] == Heard(200, [])


def test_create_answers_the_record(told):
    made = told["made"]

    assert made.status == 201
    assert {**made.body, "recordId": "…"} == {
        "endpoint": "hatjs/orders",
        "recordId": "…",
        "data": {"id": 7, "sku": "b-1"},
        "links": [],
    }


def test_the_same_data_again_is_a_400(told):
    assert told["twice"] == refused(400)


def test_get_all_default_answers_the_records_as_written(told):
    assert told["all"].status == 200
    assert [record["data"]["id"] for record in told["all"].body] == [7, 8, 9]
    assert list(told["all"].body[0]) == ["endpoint", "recordId", "data"]


def test_get_all_takes_order_and_number(told):
    assert [record["data"] for record in told["newest"].body] == [{"id": 9}]


def test_update_answers_201_with_what_was_sent(told):
    record_id = told["made"].body["recordId"]

    assert told["changed"] == Heard(
        201,
        [
            {
                "endpoint": "hatjs/orders",
                "recordId": record_id,
                "data": {"id": 7, "seen": True},
            }
        ],
    )


def test_update_changes_the_record(told):
    assert told["after_change"].body[0]["data"] == {"id": 7, "seen": True}


def test_updating_an_unknown_record_is_a_400(told):
    assert told["change_unknown"] == refused(400)


def test_delete_answers_200_with_a_message(told):
    assert told["deleted"] == Heard(200, OUT)


def test_delete_takes_the_ids_as_hat_js_joins_them(told):
    assert told["deleted_two"] == Heard(200, OUT)


def test_a_strict_hat_refuses_more_ids_than_one_as_a_real_one_does(play, strict):
    story = play(
        strict.hat().owner,
        step("one", "hatData.create", "hatjs", "orders", {"id": 1}),
        step("two", "hatData.create", "hatjs", "orders", {"id": 2}),
        step("both", "hatData.delete", [result("one.recordId"), result("two.recordId")]),
        step("each", "hatData.delete", [result("one.recordId")]),
        step("left", "hatData.getAllDefault", "hatjs", "orders"),
    )

    assert story["both"] == refused(400)
    assert story["each"] == Heard(200, OUT)
    assert [record["data"] for record in story["left"].body] == [{"id": 2}]


def test_deleted_records_are_gone(told):
    assert told["gone"] == Heard(200, [])


def test_deleting_what_is_gone_is_a_400(told):
    assert told["delete_again"] == refused(400)


def test_an_upper_case_namespace_answers_the_web_app_which_hat_js_cannot_read(told):
    assert told["upper_case"].kind == "SyntaxError"
