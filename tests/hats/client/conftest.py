import pytest

from hats.client import HatToken
from tests.sandbox import Sandbox, SandboxHat


@pytest.fixture
def token() -> HatToken:
    return HatToken("aa.bb.cc")


@pytest.fixture
def alice(sandbox: Sandbox) -> SandboxHat:
    """A fresh sandbox HAT."""
    return sandbox.hat()
