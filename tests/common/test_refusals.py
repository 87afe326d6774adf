"""Refusals beside what somebody typed."""

import pytest
from django import forms

from common.errors import NotAllowed, NotFound
from common.refusals import refused_in


class WordForm(forms.Form):
    word = forms.CharField()


@pytest.fixture
def form():
    form = WordForm({"word": "tide"})
    assert form.is_valid()
    return form


def test_a_refusal_stands_in_the_form_with_its_sentence(form):
    with refused_in(form, NotAllowed, NotFound):
        raise NotFound("There is no such tide.")

    assert form.non_field_errors() == ["There is no such tide."]
    assert form["word"].value() == "tide"


def test_another_refusal_goes_on(form):
    with pytest.raises(NotFound), refused_in(form, NotAllowed):
        raise NotFound("There is no such tide.")

    assert form.is_valid()


def test_what_is_not_refused_leaves_the_form_as_it_is(form):
    with refused_in(form, NotAllowed):
        pass

    assert form.is_valid()
