"""The till is this market's gateway in the tests of buyers."""

import pytest

from tests.buyers.paying import SECRET


@pytest.fixture(autouse=True)
def till(settings):
    settings.PAYMENT_GATEWAY = "till"
    settings.TILL_WEBHOOK_SECRET = SECRET
    settings.SITE_URL = "http://shop.test"
    settings.FEE_TAX_PERCENT = 20
