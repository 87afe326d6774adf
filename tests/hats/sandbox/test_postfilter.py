"""The first unknown query key filters what was taken."""

import pytest

ORDERS = "/api/v2.6/data/shop/orders"
NESTED = {"n": 1, "at": {"place": {"city": "Leeds"}}, "tags": ["red", "green"]}
FLAT = {"n": 2, "city": "Leeds", "tags": ["blue"]}
OTHER = {"n": 3, "city": "York", "lines": [{"city": "Hull"}], "count": 5}


@pytest.fixture
def owner(hat):
    hat.post(ORDERS, [NESTED, FLAT, OTHER], token=hat.owner)
    return hat.owner


@pytest.mark.parametrize("version", ["v2", "v2.6"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("city=Leeds", [1, 2]),
        ("city=Hull", [3]),
        ("city=York&city=Hull", [3]),
        ("tags=green", [1]),
        ("tags=green&tags=blue", [1, 2]),
        ("at.place.city=Leeds", [1]),
        ("at.city=Leeds", []),
        ("count=5", []),
        ("nothing=x", []),
    ],
)
def test_an_unknown_key_keeps_records_that_hold_the_text(hat, owner, version, query, expected):
    answer = hat.get(f"/api/{version}/data/shop/orders?{query}", token=owner)

    assert [record["data"]["n"] for record in answer.json] == expected


def test_only_the_first_unknown_key_counts(hat, owner):
    answer = hat.get(f"{ORDERS}?city=York&tags=red", token=owner)

    assert [record["data"]["n"] for record in answer.json] == [3]


def test_the_filter_comes_after_the_part_was_taken(hat, owner):
    assert hat.get(f"{ORDERS}?take=1&city=York", token=owner).json == []


def test_a_token_in_the_query_is_no_filter(hat, owner):
    assert len(hat.get(f"{ORDERS}?X-Auth-Token={owner}").json) == 3
