"""People of one organisation, and a client already logged in as each."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts import tasks  # noqa: F401  # registers the mails' handlers
from accounts.models import Membership, Organisation, Role, User
from tests import factories


@pytest.fixture
def owner_member(organisation: Organisation) -> Membership:
    """Somebody who manages the organisation."""
    user = factories.make_member(organisation, Role.OWNER, name="Olu Baptiste")
    return user.memberships.get()


@pytest.fixture
def member(organisation: Organisation) -> Membership:
    """Somebody who only buys."""
    user = factories.make_member(organisation, Role.BUYER, name="Ines Okafor")
    return user.memberships.get()


@pytest.fixture
def logged_in() -> Callable[[User], Client]:
    """A client of its own for each person."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in
