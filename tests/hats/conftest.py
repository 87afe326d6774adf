"""A scripted HAT and the cluster that leads to it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from hats.clusters import Hat, hat_at
from tests.hats.scripted import Scripted, scripted_server


@pytest.fixture
def scripted(socket_enabled: None) -> Iterator[Scripted]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def canary(socket_enabled: None) -> Iterator[Scripted]:
    """A listener that nothing may ever reach."""
    with scripted_server() as server:
        yield server


@pytest.fixture
def hat(scripted: Scripted, settings: Settings) -> Hat:
    """Alice's HAT, which is the scripted server."""
    settings.HAT_CLUSTERS = [
        {
            "name": "Scripted",
            "suffix": "hat.test",
            "scheme": "http",
            "port": scripted.port,
            "connect_to": f"127.0.0.1:{scripted.port}",
            "application_id": "hat-market",
            "platform_username": "platform",
            "platform_password": "p%ss word",
        }
    ]
    return hat_at("alice.hat.test")
