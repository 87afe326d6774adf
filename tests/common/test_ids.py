"""References that are made from numbers."""

import re

from common.ids import numbered_reference


def test_a_number_has_the_same_reference_each_time_and_no_other_number_has_it():
    made = [numbered_reference("HM", number) for number in range(50_000)]

    assert len(set(made)) == 50_000
    assert made[:2] == [numbered_reference("HM", 0), numbered_reference("HM", 1)]


def test_it_looks_like_any_other():
    for number in (0, 1, 99_999, 10**9):
        assert re.fullmatch(r"HM-[2-9A-HJKMNP-TW-Z]{7}", numbered_reference("HM", number))
