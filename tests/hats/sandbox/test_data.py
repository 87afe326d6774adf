"""Data of the sandbox HAT (contract checklist 37-50)."""

import uuid

import pytest

from tests.hats.sandbox.conftest import serving

ORDERS = "/api/v2.6/data/shop/orders"


@pytest.fixture
def owner(hat):
    return hat.owner


def data_of(answer):
    return [record["data"] for record in answer.json]


def test_posting_one_answers_the_record(hat, owner):
    answer = hat.post(ORDERS, {"id": 7}, token=owner)

    assert answer.status == 201
    assert answer.json == {
        "endpoint": "shop/orders",
        "recordId": str(uuid.UUID(answer.json["recordId"])),
        "data": {"id": 7},
        "links": [],
    }


def test_posting_a_list_answers_a_list(hat, owner):
    answer = hat.post(ORDERS, [{"id": 1}, {"id": 2}], token=owner)

    assert (answer.status, data_of(answer)) == (201, [{"id": 1}, {"id": 2}])


def test_the_same_text_on_another_endpoint_is_a_duplicate(hat, owner):
    hat.post(ORDERS, {"id": 7}, token=owner)

    answer = hat.post("/api/v2.6/data/other/things", {"id": 7}, token=owner)

    assert (answer.status, answer.json) == (
        400,
        {"message": "Bad Request", "cause": "Duplicate data - Duplicate data"},
    )
    assert hat.get("/api/v2.6/data/other/things", token=owner).json == []


def test_other_key_order_is_no_duplicate(hat, owner):
    hat.post(ORDERS, '{"bb":1,"a":2}', token=owner, headers={"Content-Type": "application/json"})

    answer = hat.post(
        ORDERS, '{"a":2,"bb":1}', token=owner, headers={"Content-Type": "application/json"}
    )

    assert answer.status == 201


def test_a_list_with_a_duplicate_is_all_or_nothing_unless_errors_are_skipped(hat, owner):
    hat.post(ORDERS, {"id": 1}, token=owner)

    whole = hat.post(ORDERS, [{"id": 1}, {"id": 2}], token=owner)
    skipped = hat.post(f"{ORDERS}?skipErrors=true", [{"id": 1}, {"id": 3}], token=owner)

    assert (whole.status, skipped.status, data_of(skipped)) == (400, 201, [{"id": 3}])
    assert data_of(hat.get(ORDERS, token=owner)) == [{"id": 1}, {"id": 3}]


def test_a_batch_tells_a_duplicate_in_other_words(hat, owner):
    item = {"endpoint": "shop/orders", "data": {"id": 1}}

    first = hat.post("/api/v2.6/data-batch", [item], token=owner)
    second = hat.post("/api/v2.6/data-batch", [item], token=owner)

    assert (first.status, data_of(first)) == (201, [{"id": 1}])
    assert second.json["cause"] == "Could not insert data - Duplicate data"


def send(hat, owner, text, path=ORDERS):
    return hat.post(path, text.encode(), token=owner, headers={"Content-Type": "application/json"})


def test_keys_come_back_by_length_and_then_by_bytes(hat, owner):
    text = '{"ccc":1,"é":2,"b":{"zz":1,"y":2},"aa":3,"b2":4}'

    sent = send(hat, owner, text)
    read = hat.get(ORDERS, token=owner)

    stored = '{"b":{"y":2,"zz":1},"aa":3,"b2":4,"é":2,"ccc":1}'
    assert f'"data":{stored}' in sent.text
    assert f'"data":{stored}' in read.text


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ('{"a":1,"a":2}', '{"a":2}'),
        (r'{"a\u0000b":"c\u0000d"}', '{"ab":"cd"}'),
        ('{"n":1.0,"m":10}', '{"m":10,"n":1.0}'),
        ('"just text"', '"just text"'),
        ("null", "null"),
    ],
)
def test_data_comes_back_as_jsonb_keeps_it(hat, owner, sent, stored):
    send(hat, owner, sent)

    assert f'"data":{stored}}}]' in hat.get(ORDERS, token=owner).text


def test_one_and_one_point_nought_are_different_texts(hat, owner):
    send(hat, owner, '{"n":1}')

    assert send(hat, owner, '{"n":1.0}').status == 201


