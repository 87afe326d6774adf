"""docs/hat-protocol.md names a test for every line of the conformance checklist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "hat-protocol.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
LINES = 90


def _is_written(test: str) -> bool:
    parts = TEST.fullmatch(test)
    file = ROOT / parts[1] if parts else None
    return bool(parts and file and file.is_file() and f"def {parts[2]}(" in file.read_text("utf-8"))


def test_every_line_of_the_checklist_has_its_row():
    assert [int(number) for number, _words, _shown_by in ROW.findall(TEXT)] == [
        *range(1, LINES + 1)
    ]


def test_every_line_is_shown_by_tests_that_exist():
    missing = [
        f"{number}: {test}"
        for number, _words, shown_by in ROW.findall(TEXT)
        for test in shown_by.split(", ")
        if not _is_written(test)
    ]

    assert missing == []


def test_every_surprise_is_shown_by_tests_that_exist():
    surprises = TEXT.partition("## 7.")[2].partition("## 8.")[0]
    named = re.findall(r"tests/\S+::\w+", surprises)

    assert named
    assert [test for test in named if not _is_written(test)] == []
