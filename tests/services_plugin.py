"""A PostgreSQL and a Valkey of the tests' own, started before the settings are read.

Loaded with ``-p tests.services_plugin``. Where DATABASE_URL is set, that server is used.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from marketplace.run.services import Postgres, Valkey


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Runs before pytest-django looks at the settings; xdist workers inherit the variables."""
    os.environ["DEMO"] = "1"
    os.environ["PROCESS"] = "test"
    if not (os.environ.get("DATABASE_URL") or os.environ.get("PYTEST_XDIST_WORKER")):
        home = Path(tempfile.mkdtemp(prefix="hm-"))
        postgres, valkey = Postgres(home, durable=False), Valkey(home / "valkey")
        postgres.start()
        valkey.start()
        os.environ["DATABASE_URL"] = postgres.url
        os.environ["CELERY_BROKER_URL"] = valkey.url

        def stop() -> None:
            valkey.stop()
            postgres.stop(mode="immediate")
            shutil.rmtree(home, ignore_errors=True)

        early_config.add_cleanup(stop)
    return (yield)
