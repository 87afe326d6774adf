"""T29-T32: what each answer of a HAT means, and how little of an odd one spoils."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from hats.answers import (
    Family,
    is_token,
    moment,
    problem,
    read_access_token,
    read_debit,
    read_debits,
    read_old_debit,
    read_page,
    read_problem,
    read_records,
    read_sources,
    read_values,
)
from hats.errors import BadJson, HatBroken
from hats.protocol import Outcome, Quarantined
from hats.strictjson import Limits

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD = {"endpoint": "shop/orders", "recordId": "r-1", "data": {"total": 3}}
PERMISSION = {
    "dateCreated": "2026-02-27T10:00:00+0000",
    "purpose": "Recommend shoes",
    "start": "2026-03-01T12:00:00.000Z",
    "period": 2_592_000_000,
    "cancelAtPeriodEnd": True,
    "termsUrl": "https://shop.example/terms",
    "bundle": {"name": "b", "bundle": {}},
    "accepted": True,
    "active": True,
    "end": "2026-03-31T12:00:00.000Z",
}
DEBIT = {
    "dataDebitKey": "d-1",
    "dateCreated": "2026-02-27T10:00:00+0000",
    "permissions": [PERMISSION],
    "requestClientName": "Shop",
    "requestClientUrl": "https://shop.example",
    "requestClientLogoUrl": "https://shop.example/l.png",
    "active": True,
    "accepted": True,
    "start": "2026-03-01T12:00:00.000Z",
    "end": None,
    "permissionsActive": PERMISSION,
    "permissionsLatest": PERMISSION,
}
OLD_PERMISSION = {
    "dateCreated": "2026-02-27T10:00:00+0000",
    "startDate": "2026-02-28T00:00:00+0000",
    "endDate": "2026-03-31T00:00:00+0000",
    "rolling": False,
    "enabled": False,
    "bundle": {"name": "old", "bundle": {}},
}
OLD_DEBIT = {
    "dataDebitKey": "d-1",
    "dateCreated": "2026-02-27T10:00:00+0000",
    "client": {
        "userId": "u",
        "email": "shop",
        "pass": "$2a$10$secret-hash",
        "name": "Shop",
        "role": "validate",
        "roles": [],
    },
    "bundles": [OLD_PERMISSION],
}


def as_body(value: object) -> bytes:
    return json.dumps(value).encode()


def values_of(records: list[object], **more: object):
    return read_values(as_body({"bundle": {"orders": records}, **more}))


def test_values_with_records_are_delivered():
    values = values_of([GOOD])

    assert values.outcome is Outcome.DELIVERED
    assert values.properties == {"orders": [GOOD]}
    assert (values.record_count, values.quarantined) == (1, ())


def test_values_without_the_wrapper_are_understood():
    values = read_values(as_body({"orders": [GOOD], "bundle": []}))

    assert values.outcome is Outcome.DELIVERED
    assert values.properties == {"orders": [GOOD], "bundle": []}


def test_values_without_a_record_are_empty():
    assert values_of([]).outcome is Outcome.EMPTY
    assert read_values(b'{"bundle":{}}').outcome is Outcome.EMPTY


def test_unmet_conditions_are_their_own_outcome_and_deliver_nothing():
    values = values_of([GOOD], conditions={"recent": False, "adult": True})

    assert values.outcome is Outcome.CONDITIONS_UNMET
    assert values.conditions == {"recent": False, "adult": True}
    assert values.properties == {}


def test_met_conditions_deliver():
    assert values_of([GOOD], conditions={"recent": True}).outcome is Outcome.DELIVERED


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ('{"endpoint":"shop/orders","recordId":"r","data":{"n":1e5000}}', "number_out_of_range"),
        ('{"endpoint":"shop/orders","recordId":"r","data":{"n":"\\u0000"}}', "forbidden_character"),
        ('{"endpoint":"shop/orders","recordId":"r","data":{"n":"\\ud800"}}', "forbidden_character"),
        ('{"endpoint":"shop/orders","recordId":"r","data":{"n":NaN}}', "not_a_number"),
        ('{"endpoint":"shop/orders","recordId":"r","data":{"a":1,"a":2}}', "duplicate_key"),
        ('{"endpoint":"shop/orders","recordId":"r","data":1,"data":2}', "duplicate_key"),
        ('{"endpoint":"shop/orders","recordId":"r"}', "wrong_shape"),
        ('{"endpoint":"Shop/Orders","recordId":"r","data":1}', "wrong_shape"),
        ('{"endpoint":"shop","recordId":"r","data":1}', "wrong_shape"),
        ('{"endpoint":"shop/orders","recordId":7,"data":1}', "wrong_shape"),
        ('{"endpoint":"shop/orders","recordId":"","data":1}', "wrong_shape"),
        ('"a text"', "wrong_shape"),
        ("null", "wrong_shape"),
    ],
)
def test_an_odd_record_is_put_aside_and_its_neighbours_are_kept(odd, reason):
    good = json.dumps(GOOD)
    values = read_values(f'{{"bundle":{{"orders":[{good},{odd},{good}]}}}}'.encode())

    assert values.outcome is Outcome.DELIVERED
    assert values.properties == {"orders": [GOOD, GOOD]}
    assert values.quarantined == (Quarantined("orders", 1, reason),)


def test_nothing_but_odd_records_is_broken_not_empty():
    values = values_of(["odd"])

    assert (values.outcome, values.reason) == (Outcome.BROKEN, "all_quarantined")


def test_a_record_beyond_its_own_bound_is_put_aside():
    big = {**GOOD, "data": "x" * 300_000}

    values = values_of([GOOD, big])

    assert values.quarantined == (Quarantined("orders", 1, "too_large"),)
    assert values.properties == {"orders": [GOOD]}


def test_more_records_than_allowed_refuse_the_body():
    with pytest.raises(BadJson) as refusal:
        read_values(as_body({"bundle": {"a": [GOOD], "b": [GOOD]}}), Limits(records=1))

    assert refusal.value.detail == "too_many_records"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"x"',
        b"null",
        b'{"bundle":{"orders":{}}}',
        b'{"message":"x"}',
        b'{"bundle":{},"conditions":[]}',
        b'{"bundle":{},"conditions":{"a":1}}',
        b'{"bundle":{"a":[]},"bundle":{"a":[]}}',
        b'{"bundle":{"a":NaN}}',
    ],
)
def test_a_body_of_the_wrong_shape_is_broken(body):
    with pytest.raises(HatBroken):
        read_values(body)


def test_the_raw_body_is_kept_for_proof():
    body = as_body({"bundle": {"orders": [GOOD]}})

    assert read_values(body).raw == body


def test_records_of_an_endpoint_leave_odd_ones_out():
    assert read_records(as_body([GOOD, {"recordId": "r"}])) == [GOOD]


def test_records_must_be_a_list_within_bounds():
    with pytest.raises(HatBroken):
        read_records(b"{}")
    with pytest.raises(BadJson):
        read_records(as_body([GOOD, GOOD]), Limits(records=1))


def test_sources_name_endpoints_and_skip_what_is_no_name():
    body = as_body({"shop": ["orders", "carts/open", "Odd", 7], "UPPER": ["x"]})

    assert read_sources(body) == {"shop/orders", "shop/carts/open"}


def test_the_access_token_is_read_and_checked():
    assert read_access_token(b'{"accessToken":"aa.bb.cc","userId":"u"}') == "aa.bb.cc"
    for body in (b"{}", b'{"accessToken":7}', b'{"accessToken":"a b\\r\\n.c.d"}'):
        with pytest.raises(HatBroken):
            read_access_token(body)


def test_a_token_must_fit_a_header():
    assert is_token("aa.bb.cc")
    assert not is_token("aa.bb")
    assert not is_token("aa.bb.cc\r\n")
    assert not is_token("a" * 9000 + ".b.c")


def test_a_debit_is_read_with_its_running_permission():
    state = read_debit(as_body(DEBIT))

    assert (state.debit_id, state.active, state.accepted) == ("d-1", True, True)
    assert (state.start, state.end) == (NOON, None)
    assert state.running is not None
    assert state.running.period == timedelta(days=30)
    assert state.running.end == NOON + timedelta(days=30)
    assert state.running.conditions is None


def test_a_debit_never_enabled_has_no_running_permission():
    state = read_debit(as_body({**DEBIT, "active": False, "permissionsActive": None}))

    assert (state.running, state.active) == (None, False)
    assert state.latest is not None


def test_a_debit_keeps_its_history_newest_first_whatever_the_hats_order():
    older = {**PERMISSION, "dateCreated": "2026-02-01T10:00:00+0000"}
    ended = {**older, "dateCreated": 1_772_366_400_000, "canceledAt": "2026-03-09T08:00:00.000Z"}

    state = read_debit(as_body({**DEBIT, "permissions": [PERMISSION, older, ended]}))

    created = [permission.created_at for permission in state.permissions]
    assert created == [
        NOON,
        datetime(2026, 2, 27, 10, tzinfo=UTC),
        datetime(2026, 2, 1, 10, tzinfo=UTC),
    ]
    assert state.permissions[0].canceled_at == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert state.permissions[1].canceled_at is None


def test_a_debit_without_a_history_is_a_debit():
    alone = {name: value for name, value in DEBIT.items() if name != "permissions"}

    assert read_debit(as_body(alone)).permissions == ()


def test_a_permission_that_rolls_for_ever_has_no_end():
    state = read_debit(as_body({**DEBIT, "permissions": [{**PERMISSION, "end": None}]}))

    assert state.permissions[0].end is None


def test_fields_nobody_told_us_of_are_tolerated():
    odd = {"unheardOf": [{"deep": 1}]}
    full = {
        **DEBIT,
        **odd,
        "permissions": [{**PERMISSION, **odd}],
        "requestApplicationId": "app-shop",
        "requestDescription": "Why",
    }

    state = read_debit(as_body(full))

    assert (state.application_id, state.description) == ("app-shop", "Why")
    assert state.client_logo_url == "https://shop.example/l.png"


def test_a_list_of_debits_is_read_as_a_whole_or_not_at_all():
    assert [debit.debit_id for debit in read_debits(as_body([DEBIT]))] == ["d-1"]
    for body in (b"{}", as_body([DEBIT, {"dataDebitKey": "d-2"}]), as_body(["d-1"])):
        with pytest.raises(HatBroken):
            read_debits(body)


def test_more_versions_than_anybody_would_look_at_are_refused():
    for read, body in (
        (read_debit, {**DEBIT, "permissions": [PERMISSION] * 1001}),
        (read_old_debit, {**OLD_DEBIT, "bundles": [OLD_PERMISSION] * 1001}),
    ):
        with pytest.raises(BadJson) as refusal:
            read(as_body(body))
        assert refusal.value.detail == "too_many_permissions"


def test_more_debits_than_a_hat_has_are_refused():
    with pytest.raises(BadJson) as refusal:
        read_debits(as_body([{}] * 10_001))

    assert refusal.value.detail == "too_many_records"


def test_an_old_debit_is_read_without_the_hash_that_real_hats_let_out():
    debit = read_old_debit(as_body(OLD_DEBIT))

    assert (debit.debit_id, debit.client_name) == ("d-1", "Shop")
    assert "secret-hash" not in repr(debit)


def test_the_newest_active_version_of_an_old_debit_is_the_one_that_runs():
    running = {**OLD_PERMISSION, "enabled": True, "dateCreated": "2026-03-01T00:00:00+0000"}
    over = {**running, "dateCreated": 1_772_323_200_000, "endDate": "2026-03-01T11:00:00+0000"}
    rolling = {**over, "rolling": True, "dateCreated": "2026-02-28T00:00:00+0000"}
    debit = read_old_debit(as_body({**OLD_DEBIT, "bundles": [rolling, over, running]}))
    alone = read_old_debit(as_body({**OLD_DEBIT, "bundles": [over, rolling]}))

    assert debit.running(NOON) is not None
    assert debit.running(NOON).rolling is False
    assert alone.running(NOON).rolling is True
    assert read_old_debit(as_body(OLD_DEBIT)).running(NOON) is None


@pytest.mark.parametrize(
    "change", [{"bundles": None}, {"client": {}}, {"dateCreated": "soon"}, {"bundles": [{}]}]
)
def test_a_misshapen_old_debit_is_broken(change):
    with pytest.raises(HatBroken):
        read_old_debit(as_body({**OLD_DEBIT, **change}))


def test_a_page_counts_odd_records_too():
    page = read_page(as_body([GOOD, {"odd": 1}]))

    assert (page.records, page.sent) == ([GOOD], 2)


@pytest.mark.parametrize(
    "change",
    [
        {"dataDebitKey": None},
        {"permissions": {}},
        {"permissions": [7]},
        {"permissions": [{**PERMISSION, "canceledAt": "soon"}]},
        {"active": "yes"},
        {"start": "soon"},
        {"start": [1]},
        {"permissionsLatest": []},
        {"permissionsLatest": {**PERMISSION, "period": 1e300}},
        {"permissionsLatest": {**PERMISSION, "period": True}},
        {"permissionsLatest": {"purpose": "x"}},
    ],
)
def test_a_misshapen_debit_is_broken(change):
    with pytest.raises(HatBroken):
        read_debit(as_body({**DEBIT, **change}))


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T12:00:00+0000",
        "2026-03-01T12:00:00.000Z",
        "2026-03-01T13:00:00.000+01:00",
        "2026-03-01T12:00:00",
        1_772_366_400_000,
    ],
)
def test_every_date_form_of_a_hat_is_understood(written):
    assert moment(written) == NOON


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, '{"message":"Bad Request","cause":"Data Debit d-1 not enabled"}', "not_enabled"),
        (
            400,
            '{"cause":"Data Debit request malformed: Data Debit with such ID already exists"}',
            "debit_exists",
        ),
        (
            400,
            '{"cause":"Data Debit request malformed: Data bundle with such ID already exists"}',
            "bundle_exists",
        ),
        (400, '{"error":"Bad Request","message":{"obj.bundle":[{"msg":["x"]}]}}', "malformed"),
        (400, '{"message":"Request rate exceeded","cause":"…"}', "too_many_requests"),
        (401, '{"error":"Not Authenticated","message":"Not Authenticated"}', "unauthenticated"),
        (403, '{"error":"Forbidden","message":"Access Denied"}', "forbidden"),
        (404, '{"error":"Not Found","message":"HAT unavailable"}', "no_such_hat"),
        (404, "<html>not here</html>", "unknown"),
        (415, "<html></html>", "wrong_content_type"),
        (418, "", "refused"),
        (400, "[1]", "bad_request"),
    ],
)
def test_each_family_of_errors_becomes_one_word_of_ours(status, body, reason):
    assert problem(status, body.encode()) == reason


@pytest.mark.parametrize(
    ("body", "family"),
    [
        ('{"message":"Bad Request","cause":"?"}', Family.HANDLER),
        ('{"message":"Bad Request","cause":"?","details":["?"]}', Family.HANDLER),
        ('{"error":"Bad Request","message":"?"}', Family.FRAMEWORK),
        ('{"error":"Bad Request","message":{}}', Family.FRAMEWORK),
        ("<html></html>", Family.OTHER),
        ("", Family.OTHER),
        ("[]", Family.OTHER),
    ],
)
def test_the_three_families_of_errors_are_told_apart(body, family):
    assert read_problem(400, body.encode()).family is family


@pytest.mark.parametrize(
    ("status", "cause", "reason"),
    [
        (400, "Data Debit d-1 not enabled", "not_enabled"),
        (404, "Data Debit d-1 not found", "no_such_debit"),
        (400, "Data Debit with this ID does not exist", "no_such_debit"),
        (
            400,
            "Data Debit request malformed: Data Debit being updated does not exist",
            "no_such_debit",
        ),
        (400, "Data Debit request malformed: empty.head", "malformed"),
        (
            400,
            "Data Debit request malformed: Condition Bundle Some(c1) already linked and could not",
            "bundle_of_another_debit",
        ),
        (400, "Data Debit d-1 active bundle malformed: Invalid", "bundle_cannot_be_evaluated"),
        (400, "Duplicate data - Duplicate data", "duplicate_data"),
        (400, "Duplicate data - Unexpected issue with inserting data", "not_stored"),
        (400, "Could not insert data - Duplicate data", "duplicate_data"),
        (400, "Could not update records: Records missing for updating", "records_missing"),
        (400, "Could not delete records: Records missing for deleting", "records_missing"),
        (400, "Could not find unique record: No single record found", "no_such_record"),
        (403, "Access Denied - No rights to insert some of the data", "forbidden"),
        (400, "Could not insert data - something else", "bad_request"),
        # A text that only holds such words, or begins elsewhere, is told by its status.
        (400, "Sorry: Data Debit d-1 not enabled", "bad_request"),
        (400, "The user wrote: Duplicate data", "bad_request"),
        (404, "Alice Smith is not enabled", "unknown"),
    ],
)
def test_a_cause_is_known_by_its_documented_beginning(status, cause, reason):
    assert problem(status, as_body({"message": "x", "cause": cause})) == reason


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Invalid Json: Unexpected end-of-input", "malformed"),
        ("Missing parameter: atPeriodEnd", "malformed"),
        ("Cannot parse parameter records as UUID: Invalid UUID string: x", "malformed"),
        ("Server error occurred: 7abc", "bad_request"),
    ],
)
def test_a_framework_that_cannot_read_the_request_says_so(message, reason):
    assert problem(400, as_body({"error": "Bad Request", "message": message})) == reason


def test_fields_are_named_in_the_contracts_words_alone():
    wrong = [
        "obj.bundle.bundle.Alice Smith.endpoints[0].endpoint",
        "obj[3].endpoint",
        "obj",
        "somebody.else",
    ]
    body = as_body({"error": "Bad Request", "message": {path: [] for path in wrong}})

    fields = read_problem(400, body).fields

    assert set(fields) == {"", "bundle.bundle.*.endpoints[0].endpoint", "[3].endpoint"}


def test_no_more_than_ten_fields_are_named():
    message = {f"obj[{n}].endpoint": [] for n in range(1000)}
    body = as_body({"error": "Bad Request", "message": message})

    assert len(read_problem(400, body).fields) == 10
