"""T61, T70: guessing passwords is slow, and hurts nobody but the account that is guessed at."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db
TRIES = 5


@pytest.fixture(autouse=True)
def _no_tries_yet(db):
    cache.clear()


@pytest.fixture
def person():
    return factories.make_user("Robin Vale")


def log_in(client, user, password, **extra):
    form = {"login": user.email, "password": password}
    return client.post(reverse("account_login"), form, **extra)


def is_logged_in(client):
    return "_auth_user_id" in client.session


def guess(client, user, times=TRIES, **extra):
    return [log_in(client, user, f"wrong password {n}", **extra) for n in range(times)]


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(client, person):
    guess(client, person)

    answer = log_in(client, person, factories.PASSWORD)

    assert answer.status_code in {200, 429}
    assert "Too many" in answer.content.decode()
    assert not is_logged_in(client)


def test_another_account_is_not_locked_with_it(client, person):
    guess(client, person)

    answer = log_in(client, factories.make_user("Ada Finch"), factories.PASSWORD)

    assert answer.status_code == 302
    assert is_logged_in(client)


def test_one_place_cannot_go_through_many_accounts(client):
    people = [factories.make_user() for _ in range(11)]
    for one in people:
        guess(client, one, times=1)

    answer = log_in(client, people[0], factories.PASSWORD)

    assert not is_logged_in(client)
    assert answer.status_code in {200, 429}


def test_a_made_up_forwarding_header_does_not_start_the_count_anew(client):
    people = [factories.make_user() for _ in range(11)]
    for place, one in enumerate(people):
        guess(client, one, times=1, HTTP_X_FORWARDED_FOR=f"198.51.100.{place}")

    log_in(client, people[0], factories.PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.99")

    assert not is_logged_in(client)


def test_behind_our_proxy_the_address_it_saw_is_counted(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    people = [factories.make_user() for _ in range(11)]
    for one in people:
        guess(client, one, times=1, HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.7")

    log_in(client, people[0], factories.PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.5")

    assert is_logged_in(client)


def test_the_api_counts_one_caller_whatever_it_says_about_itself(client, settings):
    address = reverse("offers:api-offer-list")
    for place in range(120):
        client.get(address, HTTP_X_FORWARDED_FOR=f"198.51.100.{place}")

    assert client.get(address, HTTP_X_FORWARDED_FOR="203.0.113.1").status_code == 429
