"""docs/security.md names a test that exists for each case of a hostile HAT."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CASES = [f"T{number:02d}" for number in range(1, 33)]


def _rows() -> dict[str, str]:
    """Case to what shows it."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    table = text.partition("<!-- hostile -->")[2].partition("<!-- /hostile -->")[0]
    return dict(re.findall(r"^\| (T\d\d) \| [^|]+ \| ([^|]+) \|", table, re.MULTILINE))


def _missing(shown_by: str) -> list[str]:
    """Tests that the file named before them does not have."""
    missing = []
    for part in shown_by.split(";"):
        file, *names = re.findall(r"`([^`]+)`", part)
        source = (ROOT / file).read_text(encoding="utf-8")
        missing += [name for name in names if f"def {name}(" not in source]
    return missing


def test_each_case_has_its_row():
    assert list(_rows()) == CASES


def test_each_row_names_tests_and_all_of_them_exist():
    named = {case: re.findall(r"`(test_\w+)`", shown_by) for case, shown_by in _rows().items()}

    assert [case for case, names in named.items() if not names] == []
    assert {case: missing for case, shown in _rows().items() if (missing := _missing(shown))} == {}
