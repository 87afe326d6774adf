"""Answers are kept within a bound, the unused ones given up first."""

import pytest

from hats.sandbox.kept import KeptAnswers


@pytest.fixture
def answers():
    return KeptAnswers(weigh=len, most=10)


def test_an_answer_is_found_again(answers):
    ada, ben = answers.of("ada"), answers.of("ben")
    ada["d-1"], ben["d-1"] = b"aa", b"bb"

    assert (ada["d-1"], ben.get("d-1"), ben.get("d-2")) == (b"aa", b"bb", None)
    assert (list(ada), len(ben)) == (["d-1"], 1)


def test_the_one_unused_for_longest_goes_first(answers):
    ada = answers.of("ada")
    ada["1"], ada["2"], ada["3"] = b"111", b"222", b"333"
    assert ada["1"] == b"111"

    ada["4"] = b"444"

    assert list(ada) == ["3", "1", "4"]


def test_the_bytes_of_an_answer_put_in_place_are_counted_once(answers):
    ada = answers.of("ada")
    for text in (b"1234567", b"12", b"123"):
        ada["1"] = text

    assert answers.bytes == 3
    assert ada.pop("1") == b"123"
    assert answers.bytes == 0


def test_an_answer_larger_than_the_bound_is_kept_alone(answers):
    ada = answers.of("ada")
    ada["1"], ada["2"] = b"1", b"2" * 50

    assert list(ada) == ["2"]
    assert ada["2"] == b"2" * 50
