"""A sandbox with applications of every kind, and a program behind some of them."""

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hats.sandbox.applications import BUILT_IN
from tests.hats.sandbox.applications.asking import BUNDLE, MANAGERS, OWNERS, SHOP
from tests.hats.sandbox.conftest import serving


class Peer(BaseHTTPRequestHandler):
    """The program behind the application: tells what it was asked."""

    def _answer(self):
        length = int(self.headers.get("Content-Length", 0))
        told = {
            "method": self.command,
            "path": self.path,
            "token": self.headers["x-auth-token"],
            "body": self.rfile.read(length).decode(),
        }
        self.server.asked.append(told)
        body = json.dumps(told).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def __getattr__(self, name):
        """Answer every verb alike."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture(scope="session")
def shared_peer():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def peer(shared_peer):
    shared_peer.status, shared_peer.asked = 200, []
    return shared_peer


def listing(app_id, *, roles=(), url="http://127.0.0.1:1", status=None, **changed):
    made = json.loads(BUILT_IN.read_text(encoding="utf-8"))[0]
    made["id"], made["kind"]["url"] = app_id, url
    made["permissions"]["rolesGranted"] = [
        {"role": role, "detail": detail} if detail else {"role": role} for role, detail in roles
    ]
    made["permissions"] |= changed.pop("permissions", {})
    made["status"] |= status or {}
    return made | changed


def registry(peer_port):
    here = f"http://peer.localhost:{peer_port}"
    wants = {"dataRetrieved": {"name": "shop-bundle", "bundle": BUNDLE}}
    return [
        listing(OWNERS, roles=[("owner", "")]),
        listing(
            MANAGERS,
            roles=[
                ("applicationlist", ""),
                ("applicationmanage", SHOP),
                ("retrieveapplicationtoken", SHOP),
                ("namespacewrite", "shop"),
                ("managefiles", "shop"),
            ],
        ),
        listing(
            SHOP,
            roles=[("namespaceread", "shop"), ("datadebit", f"app-{SHOP}")],
            url=f"{here}/base",
            permissions=wants,
            dependencies={"plugs": [MANAGERS], "tools": [], "contracts": []},
            status={"recentDataCheckEndpoint": "shop/orders", "compatibility": "1.0.0"},
        ),
        listing("checked", status={"kind": "External", "statusUrl": f"{here}/status",
                                   "expectedStatus": 200}),
        listing("faraway", url="https://shop.example",
                status={"kind": "External", "statusUrl": "https://shop.example/status",
                        "expectedStatus": 200}),
        listing("old", status={"compatibility": "2.0.0"}),
        listing("broken", dependencies={"plugs": ["nobody"], "tools": [], "contracts": []}),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def shared(tmp_path_factory, keys, shared_peer):
    folder = tmp_path_factory.mktemp("applications")
    shutil.copytree(keys, folder / "keys")
    path = folder / "applications.json"
    path.write_text(json.dumps(registry(shared_peer.server_port)), encoding="utf-8")
    with serving(folder, hats=100, applications=path) as running:
        yield running


@pytest.fixture
def hat(shared, peer):
    return shared.unused_hat()


@pytest.fixture
def owner(hat):
    return hat.owner
