"""docs/security.md says who may see what as the reviewed table says it."""

import re
from pathlib import Path

from marketplace import checks
from tests.security import summary

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"


def test_the_summary_in_the_document_is_made_from_the_table():
    """When this fails: ``python -m tests.security.summary`` writes it anew."""
    text = DOCUMENT.read_text(encoding="utf-8")

    assert summary.inside(text).strip() == summary.table()


def test_every_finding_of_the_deploy_check_is_explained():
    source = Path(checks.__file__).read_text(encoding="utf-8")
    known = set(re.findall(r"hatmarket\.E\d{3}", source))

    assert known == set(re.findall(r"hatmarket\.E\d{3}", DOCUMENT.read_text(encoding="utf-8")))
