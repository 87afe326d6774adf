"""Switching debits and applications on and off is the owner's alone: no code of the market does it.

The client can, for programs of owners. On a HAT each of these is a GET, so one call in the wrong
place would be enough.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import hats.client

ROOT = Path(__file__).parents[2]
APPS = ("common", "accounts", "ledger", "hats", "offers", "buyers", "fulfilment", "marketplace")
OWNERS_ALONE = {
    "enable_debit",
    "disable_debit",
    "enable_old_debit",
    "disable_old_debit",
    "set_up_application",
    "disable_application",
}
# The client offers the calls, the sandbox is the HAT that is asked, and benches play its owner.
ALLOWED = ("hats/client/", "hats/sandbox/", "marketplace/bench/", "marketplace/run/")
ADDRESSES = re.compile(r"/(?:enable|disable)\b|/setup\b")


def names_used(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def market_files() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not str(path.relative_to(ROOT)).startswith(ALLOWED):
                yield path


def test_the_market_never_switches_what_is_the_owners():
    assert [
        f"{path.relative_to(ROOT)}: {name}"
        for path in market_files()
        for name in names_used(path.read_text(encoding="utf-8"))
        if name in OWNERS_ALONE
    ] == []


def test_the_market_holds_no_address_of_a_switch():
    assert [
        str(path.relative_to(ROOT))
        for path in market_files()
        if ADDRESSES.search(path.read_text(encoding="utf-8"))
    ] == []


def test_the_calls_looked_for_are_the_clients_own():
    assert {name for name in OWNERS_ALONE if not hasattr(hats.client.HatClient, name)} == set()


def test_a_call_by_its_name_is_seen_too():
    assert OWNERS_ALONE & set(names_used("getattr(hats, 'enable_debit')")) == {"enable_debit"}
    assert OWNERS_ALONE & set(names_used("hats.disable_debit(hat)")) == {"disable_debit"}
