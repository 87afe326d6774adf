import pytest

from hats.client import HatToken


@pytest.fixture
def token() -> HatToken:
    return HatToken("aa.bb.cc")
