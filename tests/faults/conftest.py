"""One standing house for all fault tests: building one costs more than most faults."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pytest_socket import disable_socket, enable_socket

from tests.faults.site import Site
from tests.journeys.house import PATIENCE_SECONDS, StandingHouse, standing_house

HERE = Path(__file__).parent
HATS = 36
QUICKER = {
    "RETRIEVAL_LEASE_SECONDS": "5",
    "OUTBOX_LEASE_SECONDS": "5",
    "HAT_TOTAL_TIMEOUT_SECONDS": "3",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever comes first builds the house."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(PATIENCE_SECONDS))


@pytest.fixture(scope="session")
def house_of_faults() -> Iterator[Site]:
    """Built when the first fault test asks for it; every process in it is real."""
    enable_socket()
    try:
        with standing_house(hats=HATS, **QUICKER) as standing:
            keep_commits(standing)
            site = Site(standing)
            try:
                site.open(HATS)
                yield site
            finally:
                enable_socket()
                site.close()
    finally:
        disable_socket(allow_unix_socket=True)


def keep_commits(standing: StandingHouse) -> None:
    """Houses of tests trade durability for speed; here a crash of PostgreSQL may lose nothing."""
    address = standing.house.variables["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = on")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def site(house_of_faults: Site, socket_enabled: None) -> Iterator[Site]:
    """The house, with HATs that behave."""
    house_of_faults.faults()
    yield house_of_faults
    house_of_faults.faults()
