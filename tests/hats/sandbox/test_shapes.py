"""Every generated record fits the table of shapes, whoever it belongs to and whatever day it is."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hats.sandbox.people import PLUGS, name_of, person_named
from hats.sandbox.plugs import PLUGS as DESCRIBED
from hats.sandbox.plugs import SOURCES
from hats.sandbox.words import source_in_words
from tests.hats.sandbox.conftest import TODAY
from tests.hats.sandbox.shapes import SHAPES, misfits, shape_of, shares

people = st.integers(0, 5_000).map(lambda index: person_named(name_of(index, seed="s"), seed="s"))
PEOPLE = [person_named(name_of(n, seed="shares"), seed="shares") for n in range(8)]


def generated(endpoint, person, today):
    return [data for _, _, data in SOURCES[endpoint].generate(person, today)]


@pytest.mark.parametrize("endpoint", SOURCES)
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(person=people, today=st.dates(date(2026, 1, 1), date(2032, 12, 31)))
@example(person=PEOPLE[0], today=date(2028, 2, 29))
@example(person=PEOPLE[1], today=date(2027, 1, 1))
def test_every_record_fits_its_shape(endpoint, person, today):
    records = generated(endpoint, replace(person, plugs=frozenset(PLUGS)), today)

    assert [fault for record in records for fault in misfits(endpoint, record)] == []


@pytest.mark.parametrize("endpoint", SOURCES)
def test_fields_are_missing_as_often_as_on_real_hats(endpoint):
    by_shape = defaultdict(list)
    for person in PEOPLE:
        for record in generated(endpoint, person, TODAY):
            by_shape[shape_of(endpoint, record)].append(record)

    for shape, records in by_shape.items():
        assert_shares(shape, records)


def assert_shares(shape, records):
    if len(records) < 100:  # Too few to tell.
        return
    for path, field in shape.fields.items():
        share = None if path.endswith(("[]", "*")) else shares(records, path)
        assert share is None or field.least <= share <= field.most, (path, share)


def test_the_table_has_a_shape_for_every_endpoint_and_no_other():
    named = {shape.endpoint for shape in SHAPES} - {"rumpel/priorities/*"}
    priorities = {endpoint for endpoint in SOURCES if endpoint.startswith("rumpel/priorities/")}

    assert named | priorities == SOURCES.keys()
    assert len(priorities) == 5


def test_every_plug_is_described_and_brings_something():
    assert list(DESCRIBED) == list(PLUGS)
    assert {source.plug for source in SOURCES.values()} == PLUGS.keys()


@pytest.mark.parametrize(
    ("endpoint", "natural_key"),
    [
        ("fitbit/sleep", "logId"),
        ("fitbit/activity/day/summary", "dateCreated"),
        ("facebook/feed", "id"),
        ("facebook/events", "id"),
        ("instagram/feed", "id"),
        ("calendar/google/events", "id"),
        ("monzo/transactions", "id"),
        ("uber/rides", "request_id"),
    ],
)
def test_a_changed_object_comes_again_as_a_new_record_under_its_key(endpoint, natural_key):
    records = [r for person in PEOPLE for r in generated(endpoint, person, TODAY)]
    keys = [record[natural_key] for record in records if natural_key in record]

    assert len(set(keys)) < len(keys)
    assert all(records.count(record) == 1 for record in records[:50])


def test_no_two_records_of_a_hat_are_byte_for_byte_the_same():
    for person in PEOPLE[:2]:
        texts = [repr(r) for endpoint in SOURCES for r in generated(endpoint, person, TODAY)]

        assert len(set(texts)) == len(texts)


def test_numbers_that_belong_to_somebody_are_never_invented():
    everything = repr([generated(endpoint, PEOPLE[0], TODAY) for endpoint in SOURCES])

    assert "'passportNumber': ''" in everything
    assert "nationalInsurance" not in everything


@pytest.mark.parametrize("endpoint", SOURCES)
def test_every_endpoint_has_a_name_in_plain_words(endpoint):
    assert "/" not in source_in_words(endpoint)
