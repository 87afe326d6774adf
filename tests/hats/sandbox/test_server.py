"""The server's table of routes."""

import re
from pathlib import Path

from hats.sandbox.server import ROUTES

GUIDE = Path(__file__).parents[3] / "docs" / "sandbox-hat.md"


def test_every_route_is_named_in_the_guide_and_no_other():
    line = re.search(r"^Routes: (.*), and `page`", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None

    assert set(re.findall(r"`(\w+)`", line[1])) == {route.name for route in ROUTES}


def test_values_are_found_first_because_they_are_asked_for_most():
    assert ROUTES[0].name == "values"
