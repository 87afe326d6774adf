import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offers.models import Offer
from tests import factories

LIST = "/api/v1/offers/"


def test_anybody_reads_the_list_with_prices_and_bands(client, version):
    answer = client.get(LIST).json()

    (row,) = answer["results"]
    assert answer["count"] == 1
    assert row["reference"] == version.offer.reference
    assert row["price_per_person"] == {"minor_units": 100, "currency": "GBP"}
    assert (row["reward"]["minor_units"], row["tax"]["minor_units"]) == (80, 4)
    assert row["people_available"] == "fewer than 10"
    assert row["url"] == f"http://testserver/offers/{version.offer.slug}/"


def test_the_list_takes_the_parameters_of_the_page(client, db):
    factories.make_version(title="Once")
    factories.make_version(title="Daily", collection="daily")

    rows = client.get(LIST, {"collection": "daily", "owner__password": "x"}).json()["results"]

    assert [row["title"] for row in rows] == ["Daily"]


def test_twenty_offers_cost_as_many_queries_as_one(client, version):
    client.get(LIST)  # the first request also makes the entry that counts requests
    factories.make_version()  # what is counted is kept while the shelf stays the same
    with CaptureQueriesContext(connection) as for_one:
        client.get(LIST)
    for _ in range(20):
        factories.make_version()

    with CaptureQueriesContext(connection) as for_many:
        client.get(LIST)

    assert len(for_many) == len(for_one)
    ours = [query for query in for_many.captured_queries if "offers_" in query["sql"]]
    assert len(ours) == 5


def test_one_offer_brings_its_dictionary_definition_and_sample(client, version):
    answer = client.get(f"{LIST}{version.offer.reference}/").json()

    assert [field["path"] for field in answer["fields"]] == ["at", "song", "artist"]
    assert answer["bundle"] == factories.BUNDLE
    assert answer["sample"] == factories.SAMPLE
    assert [one["number"] for one in answer["versions"]] == [1]


def test_an_unknown_reference_is_a_problem_in_json(client, db):
    response = client.get(f"{LIST}HM-AAAAAAA/")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].startswith("We found no offer")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_here(client, version, method):
    response = getattr(client, method)(LIST)

    assert response.status_code == 405
    assert Offer.objects.count() == 1


def test_reading_too_often_is_slowed_down(client, version, monkeypatch):
    from rest_framework.throttling import AnonRateThrottle  # noqa: PLC0415 -- read at call

    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "2/min"})

    answers = [client.get(LIST).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_machines_are_answered_in_english_whatever_they_accept(client, version):
    address = f"/api/v1/offers/{version.offer.reference}/"

    answer = client.get(address, headers={"Accept-Language": "de"})

    assert answer.json()["people_available"] == "fewer than 10"
    assert answer["Content-Language"] == "en-gb"
