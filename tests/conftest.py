"""Fixtures every test may use; people are named by their role."""

import pytest

from accounts.models import Organisation, Role, User
from buyers.models import OrderLine
from common import catalogues
from hats.models import HatOwner
from offers.models import OfferVersion
from tests import factories
from tests.sandbox import sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]


def pytest_configure() -> None:
    """A translation that was written a minute ago is the one that is tested."""
    catalogues.compile_changed()


@pytest.fixture
def organisation(db: None) -> Organisation:
    return factories.make_organisation()


@pytest.fixture
def buyer(organisation: Organisation) -> User:
    return factories.make_member(organisation, Role.BUYER, name="Ines Okafor")


@pytest.fixture
def approver(organisation: Organisation) -> User:
    return factories.make_member(organisation, Role.APPROVER, name="Ada Finch")


@pytest.fixture
def stranger(db: None) -> User:
    """A buyer of another organisation."""
    return factories.make_member(factories.make_organisation("Other Ltd"), Role.OWNER)


@pytest.fixture
def moderator(db: None) -> User:
    return factories.make_moderator()


@pytest.fixture
def owner(db: None) -> HatOwner:
    return factories.make_hat_owner()


@pytest.fixture
def version(db: None) -> OfferVersion:
    return factories.make_version()


@pytest.fixture
def open_line(version: OfferVersion, organisation: Organisation) -> OrderLine:
    return factories.make_line(version, organisation)
