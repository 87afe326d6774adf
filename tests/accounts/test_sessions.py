"""Sessions are read and written by statements of our own; they end as Django's do."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

pytestmark = pytest.mark.django_db

NOTICES = reverse("accounts:notifications")


def test_a_session_lasts_from_page_to_page(client, buyer):
    client.force_login(buyer)

    assert [client.get(NOTICES).status_code for _ in range(2)] == [200, 200]


def test_a_session_that_is_over_lets_nobody_in(client, buyer):
    client.force_login(buyer)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert client.get(NOTICES).status_code == 302


def test_a_made_up_key_lets_nobody_in_and_is_never_made_a_session(client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "0123456789abcdefghijklmnopqrstuv"

    assert client.get(NOTICES).status_code == 302
    assert not Session.objects.filter(pk="0123456789abcdefghijklmnopqrstuv").exists()


def test_a_log_out_ends_it_for_good(client, buyer):
    client.force_login(buyer)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))

    client.cookies[settings.SESSION_COOKIE_NAME] = key

    assert client.get(NOTICES).status_code == 302
