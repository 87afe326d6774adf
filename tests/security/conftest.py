"""One furnished market for each test about who may do what."""

import pytest
from pytest_django import Settings

from tests.buyers.paying import SECRET
from tests.security.scene import CLUSTER, Scene


@pytest.fixture
def _house(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.FILES_ROOT = tmp_path_factory.mktemp("files")
    settings.HAT_CLUSTERS = [CLUSTER]
    settings.PAYMENT_GATEWAY = "till"
    settings.TILL_WEBHOOK_SECRET = SECRET


@pytest.fixture
def scene(db: None, _house: None) -> Scene:
    """The market with something behind every address."""
    return Scene()
