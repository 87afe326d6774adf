"""The till is this market's gateway in the tests of buyers."""

import pytest

from tests.buyers.paying import SECRET


@pytest.fixture(autouse=True)
def till(settings):
    settings.PAYMENT_GATEWAY = "till"
    settings.TILL_WEBHOOK_SECRET = SECRET
    settings.SITE_URL = "http://shop.test"
    settings.FEE_TAX_PERCENT = 20


@pytest.fixture
def shop(client, buyer):
    """The browser of a buyer who is logged in."""
    client.force_login(buyer)
    return client
