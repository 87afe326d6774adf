"""Quality measured on earlier deliveries: bands, of many people, or words that say not yet."""

import pytest
from django.urls import reverse

from offers.models import Outcome
from offers.queries.quality import NOT_MEASURED, measures


def _outcomes(number=3, **values):
    usual = {
        "reward_minor_units": 80,
        "currency": "GBP",
        "places": 300,
        "people_asked": 1_000,
        "people_agreed": 200,
        "people_delivered": 200,
        "hours_open": 48,
        "was_filled": True,
        "cells": 1_000,
        "cells_filled": 960,
        "hours_old": 30,
    }
    return [Outcome(**(usual | values)) for _ in range(number)]


def _values(outcomes):
    return {one.label: one.value for one in measures(outcomes)}


def test_each_measure_is_a_band_in_words():
    assert _values(_outcomes()) == {
        "Complete": "95–99\N{NO-BREAK SPACE}%",
        "Newest record": "A day to a week old",
        "Say yes": "90–100\N{NO-BREAK SPACE}%",
        "Time to fill": "1–3 days",
    }


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        _outcomes(2),
        _outcomes(3, people_asked=12, people_agreed=9, people_delivered=9),
        _outcomes(9, cells=0, cells_filled=0, hours_old=None, people_asked=0, was_filled=False),
    ],
    ids=["nothing", "two orders", "few people", "nothing delivered"],
)
def test_too_little_is_not_measured_yet(outcomes):
    assert set(_values(outcomes).values()) == {NOT_MEASURED}


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        (1_000, "99\N{NO-BREAK SPACE}% or more"),
        (989, "95–99\N{NO-BREAK SPACE}%"),
        (500, "50–80\N{NO-BREAK SPACE}%"),
        (0, "Less than 50\N{NO-BREAK SPACE}%"),
    ],
)
def test_completeness_is_over_all_deliveries(filled, words):
    assert _values(_outcomes(cells_filled=filled))["Complete"] == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "A day old at most"), (9_999, "More than a year old")],
)
def test_freshness_is_that_of_the_usual_order(hours, words):
    odd_one = _outcomes(1, hours_old=500)

    assert _values(_outcomes(hours_old=hours) + odd_one)["Newest record"] == words


def test_only_orders_that_filled_count_for_the_time_to_fill():
    never = _outcomes(9, was_filled=False, hours_open=28 * 24)

    assert _values(_outcomes(hours_open=12) + never)["Time to fill"] == "Within a day"


def test_the_offer_page_says_it_between_people_and_purposes(client, version):
    for number, outcome in enumerate(_outcomes()):
        outcome.offer, outcome.line_reference = version.offer, f"OL-{number}"
        outcome.save()

    page = client.get(reverse("offers:offer-detail", args=[version.offer.slug]))

    text = " ".join(page.content.decode().split())
    part = text[text.index('id="quality"') : text.index('id="terms"')]
    assert "95–99 %" in part
    assert "Nothing here comes from the publisher." in part


def test_an_offer_nobody_ordered_says_not_measured_yet(client, version):
    page = client.get(reverse("offers:offer-detail", args=[version.offer.slug]))

    assert page.content.decode().count(NOT_MEASURED) == 4
