"""T58: no address of ours leads a browser to somebody else's, whoever wrote the link."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.security.scene import CLUSTER

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "http:///evil.example",
    "https:/evil.example",
    "%2f%2fevil.example",
    "/%09/evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "//evil.example\\@localhost",
    "https://localhost@evil.example/",
    "https://localhost.evil.example/",
    "/\x00/evil.example",
    "〱evil.example",
]


@pytest.fixture(autouse=True)
def _no_tries_yet(db):
    cache.clear()


def stays_here(where: str) -> bool:
    """As a browser reads it: control characters dropped, backslashes are slashes."""
    read = "".join(c for c in where if c > " ").replace("\\", "/")
    leads_to = urlsplit(urljoin("https://market.example/here/", read))
    return (leads_to.scheme, leads_to.netloc) == ("https", "market.example")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_logging_in_leads_home(elsewhere):
    user, client = factories.make_user(), Client()
    form = {"login": user.email, "password": factories.PASSWORD, "next": elsewhere}

    answer = client.post(reverse("account_login"), form)

    assert answer.status_code == 302
    assert stays_here(answer["Location"])


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_somebody_logged_in_already_is_led_home(client, elsewhere):
    client.force_login(factories.make_user())

    answer = client.get(reverse("account_login"), {"next": elsewhere})

    assert answer.status_code in {302, 400}
    assert stays_here(answer.get("Location", ""))


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_logging_out_leads_home(client, elsewhere):
    client.force_login(factories.make_user())

    assert stays_here(client.post(reverse("account_logout"), {"next": elsewhere})["Location"])


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_opening_an_organisation_leads_to_a_page_of_ours(client, elsewhere):
    client.force_login(factories.make_user())
    form = {
        "name": "Newfound Archive",
        "kind": "Charity",
        "city": "Leeds",
        "country": "GB",
        "contact_email": "post@newfound.example",
        "next": elsewhere,
    }

    answer = client.post(reverse("accounts:organisation-new"), form)

    assert answer.status_code == 302
    assert stays_here(answer["Location"])


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_led_elsewhere_after_the_way_to_a_hat(client, settings, elsewhere):
    """What the session remembers is where the person will be led afterwards."""
    settings.HAT_CLUSTERS = [CLUSTER]
    form = {"address": "alice.hat.localhost:9100", "next": elsewhere}

    answer = client.post(reverse("hats:login"), form)

    assert answer.status_code in {303, 422}
    assert urlsplit(answer.get("Location", "")).hostname in {"alice.hat.localhost", None}
    remembered = client.session.get("hat_logins", {}).values()
    assert all(not where or stays_here(where) for where in remembered)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil"])
def test_a_made_up_host_is_answered_with_nothing_of_it(client, host):
    answer = client.get(reverse("offers:offer-list"), HTTP_HOST=host)

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
