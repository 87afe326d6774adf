"""T28-T31: bounds that protect the process, and values that may not be stored."""

import json
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hats.errors import BadJson
from hats.strictjson import Limits, Poison, poison_in, strict_json, tolerant_json

TINY = Limits(body_bytes=200, nodes=10, depth=3)


def detail_of(body: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(BadJson) as refusal:
        strict_json(body, limits or Limits())
    return refusal.value.detail


@pytest.mark.parametrize(
    "text",
    [
        '{"a":[1,-2.5,true,false,null,"x"],"b":{}}',
        '{ "a" : [ 1 , 2.50 , 1e5 , 1E-7 , -0.0 ] }',
        '"caf\\u00e9 \\ud83d\\ude00 \\" \\\\ \\n /"',
        '{"a\\"b":1,"c\\\\":2,":":3,"{":"[["}',
        '{"smile":":)","pair":"\\":"}',
        "9223372036854775807",
        "-9223372036854775808",
        "1.7976931348623157e308",
        "51.507351234567891",
        "0.0000000012345678901234567",
        "[]",
        "3",
    ],
)
def test_clean_json_is_read_as_the_standard_library_reads_it(text):
    assert strict_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize("depth", [33, 1_000, 100_000])
@pytest.mark.parametrize("brackets", [(b"[", b"]"), (b'{"a":', b"}")])
def test_deeper_than_32_is_refused(depth, brackets):
    opening, closing = brackets
    body = opening * depth + (b"1" if opening != b"[" else b"") + closing * depth

    assert detail_of(body) == "too_deep"


def test_32_deep_is_accepted():
    assert strict_json(b"[" * 32 + b"]" * 32)


def test_brackets_in_strings_neither_hide_nor_feign_depth():
    hidden = b'["]",' * 40 + b"1" + b',"["]' * 40

    assert detail_of(hidden) == "too_deep"
    assert strict_json(b'["' + b"[" * 100 + b'"]') == ["[" * 100]


def test_escaped_quotes_do_not_hide_depth():
    assert detail_of(b'["\\\\",' + b"[" * 40 + b"]" * 40 + b"]") == "too_deep"
    assert strict_json(b'["\\"' + b"[" * 40 + b'"]') == ['"' + "[" * 40]


def test_a_body_of_many_tiny_nodes_is_refused_before_it_is_built():
    started = time.perf_counter()

    assert detail_of(b"[" + b"[]," * 1_600_000 + b"[]]") == "too_many_nodes"
    assert detail_of(b"[" + b'"",' * 1_600_000 + b'""]') == "too_many_nodes"
    assert time.perf_counter() - started < 2


def test_bounds_can_be_tightened():
    assert detail_of(b"[1,2,3,4,5,6,7,8,9,10,11]", TINY) == "too_many_nodes"
    assert detail_of(b"[" * 4 + b"]" * 4, TINY) == "too_deep"
    assert detail_of(b" " * 201, TINY) == "too_large"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"]", "malformed"),
        (b"[1,]", "malformed"),
        (b"{'a':1}", "malformed"),
        (b"[1] trailing", "malformed"),
        (b'"raw\ttab"', "malformed"),
        (b"[01]", "malformed"),
        (b"\x00", "malformed"),
        (b"\xef\xbb\xbf{}", "malformed"),
        (b'"\xff"', "not_utf8"),
        ("{}".encode("utf-16"), "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        (b"<html></html>", "malformed"),
    ],
)
def test_what_is_not_strict_utf8_json_is_refused(body, detail):
    assert detail_of(body) == detail


POISONOUS = [
    (b'{"a":1,"a":2}', "duplicate_key"),
    (b'{"a":1,"\\u0061":2}', "duplicate_key"),
    (b'{"a" :1,"b":2,"b":3}', "duplicate_key"),
    (b'{"a":"\\"","a":2}', "duplicate_key"),
    (b'"a\\u0000b"', "forbidden_character"),
    (b'{"a\\u0000":1}', "forbidden_character"),
    (b'"\\ud800"', "forbidden_character"),
    (b'"\\udfff x"', "forbidden_character"),
    (b"NaN", "not_a_number"),
    (b"-Infinity", "not_a_number"),
    (b"9223372036854775808", "number_out_of_range"),
    (b"-9223372036854775809", "number_out_of_range"),
    (b"18446744073709551615", "number_out_of_range"),
    (b"1" + b"0" * 5_000, "number_out_of_range"),
    (b"1e309", "number_out_of_range"),
    (b"1e5000", "number_out_of_range"),
    (b"1e131071", "number_out_of_range"),
    (b"1e-400", "number_out_of_range"),
    (b"9.9e308", "number_out_of_range"),
    (b"0.123456789012345678", "too_many_digits"),
    (b"1234567890.12345678", "too_many_digits"),
]


@pytest.mark.parametrize(("value", "reason"), POISONOUS)
def test_one_odd_value_is_named_and_its_neighbours_are_kept(value, reason):
    parsed, has_poison = tolerant_json(b"[1," + value + b',"good"]')

    assert has_poison
    assert isinstance(parsed, list)
    assert poison_in(parsed[1]) == reason
    assert (parsed[0], parsed[2]) == (1, "good")


@pytest.mark.parametrize(("value", "reason"), POISONOUS)
def test_strict_reading_refuses_a_body_with_an_odd_value_anywhere(value, reason):
    assert detail_of(b'{"deep":[[' + value + b"]]}") == reason


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text('abc:\\"{['), inner),
    max_leaves=25,
)


@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_whatever_a_hat_may_store_comes_through_unchanged(value, is_ascii, indent):
    body = json.dumps(value, ensure_ascii=is_ascii, indent=indent).encode()

    assert strict_json(body) == value


@given(st.binary(max_size=40))
def test_no_bytes_raise_anything_but_bad_json(body):
    try:
        value, has_poison = tolerant_json(body)
    except BadJson:
        return

    assert has_poison or poison_in(value) is None


def test_poison_says_its_reason():
    assert poison_in({"a": [Poison("because")]}) == "because"


def test_a_usual_body_is_read_in_well_under_a_millisecond():
    records = [
        {"endpoint": "shop/orders", "recordId": str(n), "data": {"total": n + 0.5, "sku": "a-b"}}
        for n in range(100)
    ]
    body = orjson.dumps({"bundle": {"orders": records}})

    def seconds() -> float:
        started = time.perf_counter()
        strict_json(body)
        return time.perf_counter() - started

    assert min(seconds() for _ in range(50)) < 0.001
