"""T01: only one place opens sockets to a HAT, and no other code brings an HTTP client."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("common", "accounts", "ledger", "hats", "offers", "buyers", "fulfilment", "marketplace")
HTTP_CLIENTS = {
    "aiohttp",
    "requests",
    "httpx",
    "urllib3",
    "http.client",
    "urllib.request",
    "socket",
}
# The guard and its dialler speak to HATs. The others speak to places that are not a person's to
# choose: the sandbox is a server, the till's webhook and Stripe are configured, benches and the
# launcher stay on loopback.
ALLOWED = (
    "hats/guard.py",
    "hats/dialling.py",
    "hats/sandbox/",
    "hats/management/commands/sandbox_hat.py",
    "buyers/payments/",
    "marketplace/bench",
    "marketplace/run/",
    "marketplace/management/",
)


def imported_by(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_client(module: str) -> bool:
    return module in HTTP_CLIENTS or module.split(".", maxsplit=1)[0] in HTTP_CLIENTS


def offenders() -> list[str]:
    files = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    return [
        f"{path.relative_to(ROOT)}: {module}"
        for path in files
        if not str(path.relative_to(ROOT)).startswith(ALLOWED)
        for module in imported_by(path.read_text())
        if is_client(module)
    ]


def test_only_the_guard_opens_connections_to_hats():
    assert offenders() == []


def test_every_form_of_import_is_seen():
    source = "def f():\n    from urllib import request\n    import http.client\n    import aiohttp"

    assert [name for name in imported_by(source) if is_client(name)] == [
        "urllib.request",
        "http.client",
        "aiohttp",
    ]


def test_certificate_checks_are_never_switched_off():
    switches = ("verify=False", "ssl=False", "CERT_NONE", "check_hostname = False")
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]

    found = [str(path) for path in files for switch in switches if switch in path.read_text()]

    assert found == []
