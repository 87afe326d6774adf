"""docs/features.md claims nothing without a test, and no row twice."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
ROWS = ROW.findall((ROOT / "docs" / "features.md").read_text(encoding="utf-8"))


def _is_written(test: str) -> bool:
    parts = TEST.fullmatch(test)
    file = ROOT / parts[1] if parts else None
    return bool(parts and file and file.is_file() and f"def {parts[2]}(" in file.read_text("utf-8"))


def test_every_row_is_shown_by_tests_that_exist():
    missing = [
        f"{number}: {test}"
        for number, _where, shown_by in ROWS
        for test in shown_by.split(", ")
        if not _is_written(test)
    ]

    assert ROWS
    assert missing == []


def test_rows_stand_once_and_in_order():
    numbers = [int(number) for number, _where, _shown_by in ROWS]

    assert numbers == sorted(set(numbers))


def test_what_is_partly_there_is_not_counted():
    text = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    closing = re.sub(r"\([^()]*\)", "", text.partition("Partly there, not counted:")[2])
    partly = re.findall(r"\d+", closing)

    assert partly
    assert set(partly) & {number for number, _where, _shown_by in ROWS} == set()
