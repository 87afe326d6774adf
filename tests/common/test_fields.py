"""Figures that people type, in either way of writing."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from common.fields import AmountField, WholeNumberField


class Wish(forms.Form):
    people = WholeNumberField(required=False)
    budget = AmountField(decimal_places=2, min_value=0, required=False)
    share = AmountField(decimal_places=3, min_value=-1, required=False)


def read(language: str, **typed: str) -> dict[str, object]:
    with translation.override(language):
        form = Wish(typed)
        wrong = [*form.errors]
        return {**form.cleaned_data, "wrong": wrong}


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("typed", ["1200", "1,200", "1.200", "1 200", "1\N{NO-BREAK SPACE}200"])
def test_a_whole_number_is_read_however_it_is_grouped(language, typed):
    assert read(language, people=typed)["people"] == 1200


@pytest.mark.parametrize("typed", ["12,5", "1.20", "1,2,0", "0.200", "many"])
def test_what_is_no_whole_number_is_refused(typed):
    assert read("de", people=typed)["wrong"] == ["people"]


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234,50", "1234.50"),
        ("£1,234.50", "1234.50"),
        ("1.234,50 £", "1234.50"),
    ],
)
def test_an_amount_is_read_in_both_ways_of_writing(language, typed, amount):
    assert read(language, budget=typed)["budget"] == Decimal(amount)


def test_what_could_be_either_is_read_as_the_reader_writes():
    assert read("en-gb", budget="1,200")["budget"] == Decimal(1200)
    assert read("de", budget="1.200")["budget"] == Decimal(1200)


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("typed", ["0.125", "0,125", "-0,125"])
def test_no_group_of_thousands_begins_with_a_nought(language, typed):
    assert abs(read(language, share=typed)["share"]) == Decimal("0.125")


@pytest.mark.parametrize("typed", ["1,2,0", "1,2.50", "twelve", "1.2.3"])
def test_what_is_no_amount_is_refused(typed):
    assert read("en-gb", budget=typed)["wrong"] == ["budget"]


@pytest.mark.parametrize(("language", "said"), [("en-gb", "0 or more"), ("de", "mindestens 0")])
def test_a_figure_beyond_its_limit_is_refused_in_plain_words(language, said):
    with translation.override(language):
        assert said in Wish({"budget": "-3"}).errors["budget"][0]


def test_figures_are_shown_as_the_reader_writes():
    form = Wish(initial={"people": 1200, "budget": Decimal("12.50")})

    with translation.override("de"):
        shown = str(form["people"]) + str(form["budget"])

    assert 'value="1.200"' in shown
    assert 'value="12,50"' in shown


def test_phones_show_keys_for_figures_except_where_a_minus_may_be_needed():
    form = Wish()

    assert 'inputmode="numeric"' in str(form["people"])
    assert 'inputmode="decimal"' in str(form["budget"])
    assert "inputmode" not in str(form["share"])