def test_the_query_is_judged_before_the_body(hat, owner):
    answer = send(hat, owner, "{", path=f"{ORDERS}?skipErrors=maybe")

    assert (answer.status, answer.json["message"]) == (
        400,
        "Cannot parse parameter skipErrors as Boolean: should be true, false, 0 or 1",
    )


def test_errors_are_not_skipped_for_a_single_record(hat, owner):
    hat.post(ORDERS, {"id": 1}, token=owner)

    assert hat.post(f"{ORDERS}?skipErrors=true", {"id": 1}, token=owner).status == 400


def test_an_empty_batch_is_a_server_error(hat, owner):
    assert hat.post("/api/v2.6/data-batch", [], token=owner).status == 500


@pytest.mark.parametrize(
    ("item", "place", "what"),
    [
        ({"data": {}}, "obj[0].endpoint", "error.path.missing"),
        ({"endpoint": "a/b"}, "obj[0].data", "error.path.missing"),
        ({"endpoint": "Shop/orders", "data": {}}, "obj[0].endpoint", "Endpoint invalid"),
        (7, "obj[0]", "error.expected.jsobject"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused_by_place(hat, owner, item, place, what):
    answer = hat.post("/api/v2.6/data-batch", [item], token=owner)

    assert (answer.status, answer.json["message"]) == (
        400, {place: [{"msg": [what], "args": []}]},
    )  # fmt: skip


def test_an_unknown_endpoint_is_empty(hat, owner):
    answer = hat.get("/api/v2.6/data/no/such-thing", token=owner)

    assert (answer.status, answer.json) == (200, [])


def test_a_thousand_records_are_taken_unless_said_otherwise(hat, owner):
    hat.post(ORDERS, [{"id": n} for n in range(1_010)], token=owner)

    assert len(hat.get(ORDERS, token=owner).json) == 1_000
    assert data_of(hat.get(f"{ORDERS}?skip=1005&take=2", token=owner)) == [
        {"id": 1_005},
        {"id": 1_006},
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("orderBy=n", [1, 2, None]),
        ("orderBy=n&ordering=descending", [2, 1, None]),
        ("orderBy=n&ordering=sideways", [1, 2, None]),
    ],
)
def test_records_without_the_sort_field_come_last(hat, owner, query, expected):
    hat.post(ORDERS, [{"n": 2}, {"x": 0}, {"n": 1}], token=owner)

    answer = hat.get(f"{ORDERS}?{query}", token=owner)

    assert [data.get("n") for data in data_of(answer)] == expected


def test_a_page_size_that_is_no_number_is_refused(hat, owner):
    answer = hat.get(f"{ORDERS}?take=many", token=owner)

    assert (answer.status, answer.json["error"]) == (400, "Bad Request")


def test_replacing_echoes_the_request_and_changes_the_data(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json
    changed = {"endpoint": "shop/orders", "recordId": written["recordId"], "data": {"id": 2}}

    answer = hat.call("PUT", "/api/v2.6/data", body=[changed], token=owner)

    assert (answer.status, answer.json) == (201, [changed])
    assert data_of(hat.get(ORDERS, token=owner)) == [{"id": 2}]


def test_a_replaced_record_stays_on_its_endpoint(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json
    moved = {"endpoint": "other/things", "recordId": written["recordId"], "data": {"id": 2}}

    hat.call("PUT", "/api/v2.6/data", body=[moved], token=owner)

    assert data_of(hat.get(ORDERS, token=owner)) == [{"id": 2}]
    assert hat.get("/api/v2.6/data/other/things", token=owner).json == []


def test_a_replaced_record_becomes_the_newest(hat, owner):
    first = hat.post(ORDERS, {"id": 1}, token=owner).json
    hat.post(ORDERS, {"id": 2}, token=owner)
    hat.call("PUT", "/api/v2.6/data", body=[first | {"data": {"id": 3}}], token=owner)

    assert data_of(hat.get(ORDERS, token=owner)) == [{"id": 2}, {"id": 3}]


def test_what_was_replaced_may_be_written_again(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json
    hat.call("PUT", "/api/v2.6/data", body=[written | {"data": {"id": 2}}], token=owner)

    assert hat.post(ORDERS, {"id": 2}, token=owner).status == 400
    assert hat.post(ORDERS, {"id": 1}, token=owner).status == 201


def test_replacing_an_unknown_record_changes_nothing(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json
    known = {"endpoint": "shop/orders", "recordId": written["recordId"], "data": {"id": 2}}
    unknown = known | {"recordId": str(uuid.uuid4())}

    answer = hat.call("PUT", "/api/v2.6/data", body=[known, unknown], token=owner)

    assert (answer.status, answer.json["message"]) == (400, "Data Missing")
    assert data_of(hat.get(ORDERS, token=owner)) == [{"id": 1}]


def test_deleting_with_one_unknown_id_deletes_nothing(hat, owner):
    written = hat.post(ORDERS, {"id": 1}, token=owner).json["recordId"]

    answer = hat.call(
        "DELETE", f"/api/v2.6/data?records={written}&records={uuid.uuid4()}", token=owner
    )

    assert (answer.status, answer.json) == (
        400,
        {
            "message": "Data Missing",
            "cause": "Could not delete records: Records missing for deleting",
        },
    )
    assert len(hat.get(ORDERS, token=owner).json) == 1


def test_ids_joined_by_commas_are_deleted_too(hat, owner):
    ids = [r["recordId"] for r in hat.post(ORDERS, [{"id": 1}, {"id": 2}], token=owner).json]

    answer = hat.call("DELETE", f"/api/v2.6/data?records={','.join(ids)}", token=owner)

    assert (answer.status, answer.json) == (200, {"message": "All records deleted"})
    assert hat.get(ORDERS, token=owner).json == []


def test_ids_joined_by_commas_are_no_uuid_when_strict(data_folder):
    with serving(data_folder, is_strict=True) as sandbox:
        hat, owner = sandbox.hat(), sandbox.hat().owner
        ids = [r["recordId"] for r in hat.post(ORDERS, [{"id": 1}, {"id": 2}], token=owner).json]

        joined = hat.call("DELETE", f"/api/v2.6/data?records={','.join(ids)}", token=owner)
        left = len(hat.get(ORDERS, token=owner).json)
        repeated = hat.call("DELETE", f"/api/v2.6/data?{many(ids)}", token=owner)

    message = f"Cannot parse parameter records as UUID: Invalid UUID string: {','.join(ids)}"
    assert (joined.status, joined.json["message"], left) == (400, message, 2)
    assert repeated.status == 200


def many(ids):
    return "&".join(f"records={one}" for one in ids)


def test_deleting_nothing_succeeds(hat, owner):
    assert hat.call("DELETE", "/api/v2.6/data", token=owner).status == 200


def test_an_endpoint_is_emptied_whether_it_holds_data_or_not(hat, owner):
    hat.post(ORDERS, [{"id": 1}, {"id": 2}], token=owner)

    for _ in range(2):
        answer = hat.call("DELETE", ORDERS, token=owner)
        assert (answer.status, answer.json) == (200, {"message": "All records deleted"})
    assert hat.get(ORDERS, token=owner).json == []


def test_generated_records_can_be_deleted_for_good(sandbox):
    hat = next(h for n in range(20) if "uber" in (h := sandbox.hat(n)).person.plugs)
    owner = hat.owner
    rides = hat.get("/api/v2.6/data/uber/rides", token=owner).json

    hat.call("DELETE", f"/api/v2.6/data?records={rides[0]['recordId']}", token=owner)

    assert hat.get("/api/v2.6/data/uber/rides", token=owner).json == rides[1:]


def test_sources_are_grouped_by_namespace(hat, owner):
    hat.post(ORDERS, {"id": 1}, token=owner)
    hat.post("/api/v2.6/data/shop/carts/open", {"id": 2}, token=owner)

    answer = hat.get("/api/v2.6/data/sources", token=hat.platform)

    assert answer.json["shop"] == ["carts/open", "orders"]


def test_the_platform_sees_which_data_there_is_and_not_the_data(hat):
    platform = hat.platform

    assert hat.get("/api/v2.6/data/sources", token=platform).status == 200
    assert hat.get("/api/v2.6/data/rumpel/profile", token=platform).status == 403
